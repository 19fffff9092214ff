import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countersignProgram, createTestHome } from '../packages/server/test/countersign-process.ts';
import { issued, selfSigned, serverTrust } from './identity.ts';
import { type Person, signIn, signInThrough } from './person.ts';
import type { Place, RegisteredClient } from './place.ts';
import { run } from './program.ts';

/** The one server of a run, and a place on it for each row. */
export type Server = AsyncDisposable & {
  /** Its home folder. */
  readonly home: string;
  /** @param signal ends whatever the row started */
  place(signal: AbortSignal): Promise<Place>;
  /** Everything the server printed so far. */
  output(): string;
};

const isText = (value: unknown): value is string => typeof value === 'string';

function registered(answer: unknown): RegisteredClient {
  const { client_id, client_secret }: Readonly<Record<string, unknown>> = Object(answer);
  if (!isText(client_id)) throw new TypeError('client add answered no client_id');
  return isText(client_secret) ? { client_id, client_secret } : { client_id };
}

/** Makes a home as `init` leaves it, starts the server in it and adds one person. */
export async function startServer(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-interop-'));
  const home = await createTestHome();
  const running = await home.start();
  process.once('exit', () => running.process.kill());
  const trust = await serverTrust(folder, join(home.security, 'wso2carbon.jks'));
  const added = await home.json('user', 'add', 'ada', '--name', 'Ada Lovelace', '--email', 'ada@example.com');
  const { password }: Readonly<Record<string, unknown>> = Object(added);
  if (!isText(password)) throw new TypeError('user add answered no password');
  const person: Person = { username: 'ada', password };

  let rows = 0;
  return {
    home: home.home,
    output: running.output,
    async place(signal) {
      rows += 1;
      const own = join(folder, String(rows));
      await mkdir(own);
      const operate = async (...command: readonly string[]): Promise<unknown> => {
        const args = [...command, '--json', '--home', home.home];
        const printed = await run(process.execPath, [countersignProgram(), ...args], { cwd: own, signal });
        return JSON.parse(printed);
      };
      return {
        issuer: home.issuer,
        ...trust,
        person,
        folder: own,
        signal,
        operate,
        async addClient(metadata) {
          const file = join(own, 'client.json');
          await writeFile(file, JSON.stringify({ client_name: 'interop', ...metadata }));
          return registered(await operate('client', 'add', '--metadata', file));
        },
        identity: (name) => selfSigned({ folder: own, signal }, name),
        issuedIdentity: (name) => issued({ folder: own, signal }, name),
        signIn: (url) => signIn(url, home.issuer, person),
        signInThrough: (url) => signInThrough(url, home.issuer, person),
      };
    },
    async [Symbol.asyncDispose]() {
      await running.stop();
      await home.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
