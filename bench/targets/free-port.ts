import { once } from 'node:events';
import { createServer } from 'node:net';
import { TargetFailed } from './target.ts';

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new TargetFailed('no TCP port to be had');
  return address.port;
}
