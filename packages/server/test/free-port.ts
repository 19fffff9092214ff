import { createServer } from 'node:net';

/** A TCP port of the loopback interface that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const address = server.address();
        server.close(() =>
          address !== null && typeof address === 'object'
            ? resolve(address.port)
            : reject(new Error('no free port')),
        );
      });
  });
}
