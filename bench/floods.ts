import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createIdentity } from '../packages/server/test/client-identity.ts';
import { createTestHome, runProgram, type TestHome } from '../packages/server/test/countersign-process.ts';
import { FLOODS, type Flood, type FloodTarget, REDIRECT_URI } from './flood-kinds.ts';
import { HonestClient } from './honest-client.ts';
import { choosePinning, onProcessor } from './processors.ts';

/*
 * `npm run floods`: what an honest client notices while strangers do their worst. For each flood the honest client's
 * token requests and `/health/ready` are timed first in quiet and then under the flood, and memory and database are
 * looked at. Where there are two processors the server has one and everything else the other.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    quiet: { type: 'string', default: '15' },
    'same-address': { type: 'boolean', default: false },
    'new-connections': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(
    `npm run floods -- [--seconds 60] [--quiet 15] [--same-address] [--new-connections] [--json] [FLOOD...]\nfloods: ${FLOODS.join(', ')}\n`,
  );
  process.exit(0);
}
const chosen = positionals.length === 0 ? FLOODS : FLOODS.filter((flood) => positionals.includes(flood));
const seconds = Number(values.seconds);
const quietSeconds = Number(values.quiet);
const pinning = choosePinning();
const SILENT_URIS = 40;

/** A name server that is never heard of again. */
const silent = createSocket('udp4');
silent.bind(0, '127.0.0.1');
await once(silent, 'listening');
process.once('exit', () => silent.close());

const Registered = z.looseObject({ client_id: z.string() });

async function prepare(home: TestHome): Promise<{ honest: HonestClient; target: FloodTarget }> {
  const add = async (...args: readonly string[]) =>
    Registered.parse(await home.json('client', 'add', '--client-name', 'bench', ...args)).client_id;
  const identity = await createIdentity('CN=honest');
  const file = join(home.home, 'honest.pem');
  writeFileSync(file, identity.pem);
  const honestId = await add(
    ...['--certificate', file, '--grant-types', 'client_credentials'],
    ...['--token-endpoint-auth-method', 'self_signed_tls_client_auth'],
  );
  const keys = Array.from({ length: 50 }, () => {
    const modulus = randomBytes(1024);
    modulus[0] = (modulus[0] ?? 0) | 0x80;
    modulus[1023] = (modulus[1023] ?? 0) | 1;
    return { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' };
  });
  const silentUris = Array.from(
    { length: SILENT_URIS },
    (_, index) => `https://n${index}.silent.test/request`,
  );
  const metadata = (value: unknown) => {
    const path = join(home.home, `${randomBytes(4).toString('hex')}.json`);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  const assets = fileURLToPath(new URL('../packages/console/dist/assets', import.meta.url));
  const script = readdirSync(assets)
    .filter((name) => name.endsWith('.js'))
    .toSorted((one, other) => statSync(join(assets, other)).size - statSync(join(assets, one)).size)[0];
  const jwks = metadata({ keys });
  const target: FloodTarget = {
    port: home.port,
    publicClient: await add(
      ...['--token-endpoint-auth-method', 'none', '--grant-types', 'authorization_code'],
      ...['--redirect-uri', REDIRECT_URI],
    ),
    tlsClient: await add(
      ...['--token-endpoint-auth-method', 'tls_client_auth', '--grant-types', 'client_credentials'],
      ...['--tls-client-auth-subject-dn', 'CN=client'],
    ),
    jwtClient: await add(
      ...['--token-endpoint-auth-method', 'private_key_jwt', '--grant-types', 'client_credentials'],
      ...['--jwks', jwks],
    ),
    silentClient: await add(
      ...['--token-endpoint-auth-method', 'none', '--grant-types', 'authorization_code'],
      ...['--redirect-uri', REDIRECT_URI],
      ...['--metadata', metadata({ request_uris: silentUris })],
    ),
    silentUris,
    script: `/console/assets/${script}`,
    addresses: values['same-address'] ? ['127.0.0.1'] : ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'],
  };
  const keepAlive = !values['new-connections'];
  return { honest: new HonestClient(home.port, identity, honestId, keepAlive), target };
}

/** Keeps every thread of a process on one processor. */
async function pin(pid: number | undefined, processor: number | undefined): Promise<void> {
  if (pid === undefined || processor === undefined) return;
  await runProgram('taskset', ['-a', '-c', '-p', String(processor), String(pid)]);
}

const residentMegabytes = (pid: number | undefined): number =>
  Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

function databaseMegabytes({ home }: TestHome): number {
  const folder = join(home, 'repository/database');
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  return sizes.reduce((sum, size) => sum + size, 0) / 1024 ** 2;
}

type Measured = {
  readonly flood: Flood;
  readonly token: { readonly quiet: number; readonly flooded: number };
  readonly ready: { readonly quiet: number; readonly flooded: number };
  readonly failed: number;
  readonly asked: number;
  readonly megabytes: { readonly before: number; readonly most: number };
  readonly databaseGrowth: number;
};

async function measure(flood: Flood): Promise<Measured> {
  const home = await createTestHome({
    registration: { mode: 'open' },
    outbound: { name_servers: [`127.0.0.1:${silent.address().port}`] },
    'transport.https': {
      clientAuth: 'want',
      trustManagerClassName: 'org.wso2.carbon.identity.core.util.ClientAuthX509TrustManager',
    },
  });
  const { honest, target } = await prepare(home);
  const server = await home.start();
  const { pid } = server.process;
  await pin(pid, pinning?.server);
  try {
    await honest.run(3000);
    const quiet = await honest.run(quietSeconds * 1000);
    const [before, databaseBefore] = [residentMegabytes(pid), databaseMegabytes(home)];
    const [program = '', ...args] = onProcessor(pinning?.load, [
      ...['nice', '-n', '19', process.execPath],
      ...[fileURLToPath(new URL('flood-process.ts', import.meta.url)), flood],
    ]);
    const flooding = spawn(program, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, FLOOD_TARGET: JSON.stringify(target), NODE_NO_WARNINGS: '1' },
    });
    let most = before;
    const watching = setInterval(() => {
      most = Math.max(most, residentMegabytes(pid));
    }, 500);
    // Its own start-up is not the server's to bear.
    await once(flooding, 'message');
    const flooded = await honest.run(seconds * 1000);
    clearInterval(watching);
    flooding.send('how many');
    const [{ requests }] = await once(flooding, 'message');
    const ended = once(flooding, 'exit');
    flooding.kill('SIGKILL');
    await ended;
    return {
      flood,
      token: { quiet: quiet.token.percentile(99), flooded: flooded.token.percentile(99) },
      ready: { quiet: quiet.ready.percentile(99), flooded: flooded.ready.percentile(99) },
      failed: flooded.failed,
      asked: requests,
      megabytes: { before, most },
      databaseGrowth: databaseMegabytes(home) - databaseBefore,
    };
  } finally {
    honest.close();
    await server.stop();
    await home.remove();
  }
}

