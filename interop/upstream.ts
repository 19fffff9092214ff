import { createServer } from 'node:http';

/** What stands behind a proxy that signs people in: answers every request with its headers, as JSON. */
export type Upstream = AsyncDisposable & { readonly port: number };

/** Starts one on 127.0.0.1; leaving the block of `await using` ends it. */
export async function startUpstream(): Promise<Upstream> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(request.headers));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
