import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { freePort } from '../../packages/server/test/free-port.ts';
import { claimsOf, post } from '../../packages/server/test/token-client.ts';
import { type CertificateMethod, certificateClient } from '../certificate-client.ts';
import type { Language, Place, RegisteredClient, Row } from '../place.ts';
import { missingProgram, run, start } from '../program.ts';
import { serviceRow } from '../service.ts';

const HERE = import.meta.dirname;
const OAUTH2_PROXY = join(HERE, 'oauth2-proxy');
const binary = (name: string) => join(HERE, 'bin', name);

const ACCESS_TOKEN_HEADER = 'x-forwarded-access-token';

type Method = 'client_secret_basic' | CertificateMethod;

/** Registers a client and gives what its program reads from the environment. */
async function settings(
  place: Place,
  method: Method,
  metadata: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, string>>> {
  const common = { SSL_CERT_FILE: place.serverCertificateFile, ISSUER: place.issuer };
  if (method === 'client_secret_basic') {
    const { client_id, client_secret = '' } = await place.addClient(metadata);
    return { ...common, CLIENT_ID: client_id, CLIENT_SECRET: client_secret };
  }
  const { client, identity } = await certificateClient(place, method, metadata);
  const { certificateFile, keyFile } = identity;
  return { ...common, CLIENT_ID: client.client_id, CERTIFICATE: certificateFile, KEY: keyFile };
}

function checkBinding(method: Method, access_token: unknown): void {
  const isBound = 'cnf' in claimsOf(access_token);
  if (isBound !== (method !== 'client_secret_basic')) throw new Error('wrongly bound to a certificate');
}

type Answer = {
  readonly access_token?: unknown;
  readonly id_token?: unknown;
  readonly person?: Readonly<Record<string, unknown>>;
};

/** Signs a person in to an application of ours, which answers what it got. */
async function signedIn(
  place: Place,
  program: string,
  method: Method,
  given: Readonly<Record<string, string>>,
  grant_types: readonly string[] = ['authorization_code'],
): Promise<{ readonly answer: Answer; readonly client_id: string }> {
  const port = await freePort();
  const address = `http://localhost:${port}`;
  const env = await settings(place, method, { grant_types, redirect_uris: [`${address}/callback`] });
  await using application = await start(binary(program), [], {
    cwd: place.folder,
    env: { ...env, ...given, PORT: String(port) },
    signal: place.signal,
    ready: /^listening/m,
  });
  const { status, body } = await place.signInThrough(`${address}/login`);
  const told = `the application answered ${status}: ${body}\n${application.output()}`;
  if (status !== 200) throw new Error(told);
  const answer: Answer = JSON.parse(body);
  if (answer.person?.name !== 'Ada Lovelace') throw new Error(told);
  checkBinding(method, answer.access_token);
  return { answer, client_id: env.CLIENT_ID ?? '' };
}

async function versionOf(module: string, folder = HERE): Promise<string> {
  const printed = await run('go', ['list', '-m', '-f', '{{.Version}}', module], { cwd: folder });
  return printed.trim().replace(/^v/, '');
}

async function oauth2Rows(): Promise<readonly Row[]> {
  const oauth2 = await versionOf('golang.org/x/oauth2');
  const version = `${oauth2}, ${await versionOf('github.com/coreos/go-oidc/v3')}`;
  const credentials = (method: Method, style: string, note: string): Row => ({
    program: 'golang.org/x/oauth2',
    version: oauth2,
    method,
    flow: 'client_credentials',
    note,
    async run(place) {
      const env = await settings(place, method, { grant_types: ['client_credentials'] });
      const printed = await run(binary('oauth2'), [], {
        cwd: place.folder,
        env: { ...env, FLOW: 'client_credentials', STYLE: style },
        signal: place.signal,
      });
      const { access_token }: Answer = JSON.parse(printed);
      checkBinding(method, access_token);
    },
  });
  const code = (method: Method, given: Readonly<Record<string, string>>, note: string): Row => ({
    program: 'golang.org/x/oauth2 with go-oidc',
    version,
    method,
    flow: 'code',
    note,
    async run(place) {
      await signedIn(place, 'oauth2', method, given);
    },
  });
  return [
    credentials('client_secret_basic', 'header', 'AuthStyleInHeader'),
    credentials('client_secret_basic', 'body', 'AuthStyleInParams'),
    credentials('client_secret_basic', '', 'AuthStyleAutoDetect'),
    credentials('self_signed_tls_client_auth', 'header', 'AuthStyleInHeader: empty password'),
    credentials('self_signed_tls_client_auth', 'body', 'AuthStyleInParams'),
    credentials('tls_client_auth', '', 'AuthStyleAutoDetect'),
    code('client_secret_basic', {}, 'Provider.Verifier'),
    code('client_secret_basic', { VERIFIER: 'plain' }, 'NewVerifier, which expects RS256'),
    code('client_secret_basic', { STYLE: 'body' }, 'AuthStyleInParams'),
    code('self_signed_tls_client_auth', {}, 'Provider.Verifier'),
    code('self_signed_tls_client_auth', { VERIFIER: 'plain' }, 'NewVerifier, which expects RS256'),
    code('tls_client_auth', { STYLE: 'body' }, 'AuthStyleInParams'),
  ];
}

/** Signs the person in by a client of ours. @returns the ID token */
async function idTokenOf(
  place: Place,
  { client_id, client_secret = '' }: RegisteredClient,
  scope: string,
): Promise<string> {
  const redirect_uri = 'https://client.example/callback';
  const code_verifier = randomBytes(32).toString('base64url');
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const pkce = { code_challenge, code_challenge_method: 'S256' };
  const asked = new URLSearchParams({ response_type: 'code', client_id, redirect_uri, scope, ...pkce });
  const answer = await place.signIn(`${place.issuer}/oauth2/authorize?${asked}`);
  const code = answer.searchParams.get('code') ?? '';
  const form = {
    grant_type: 'authorization_code',
    code,
    code_verifier,
    redirect_uri,
    client_id,
    client_secret,
  };
  const { status, text, json } = await post(`${place.issuer}/oauth2/token`, form);
  if (status !== 200) throw new Error(`the token endpoint answered ${status}: ${text}`);
  return String(json().id_token);
}

/** An ID token, given to the API server's own authenticator, with its groups and without. */
async function kubernetesRow(): Promise<Row> {
  return {
    program: 'Kubernetes API server: its OIDC authenticator',
    version: await versionOf('k8s.io/apiserver'),
    method: 'client_secret_post',
    flow: 'verifies an ID token, reads user and groups',
    async run(place) {
      const client = await place.addClient({
        grant_types: ['authorization_code'],
        redirect_uris: ['https://client.example/callback'],
        token_endpoint_auth_method: 'client_secret_post',
        scope: 'openid groups',
      });
      const { client_id } = client;
      await place.operate('group', 'add', 'engineering');
      await place.operate('group', 'add', 'cluster-admins', '--parent', 'engineering');
      await place.operate('group', 'add-member', 'cluster-admins', '--user', place.person.username);
      const claim = ['claim', 'add', 'groups', '--scope', 'groups', '--from', 'groups'];
      await place.operate(...claim, '--to', 'id_token,userinfo');
      const shown = await readFile(join(HERE, 'kubernetes/authentication.yaml'), 'utf8');
      const certificate = await readFile(place.serverCertificateFile, 'utf8');
      const file = join(place.folder, 'authentication.yaml');
      const configuration = shown
        .replace('https://localhost:9443', place.issuer)
        .replace('the client_id', client_id)
        .replace(/ +-----BEGIN.*END CERTIFICATE-----/s, certificate.trimEnd().replaceAll(/^/gm, '        '));
      await writeFile(file, configuration);
      const seenBy = async (id_token: string) => {
        const env = { ID_TOKEN: id_token };
        const { signal } = place;
        return (await run(binary('kubernetes'), [file], { cwd: place.folder, env, signal })).trim();
      };
      const withGroups = await idTokenOf(place, client, 'openid groups');
      const user = `countersign:${claimsOf(withGroups).sub}`;
      const expected = [user, 'countersign:cluster-admins', 'countersign:engineering'].join('\n');
      const seen = await seenBy(withGroups);
      if (seen !== expected) throw new Error(`the API server sees ${seen}, not ${expected}`);
      const without = await seenBy(await idTokenOf(place, client, 'openid'));
      if (without !== user) throw new Error(`without the scope it sees ${without}, not ${user} alone`);
    },
  };
}

async function zitadelRow(): Promise<Row> {
  return {
    program: 'zitadel/oidc (rp)',
    version: await versionOf('github.com/zitadel/oidc/v3'),
    method: 'client_secret_basic',
    flow: 'code, UserInfo, refresh, revocation',
    note: 'refreshes and revokes with its secret in the body',
    async run(place) {
      const grant_types = ['authorization_code', 'refresh_token'];
      await signedIn(place, 'zitadel', 'client_secret_basic', {}, grant_types);
    },
  };
}

/** What stands behind the proxy: tells whom the proxy says it lets in. */
async function startUpstream(): Promise<AsyncDisposable & { readonly port: number }> {
  const port = await freePort();
  const server = createServer(({ headers }, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ email: headers['x-forwarded-email'], access_token: headers[ACCESS_TOKEN_HEADER] }),
    );
  });
  await new Promise<void>((done) => server.listen(port, 'localhost', done));
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function oauth2ProxyRow(): Promise<Row> {
  return {
    program: 'oauth2-proxy',
    version: await versionOf('github.com/oauth2-proxy/oauth2-proxy/v7', OAUTH2_PROXY),
    method: 'client_secret_basic',
    flow: 'code, UserInfo',
    async run(place) {
      const port = await freePort();
      const address = `http://localhost:${port}`;
      const { client_id, client_secret = '' } = await place.addClient({
        grant_types: ['authorization_code'],
        redirect_uris: [`${address}/oauth2/callback`],
      });
      await using upstream = await startUpstream();
      const shown = await readFile(join(OAUTH2_PROXY, 'oauth2-proxy.cfg'), 'utf8');
      const file = join(place.folder, 'oauth2-proxy.cfg');
      const configuration = shown
        .replace('https://localhost:9443', place.issuer)
        .replace('the client_id', client_id)
        .replace('the client_secret', client_secret)
        .replace('server.pem', place.serverCertificateFile)
        .replace('http://localhost:8080/', `http://localhost:${upstream.port}/`)
        .replaceAll('localhost:4180', `localhost:${port}`);
      await writeFile(file, configuration);
      await using proxy = await start(binary('oauth2-proxy'), ['--config', file], {
        cwd: place.folder,
        signal: place.signal,
        ready: `${address}/ping`,
      });
      const { status, body } = await place.signInThrough(`${address}/oauth2/start?rd=/`);
      const told = `the proxy answered ${status}: ${body}\n${proxy.output()}`;
      if (status !== 200) throw new Error(told);
      const { email, access_token } = JSON.parse(body);
      if (email !== 'ada@example.com') throw new Error(told);
      checkBinding('client_secret_basic', access_token);
    },
  };
}

