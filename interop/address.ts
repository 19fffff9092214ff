import { freePort } from '../packages/server/test/free-port.ts';

/** Where an application is reached on this machine. */
export type Address = { readonly port: number; readonly origin: string };

/** An address that was free a moment ago. */
export async function freeAddress(): Promise<Address> {
  const port = await freePort();
  return { port, origin: `http://localhost:${port}` };
}
