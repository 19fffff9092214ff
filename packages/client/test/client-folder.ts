import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import { createIdentity, type Identity } from '../../server/test/client-identity.ts';
import { type Client, type ClientEvent, type ClientOptions, createClient } from '../src/index.ts';
import { type StubServer, startStubServer } from './stub-server.ts';

/** A folder with the files of a client, and clients made of it that end with it. */
export type ClientFolder = AsyncDisposable & {
  readonly folder: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly identity: Identity;
  /** Puts a pair in place of that which is there, each file by one rename. */
  renew(identity: Pick<Identity, 'cert' | 'key'>): Promise<void>;
  /** Writes a file by one rename. */
  put(file: string, text: string): Promise<void>;
  client(server: StubServer, options?: Partial<ClientOptions>): Promise<TestClient>;
};

/** A client, and all it told of. */
export type TestClient = Client & {
  readonly events: readonly ClientEvent[];
  of<Type extends ClientEvent['type']>(type: Type): readonly Extract<ClientEvent, { type: Type }>[];
};

async function clientFolder(): Promise<ClientFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-client-'));
  const [certificateFile, keyFile] = [join(folder, 'client.pem'), join(folder, 'client.key')];
  const identity = await createIdentity('CN=client');
  const clients: Client[] = [];
  const put = async (file: string, text: string) => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  const renew: ClientFolder['renew'] = async ({ cert, key }) => {
    await put(keyFile, key);
    await put(certificateFile, cert);
  };
  await renew(identity);
  return {
    folder,
    certificateFile,
    keyFile,
    identity,
    renew,
    put,
    async client(server, options = {}) {
      const events: ClientEvent[] = [];
      const client = await createClient({
        issuer: server.origin,
        clientId: 'service',
        certificateFile,
        keyFile,
        trustedCertificates: [server.pem],
        reloadSeconds: 0.1,
        onEvent: (event) => events.push(event),
        ...options,
      });
      clients.push(client);
      const of = <Type extends ClientEvent['type']>(type: Type) =>
        events.filter((event): event is Extract<ClientEvent, { type: Type }> => event.type === type);
      return { ...client, events, of };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A clock that stands until it is moved, milliseconds since the epoch. */
export function movedClock(): { readonly now: () => number; move(milliseconds: number): void } {
  let now = Date.now();
  return {
    now: () => now,
    move: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** Gives each test of a suite a stub server and a folder of its own, and takes them away after it. */
export function freshForEach(
  take: (fresh: { readonly server: StubServer; readonly files: ClientFolder }) => void,
): void {
  let fresh: Parameters<typeof take>[0] | undefined;
  beforeEach(async () => {
    fresh = { server: await startStubServer(), files: await clientFolder() };
    take(fresh);
  });
  afterEach(async () => {
    await fresh?.files[Symbol.asyncDispose]();
    await fresh?.server.close();
  });
}
