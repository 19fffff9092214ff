import type { Server, Socket } from 'node:net';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import { addressBlock } from '../user-authentication/address-block.ts';

export type PacedHandshakesOptions = {
  /** The client's address of a connection. */
  readonly addressOf: (socket: Socket) => string | undefined;
  /** How long an address has to wait, milliseconds; 0 for not at all. */
  readonly delayOf: (address: string) => number;
  /** Told of each handshake that begins, by the client's address. */
  readonly onBegun: (address: string) => void;
  readonly events: Pick<EventRecorder, 'recordSampled'>;
};

type Waiting = { readonly socket: Socket; readonly address: string; readonly since: number };

/** Longer than this no connection waits for its handshake, milliseconds. */
const LONGEST_WAIT_MS = 10_000;
/** How often connections of addresses that have to wait are looked at again. */
const LOOK_AGAIN_MS = 50;

/**
 * Has TLS handshakes begin one by one, addresses in turn: whoever opens thousands of connections does not stand before
 * everybody else, and between two handshakes the requests of open connections are answered. Connections that wait cost
 * no more than their socket; how many there are is for the limits on connections to say.
 * @param server one whose `connection` listeners begin the handshake; those there are now are put behind the queue
 */
export function paceHandshakes(server: Server, options: PacedHandshakesOptions): void {
  const { addressOf, delayOf, onBegun, events } = options;
  const waiting = new Map<string, Waiting[]>();
  const begin = server.listeners('connection');
  server.removeAllListeners('connection');
  let scheduled = false;

  const schedule = (soon: boolean) => {
    if (scheduled) return;
    scheduled = true;
    if (soon) setImmediate(run);
    else setTimeout(run, LOOK_AGAIN_MS);
  };

  const run = guarded('beginning a handshake', events, () => {
    scheduled = false;
    const now = performance.now();
    for (const [block, line] of waiting) {
      while (line[0] && (line[0].socket.destroyed || now - line[0].since > LONGEST_WAIT_MS)) {
        line.shift()?.socket.destroy();
      }
      const [first] = line;
      if (first && delayOf(first.address) > 0) continue;
      // To the end of the turns: every other address comes before its next one.
      waiting.delete(block);
      line.shift();
      if (line.length > 0) waiting.set(block, line);
      if (first === undefined) continue;
      const { socket, address } = first;
      // First, so that a handshake that throws does not end the queue.
      if (waiting.size > 0) schedule(true);
      onBegun(address);
      for (const listener of begin) Reflect.apply(listener, server, [socket]);
      return;
    }
    if (waiting.size > 0) schedule(false);
  });

  const queue = (socket: Socket) => {
    // Before TLS listens, nobody else would hear of a peer that goes away.
    socket.on('error', () => {});
    const address = addressOf(socket) ?? 'unknown';
    const block = addressBlock(address);
    const line = waiting.get(block) ?? [];
    waiting.set(block, line);
    line.push({ socket, address, since: performance.now() });
    schedule(true);
  };
  server.on('connection', guarded('queueing a connection', events, queue));
}
