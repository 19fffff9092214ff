import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../packages/server/test/free-port.ts';
import { type KeyMaterial, SERVER_CERTIFICATE, SERVER_KEY } from '../key-material.ts';
import { endWithUs, runToEnd } from '../own-children.ts';
import { HYDRA } from '../peers/hydra.ts';
import type { WorkloadName } from '../workloads/names.ts';
import { originOf } from './dialect.ts';
import { type Target, TargetFailed } from './target.ts';

const SECRET = 'bench-secret-of-thirty-two-octets-and-more';
const LISTENS_WITHIN_MS = 30_000;

const NO_MUTUAL_TLS = 'It has no mutual TLS.';
const CANNOT: Readonly<Partial<Record<WorkloadName, string>>> = {
  mtls: NO_MUTUAL_TLS,
  'mtls-ca': NO_MUTUAL_TLS,
  handshake: NO_MUTUAL_TLS,
  resumed: NO_MUTUAL_TLS,
  'code-flow': 'It has no pushed authorization requests, and no mutual TLS.',
  refresh: NO_MUTUAL_TLS,
  userinfo: NO_MUTUAL_TLS,
  dpop: 'It has no DPoP.',
  exchange: 'It has no token exchange.',
};

/** Its configuration, which is YAML, and so may be JSON. */
const configuration = (port: number, adminPort: number, dsn: string, { folder }: KeyMaterial): object => {
  const tls = {
    enabled: true,
    cert: { path: join(folder, SERVER_CERTIFICATE) },
    key: { path: join(folder, SERVER_KEY) },
  };
  const host = '127.0.0.1';
  return {
    dsn,
    serve: { public: { host, port, tls }, admin: { host, port: adminPort, tls } },
    urls: { self: { issuer: originOf(port) } },
    strategies: { access_token: 'jwt' },
    secrets: { system: [randomBytes(32).toString('hex')] },
    log: { level: 'error' },
    sqa: { opt_out: true },
  };
};

const clients = ({ assertionJwk }: KeyMaterial): readonly object[] => [
  {
    client_id: 'secret',
    client_secret: SECRET,
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
  },
  {
    client_id: 'private_key_jwt',
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [{ ...assertionJwk, kid: 'bench-assertion', use: 'sig', alg: 'ES256' }] },
    grant_types: ['client_credentials'],
  },
];

async function create(url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new TargetFailed(`hydra: ${url} answered ${answer.status}: ${await answer.text()}`);
}

async function untilListening(url: string): Promise<void> {
  for (const deadline = Date.now() + LISTENS_WITHIN_MS; ; await pause(50)) {
    try {
      await fetch(url);
      return;
    } catch (cause) {
      if (Date.now() > deadline) throw new TargetFailed('hydra does not listen', { cause });
    }
  }
}

/** Runs it for as long as it takes to register what is needed, by its admin API, which is then without TLS. */
async function register(command: readonly string[], adminPort: number, material: KeyMaterial): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    stdio: 'ignore',
    env: { ...process.env, SERVE_ADMIN_TLS_ENABLED: 'false' },
  });
  endWithUs(child);
  try {
    const admin = `http://127.0.0.1:${adminPort}`;
    await untilListening(`${admin}/health/alive`);
    const key = { alg: 'ES256', use: 'sig', kid: 'bench' };
    await create(`${admin}/admin/keys/hydra.jwt.access-token`, key);
    for (const client of clients(material)) await create(`${admin}/admin/clients`, client);
  } finally {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }
}

/** Ory Hydra, on its own SQLite database or on PostgreSQL. */
export const hydra: Target = {
  name: 'hydra',
  warmUp: 'short',
  whyMissing: (peers) => HYDRA.whyMissing(peers),
  async prepare({ material, port, peers, database }) {
    const home = join(material.folder, 'hydra-home');
    mkdirSync(home);
    const adminPort = await freePort();
    const dsn =
      database.kind === 'postgres'
        ? `${await database.create('hydra')}?sslmode=disable&max_conns=64&max_idle_conns=64`
        : `sqlite://${join(home, 'hydra.sqlite')}?_fk=true&_journal_mode=WAL&_txlock=immediate`;
    const file = join(home, 'hydra.json');
    writeFileSync(file, JSON.stringify(configuration(port, adminPort, dsn, material)));
    const program = join(HYDRA.folderIn(peers), 'hydra');
    const command = [program, 'serve', 'all', '--config', file];
    await runToEnd([program, 'migrate', 'sql', '--yes', '--config', file, '--read-from-env'], {
      env: { DSN: dsn },
    });
    await register(command, adminPort, material);
    return {
      start: { kind: 'program', command },
      first: 'secret',
      dialect: {
        answers: 'token',
        scope: 'openid offline',
        paths: { token: '/oauth2/token', introspection: '/admin/oauth2/introspect' },
        introspectionPort: adminPort,
        clients: {
          secret: { client_id: 'secret', method: 'client_secret_basic', client_secret: SECRET },
          private_key_jwt: {
            client_id: 'private_key_jwt',
            method: 'private_key_jwt',
            audience: `${originOf(port)}/oauth2/token`,
          },
        },
        authorization: 'direct',
        tokenForPerson: {},
        cannot: CANNOT,
      },
    };
  },
};
