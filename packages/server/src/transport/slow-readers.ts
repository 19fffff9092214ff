import type { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';

export type SlowReadersOptions = {
  /** The connections there are. */
  readonly open: () => readonly TLSSocket[];
  /** How long a peer may take for what it has not read yet, before its size counts; milliseconds. */
  readonly timeoutMs: number;
  /** Whoever reads slower than this is not waited for, octets in a second. Default 8192. */
  readonly leastRate?: number;
  /** Told of each connection that is ended. */
  readonly onEnded: (socket: TLSSocket, unread: number) => void;
  readonly events: Pick<EventRecorder, 'recordSampled'>;
};

const LEAST_RATE = 8192;
const MOST_CHECK_MS = 5000;

type Unread = { readonly since: number; readonly written: number };

/**
 * Ends connections whose peer does not read its answers: each holds what it has not read in this server's memory. A
 * peer that reads on, however much there is, is not ended.
 */
export function endSlowReaders(
  server: Server,
  { open, timeoutMs, leastRate = LEAST_RATE, onEnded, events }: SlowReadersOptions,
): void {
  const unread = new WeakMap<TLSSocket, Unread>();

  const check = (socket: TLSSocket, now: number) => {
    const { writableLength, bytesWritten } = socket;
    if (writableLength === 0) {
      unread.delete(socket);
      return;
    }
    const written = bytesWritten - writableLength;
    const before = unread.get(socket);
    if (before === undefined || written > before.written) {
      unread.set(socket, { since: now, written });
      return;
    }
    if (now - before.since < timeoutMs + (writableLength / leastRate) * 1000) return;
    onEnded(socket, writableLength);
    socket.destroy();
  };

  const checking = setInterval(
    guarded('ending slow readers', events, () => {
      const now = performance.now();
      for (const socket of open()) check(socket, now);
    }),
    Math.min(MOST_CHECK_MS, timeoutMs),
  );
  checking.unref();
  server.once('close', () => clearInterval(checking));
}
