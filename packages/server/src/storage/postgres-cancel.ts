import { connect } from 'node:net';
import type pg from 'pg';
import type { PostgresAddress } from './postgres-address.ts';

/** The code of a CancelRequest (PostgreSQL's protocol, "Message Formats"), and its length in bytes. */
const CANCEL_REQUEST = 80_877_102;
const LENGTH = 16;
const TIMEOUT = 5_000;

/**
 * Asks the server to end what a connection is doing, on a new connection, as the protocol has it. What the request
 * carries is worth nothing once the connection is dropped, so that it goes in the clear, as libpq's does. Whether it
 * came to anything is never said.
 */
export function cancelAt({ host, port }: PostgresAddress, client: pg.ClientBase): void {
  if (!('processID' in client && 'secretKey' in client)) return;
  const { processID, secretKey } = client;
  if (typeof processID !== 'number' || typeof secretKey !== 'number') return;
  const request = Buffer.alloc(LENGTH);
  request.writeInt32BE(LENGTH, 0);
  request.writeInt32BE(CANCEL_REQUEST, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket
    .unref()
    .setTimeout(TIMEOUT, () => socket.destroy())
    .on('error', () => {})
    .on('data', () => {})
    .end(request);
}
