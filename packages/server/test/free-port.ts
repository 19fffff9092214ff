import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Where ports are taken from: above those of well-known services, below those that Linux, macOS and Windows give to
 * connections and to listeners that ask for any, of which a run of the tests opens thousands.
 */
const FIRST = 12_000;
const BEHIND_LAST = 32_000;

/** Whether nobody listens on a port, at whichever address. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** A TCP port that is free, and that nobody gets who does not ask for it by its number. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 1_000; tries++) {
    const port = randomInt(FIRST, BEHIND_LAST);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port');
}
