import type { Server } from 'node:https';
import type { Server as NetServer, Socket } from 'node:net';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

/** How long answers under way are waited for, in milliseconds. */
export const CLOSE_DEADLINE_MS = 10_000;
/** How long the first request of a connection is waited for that was taken before the door closed. */
const FIRST_REQUEST_MS = 500;
const CLOSE_IDLE_INTERVAL_MS = 100;
/** Turns of the event loop that may bring connections before the door closes all the same. */
const MOST_TURNS = 200;

/** A door and who has come through it. */
export type Door = {
  /** Where connections are accepted: the server itself, or what stands before it. */
  readonly accepting: NetServer;
  readonly server: Server;
  /** Accepted connections, also those that are no further than their handshake. */
  readonly sockets: () => readonly Socket[];
  /** Connections that have not carried a request yet, which Node does not count among the idle ones. */
  readonly unused: () => readonly Socket[];
};

/**
 * Waits for a turn of the event loop that brings no connection. Those that the kernel holds when a listening socket is
 * closed are reset, though their clients may have sent a request.
 */
async function nobodyAtTheDoor(accepting: NetServer): Promise<void> {
  await turnOfTheLoop();
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    let came = false;
    const onConnection = () => {
      came = true;
    };
    accepting.once('connection', onConnection);
    await turnOfTheLoop();
    accepting.off('connection', onConnection);
    if (!came) return;
  }
}

/**
 * Takes no more connections and waits until those under way have their answers, for {@link CLOSE_DEADLINE_MS} at most.
 * @param onLate called when connections without a request are not waited for any more
 */
export async function closeDoor(door: Door, onLate: () => void): Promise<void> {
  const { accepting, server, sockets, unused } = door;
  await nobodyAtTheDoor(accepting);
  const closed = new Promise<void>((resolve) => accepting.close(() => resolve()));
  // Behind a front the HTTP server itself never listened, but has its own timers to end.
  if (accepting !== server) server.close();
  const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_INTERVAL_MS);
  const first = setTimeout(() => {
    onLate();
    for (const socket of unused()) socket.destroy();
  }, FIRST_REQUEST_MS);
  const deadline = setTimeout(() => {
    for (const socket of sockets()) socket.destroy();
  }, CLOSE_DEADLINE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(first);
  clearTimeout(deadline);
}
