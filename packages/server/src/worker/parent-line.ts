import type { Line } from './channel.ts';

/** The line of a worker process to its supervisor. */
export function lineToSupervisor(): Line {
  return {
    send(message) {
      // A supervisor that is gone takes its workers along.
      if (process.connected) process.send?.(message, undefined, undefined, () => {});
    },
    onMessage: (listener) => void process.on('message', listener),
  };
}
