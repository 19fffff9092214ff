import type { Server } from 'node:http';

/** Thrown when a port is taken or may not be used. */
export class PortUnavailable extends Error {
  override readonly name = 'PortUnavailable';
}

/** Listens on the loopback interface. @returns the port. @throws PortUnavailable */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new PortUnavailable(`cannot listen on port ${port}: ${cause.message}`, { cause })),
    );
    server.listen(port, 'localhost', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
    });
  });
}

/** Ends every connection and listens no more. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
