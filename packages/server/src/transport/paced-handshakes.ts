import type { Server, Socket } from 'node:net';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import type { UnprovenWork } from './unproven-work.ts';

export type PacedHandshakesOptions = {
  /** The client's address of a connection. */
  readonly addressOf: (socket: Socket) => string | undefined;
  /** What the handshake of an address costs, milliseconds of a processor. */
  readonly costOf: (address: string) => number;
  readonly work: Pick<UnprovenWork, 'take'>;
  readonly events: Pick<EventRecorder, 'recordSampled'>;
};

/**
 * Has TLS handshakes begin in their turn: whoever opens thousands of connections does not stand before everybody else,
 * and between two handshakes the requests of open connections are answered. Connections that wait cost no more than
 * their socket; how many there are is for the limits on connections to say.
 * @param server one whose `connection` listeners begin the handshake; those there are now are put behind the line
 */
export function paceHandshakes(server: Server, options: PacedHandshakesOptions): void {
  const { addressOf, costOf, work, events } = options;
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');

  const wait = (socket: Socket) => {
    // Before TLS listens, nobody else would hear of a peer that goes away.
    socket.on('error', () => {});
    const remote_address = addressOf(socket) ?? 'unknown';
    work.take({
      kind: 'handshake',
      peer: { remote_address },
      ms: costOf(remote_address),
      begin: () => {
        for (const listener of listeners) Reflect.apply(listener, server, [socket]);
      },
      isOver: () => socket.destroyed,
      giveUp: () => socket.destroy(),
    });
  };
  server.on('connection', guarded('queueing a connection', events, wait));
}
