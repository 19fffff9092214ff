import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { CLIENT_CERTIFICATE, SERVER_CERTIFICATE, SERVER_KEY } from '../key-material.ts';
import type { Target } from './target.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const Registered = z.object({ client_id: z.string() });

/** A new home's deployment but for its ports, and with the server key that all targets share. */
const deployment = (port: number) => `
[server]
port = ${port}

[super_admin]
create_admin_account = false

[keystore.primary]
file_name = "server.pem"
type = "PEM"
alias = "private-key-1"

[transport.https]
clientAuth = "want"
trustManagerClassName = "org.wso2.carbon.identity.core.util.ClientAuthX509TrustManager"

[encryption]
key = "${randomBytes(32).toString('hex')}"

[metrics]
enable = false
`;

/**
 * The server of a checkout with its dependencies installed, started by its own command on a home of its own; database
 * and audit log included.
 * @param workers the processes that answer; the server itself when left out
 */
export const countersignOf = (name: string, checkout: string, workers?: number): Target => ({
  name,
  answers: 'bound-token',
  path: '/oauth2/token',
  async prepare({ folder }, port) {
    const command = join(checkout, 'packages/server/bin/countersign.mjs');
    const home = join(folder, `${name}-home`);
    const conf = join(home, 'repository/conf');
    const security = join(home, 'repository/resources/security');
    for (const directory of [conf, security]) mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(conf, 'deployment.toml'), deployment(port), { mode: 0o600 });
    const key = readFileSync(join(folder, SERVER_KEY), 'utf8');
    const certificate = readFileSync(join(folder, SERVER_CERTIFICATE), 'utf8');
    writeFileSync(join(security, 'server.pem'), key + certificate, { mode: 0o600 });
    const added = await run(process.execPath, [
      command,
      ...['client', 'add', '--home', home, '--json', '--client-name', 'bench'],
      ...['--certificate', join(folder, CLIENT_CERTIFICATE), '--grant-types', 'client_credentials'],
      ...['--token-endpoint-auth-method', 'self_signed_tls_client_auth'],
    ]);
    const { client_id } = Registered.parse(JSON.parse(added.stdout));
    return {
      script: [
        command,
        ...['serve', '--home', home],
        ...(workers === undefined ? [] : ['--workers', String(workers)]),
      ],
      client_id,
    };
  },
});

/** The server of this repository. */
export const countersign: Target = countersignOf('countersign', REPOSITORY);

/** The same with so many processes that answer. */
export const countersignWithWorkers = (workers: number): Target =>
  countersignOf(`countersign-${workers}-workers`, REPOSITORY, workers);
