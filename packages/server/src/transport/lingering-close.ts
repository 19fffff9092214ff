import type { Duplex } from 'node:stream';

/** How long a peer that still sends has for reading what it was answered, milliseconds. */
const LINGER_MS = 1_000;
/** Octets that are thrown away meanwhile. */
const LINGER_OCTETS = 262_144;

/** Connections that end, and what has come on them when they end at the latest. */
export type LingeringClose = {
  /**
   * Answers for the last time, and ends the connection once its peer has ended it too, or a moment later (RFC 9112 §9.6).
   * What is closed while its peer still sends is reset, and takes with it what was answered.
   */
  answer(socket: Duplex, text: string): void;
  /** To be called when more comes on a connection that was answered so: it ends where that is too much. */
  receive(socket: Duplex): void;
};

/** @param bytesFrom octets that came on a connection */
export function createLingeringClose(bytesFrom: (socket: Duplex) => number): LingeringClose {
  const most = new WeakMap<Duplex, number>();
  return {
    answer(socket, text) {
      most.set(socket, bytesFrom(socket) + LINGER_OCTETS);
      const timer = setTimeout(() => socket.destroy(), LINGER_MS);
      socket.once('close', () => clearTimeout(timer));
      socket.end(text);
    },
    receive(socket) {
      if (bytesFrom(socket) > (most.get(socket) ?? 0)) socket.destroy();
    },
  };
}