async function callingRow(): Promise<Row> {
  const tried = { program: 'golang.org/x/oauth2', version: await versionOf('golang.org/x/oauth2') };
  return serviceRow(tried, (place, { clientId, certificateFile, keyFile, trustFile, api }) =>
    run(binary('service'), [], {
      cwd: place.folder,
      env: {
        SSL_CERT_FILE: trustFile,
        ISSUER: place.issuer,
        CLIENT_ID: clientId,
        CERTIFICATE: certificateFile,
        KEY: keyFile,
        API: api,
      },
      signal: place.signal,
    }),
  );
}

/** Libraries of Go, and programs made with them. */
export const go: Language = {
  name: 'Go',
  missing: () => missingProgram('go', ['version']),
  async build() {
    // Neither a newer toolchain nor anything that the lock files do not name is fetched.
    const env = { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' };
    await run('go', ['build', '-o', `${HERE}/bin/`, './oauth2', './kubernetes', './zitadel', './service'], {
      cwd: HERE,
      env,
    });
    await run('go', ['build', '-o', binary('oauth2-proxy'), 'github.com/oauth2-proxy/oauth2-proxy/v7'], {
      cwd: OAUTH2_PROXY,
      env,
    });
  },
  async rows() {
    return [
      ...(await oauth2Rows()),
      await callingRow(),
      await kubernetesRow(),
      await zitadelRow(),
      await oauth2ProxyRow(),
    ];
  },
};
