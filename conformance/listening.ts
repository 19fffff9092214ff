import { once } from 'node:events';
import type { Server } from 'node:net';

/** Where to listen for what comes to an address: on the loopback interface alone where that is what it names. */
function listeningAt(origin: string): { readonly port: number; readonly host?: string } {
  const { hostname, port, protocol } = new URL(origin);
  return {
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
    ...(hostname === 'localhost' && { host: hostname }),
  };
}

/** Has a server answer what comes to `origin`, until it is disposed of. */
export async function listening(
  server: Server & { closeAllConnections(): void },
  origin: string,
): Promise<AsyncDisposable> {
  server.listen(listeningAt(origin));
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