const MOST_TIMES = 5;
const column = (value: string | number, width: number, digits = 1) =>
  (typeof value === 'number' ? value.toFixed(digits) : value).padStart(width);

function line({ flood, token, ready, failed, asked, megabytes, databaseGrowth }: Measured): string {
  const times = (p99: Measured['token']) =>
    `${column(p99.quiet, 7)}${column(p99.flooded, 9)}${column(p99.flooded / p99.quiet, 7)}`;
  return `${flood.padEnd(26)}${times(token)} ${times(ready)}${column(failed, 8, 0)}${column(asked, 9, 0)}${column(megabytes.before, 8, 0)}${column(megabytes.most, 7, 0)}${column(databaseGrowth, 8)}`;
}

if (!values.json) {
  process.stdout.write(
    `${''.padEnd(26)}${'token p99, ms'.padStart(23)} ${'/health/ready p99, ms'.padStart(23)}\n${''.padEnd(26)}${column('quiet', 7)}${column('flood', 9)}${column('times', 7)} ${column('quiet', 7)}${column('flood', 9)}${column('times', 7)}${column('failed', 8)}${column('asked', 9)}${column('MB', 8)}${column('most', 7)}${column('DB +MB', 8)}\n`,
  );
}
const measured: Measured[] = [];
for (const flood of chosen) {
  const result = await measure(flood);
  measured.push(result);
  if (!values.json) process.stdout.write(`${line(result)}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ seconds, pinning, measured }, null, 2)}\n`);
const met = measured.every(
  ({ token, ready, failed }) =>
    failed === 0 && token.flooded <= MOST_TIMES * token.quiet && ready.flooded <= MOST_TIMES * ready.quiet,
);
if (!values.json)
  process.stdout.write(met ? 'p99 within five times the quiet one\n' : 'not all within bounds\n');
silent.unref();
process.exitCode = met ? 0 : 1;
