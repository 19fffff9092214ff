import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startChromium, whyNoChromium } from '../../packages/server/test/chromium.ts';
import { freePort } from '../../packages/server/test/free-port.ts';
import { type CertificateMethod, certificateOf } from '../certificate-client.ts';
import type { Identity, Language, Place, Row } from '../place.ts';
import { run, start } from '../program.ts';
import { serviceRow } from '../service.ts';

const HERE = import.meta.dirname;

type Method = 'client_secret_basic' | 'private_key_jwt' | CertificateMethod | 'none';

const isByCertificate = (method: Method) => method.endsWith('tls_client_auth');

/** What a user registers for a method, and the identity that goes with it. */
async function registration(
  place: Place,
  method: Method,
): Promise<{ readonly metadata: Readonly<Record<string, unknown>>; readonly identity?: Identity }> {
  switch (method) {
    // The default: nothing is said.
    case 'client_secret_basic':
      return { metadata: {} };
    case 'none':
      return { metadata: { token_endpoint_auth_method: method } };
    case 'private_key_jwt': {
      const identity = await place.identity('javascript');
      const key = { ...createPublicKey(identity.certificate).export({ format: 'jwk' }), use: 'sig' };
      return { metadata: { token_endpoint_auth_method: method, jwks: { keys: [key] } }, identity };
    }
    case 'self_signed_tls_client_auth':
    case 'tls_client_auth':
      return certificateOf(place, method);
  }
}

/** Registers a client and gives what its program reads from the environment. */
async function settings(
  place: Place,
  method: Method,
  metadata: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, string>>> {
  const { metadata: ofMethod, identity } = await registration(place, method);
  const { client_id, client_secret } = await place.addClient({ ...ofMethod, ...metadata });
  return {
    NODE_EXTRA_CA_CERTS: place.serverCertificateFile,
    ISSUER: place.issuer,
    CLIENT_ID: client_id,
    METHOD: method,
    // `client add` prints a secret for every client; those of other methods have no use for it.
    ...(client_secret !== undefined && method === 'client_secret_basic' && { CLIENT_SECRET: client_secret }),
    ...(identity && { CERTIFICATE: identity.certificateFile, KEY: identity.keyFile }),
  };
}

async function service(): Promise<Row> {
  const manifest = join(HERE, '../../packages/client/package.json');
  const { name, version } = JSON.parse(await readFile(manifest, 'utf8'));
  return serviceRow(
    { program: name, version },
    (place, { clientId, certificateFile, keyFile, trustFile, api }) =>
      run(process.execPath, ['--disable-warning=ExperimentalWarning', 'service.mjs'], {
        cwd: HERE,
        env: {
          ISSUER: place.issuer,
          CLIENT_ID: clientId,
          CERTIFICATE: certificateFile,
          KEY: keyFile,
          TRUST: trustFile,
          API: api,
        },
        signal: place.signal,
      }),
  );
}

/** The claims of an access token, unverified: what the row looks at is whether it is bound. */
function isBound(access_token: unknown): boolean {
  if (typeof access_token !== 'string') throw new Error(`no access token: ${access_token}`);
  const claims = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString());
  return typeof claims.cnf?.['x5t#S256'] === 'string';
}

type Answer = { readonly access_token?: unknown; readonly person?: { readonly name?: unknown } };

function checkBinding(method: Method, { access_token }: Answer): void {
  if (isBound(access_token) !== isByCertificate(method)) throw new Error('wrongly bound to a certificate');
}

type Program = { readonly program: string; readonly package: string; readonly file: string };

const OPENID_CLIENT_6 = { program: 'openid-client', package: 'openid-client', file: 'openid-client-6.mjs' };
const OPENID_CLIENT_5 = { ...OPENID_CLIENT_6, package: 'openid-client-5', file: 'openid-client-5.mjs' };
const OAUTH4WEBAPI = { program: 'oauth4webapi', package: 'oauth4webapi', file: 'oauth4webapi.mjs' };
const EXPRESS = {
  program: 'express-openid-connect',
  package: 'express-openid-connect',
  file: 'express-openid-connect.mjs',
};
const AUTH_CORE = { program: '@auth/core', package: '@auth/core', file: 'auth-core.mjs' };
const PASSPORT = {
  program: 'passport with passport-openidconnect',
  package: 'passport-openidconnect',
  file: 'passport-openidconnect.mjs',
};
const PASSPORT_OPENID_CLIENT = {
  program: 'passport with openid-client',
  package: 'openid-client',
  file: 'passport-openid-client.mjs',
};
const FASTIFY = { program: '@fastify/oauth2', package: '@fastify/oauth2', file: 'fastify-oauth2.mjs' };
const SIMPLE = { program: 'simple-oauth2', package: 'simple-oauth2', file: 'simple-oauth2.mjs' };
const OIDC_CLIENT_TS = {
  program: 'oidc-client-ts in Chromium',
  package: 'oidc-client-ts',
  file: 'oidc-client-ts.mjs',
};

async function versionOf(name: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(HERE, 'node_modules', name, 'package.json'), 'utf8'));
  return String(version);
}

async function row(
  { program, package: name }: Program,
  method: Method,
  flow: string,
  tried: (place: Place) => Promise<void>,
  note?: string,
): Promise<Row> {
  const version = await versionOf(name);
  return { program, version, method, flow, run: tried, ...(note !== undefined && { note }) };
}

const credentials = (program: Program, method: Method, note?: string) =>
  row(
    program,
    method,
    'client_credentials',
    async (place) => {
      const env = await settings(place, method, { grant_types: ['client_credentials'] });
      const printed = await run(process.execPath, [program.file], {
        cwd: HERE,
        env: { ...env, FLOW: 'client_credentials' },
        signal: place.signal,
      });
      checkBinding(method, JSON.parse(printed));
    },
    note,
  );

type Application = {
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Where the application takes its answers. */
  readonly callback: string;
  /** Where a person goes to sign in. */
  readonly login: string;
  /** Whether its answer shows its access token. */
  readonly showsToken: boolean;
};

const APPLICATION: Application = {
  metadata: {},
  callback: '/callback',
  login: '/login',
  showsToken: true,
};

const AUTH_JS: Partial<Application> = {
  callback: '/auth/callback/countersign',
  login: '/auth/signin',
  showsToken: false,
};

/** An application on a server of its own, into which a person signs in. */
const code = (program: Program, method: Method, given: Partial<Application> = {}, note?: string) =>
  row(
    program,
    method,
    'code',
    async (place) => {
      const { metadata, callback, login, showsToken } = { ...APPLICATION, ...given };
      const port = await freePort();
      const address = `http://localhost:${port}`;
      const env = await settings(place, method, {
        grant_types: ['authorization_code'],
        redirect_uris: [`${address}${callback}`],
        ...metadata,
      });
      await using application = await start(process.execPath, [program.file], {
        cwd: HERE,
        env: { ...env, FLOW: 'code', PORT: String(port) },
        signal: place.signal,
        ready: /^listening$/m,
      });
      const { status, body } = await place.signInThrough(`${address}${login}`);
      const told = `the application answered ${status}: ${body}\n${application.output()}`;
      if (status !== 200) throw new Error(told);
      const answer: Answer = JSON.parse(body);
      if (answer.person?.name !== 'Ada Lovelace') throw new Error(told);
      if (showsToken) checkBinding(method, answer);
    },
    note,
  );

/** A public client in a real browser, on another origin than the server. */
const browser = () =>
  row(OIDC_CLIENT_TS, 'none', 'code, UserInfo, refresh, revocation', async (place) => {
    const port = await freePort();
    const address = `http://localhost:${port}`;
    const env = await settings(place, 'none', {
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: [`${address}/`],
    });
    await using _application = await start(process.execPath, [OIDC_CLIENT_TS.file], {
      cwd: HERE,
      env: { ...env, PORT: String(port) },
      signal: place.signal,
      ready: /^listening$/m,
    });
    const chromium = await startChromium();
    try {
      const context = await chromium.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      const failures: string[] = [];
      page.on('console', (message) => failures.push(message.text()));
      await page.goto(address);
      await page.click('#login');
      await page.fill('input[name=username]', place.person.username, { timeout: 10_000 }).catch((error) => {
        throw new Error(`${error.message}\n${failures.join('\n')}`);
      });
      await page.fill('input[name=password]', place.person.password);
      await page.click('button[type=submit]');
      await page.click('button[value=allow]');
      await page.waitForFunction("document.getElementById('result')?.textContent");
      const shown = await page.textContent('#result');
      const { person, renewed, error } = JSON.parse(shown ?? '{}');
      if (error !== undefined || person?.name !== 'Ada Lovelace' || renewed !== true) {
        throw new Error(`the application shows ${shown}\n${failures.join('\n')}`);
      }
    } finally {
      await chromium.close();
    }
  });

/** Libraries and frameworks of Node.js, and one of browsers. */
export const javascript: Language = {
  name: 'JavaScript',
  async missing() {
    return whyNoChromium() || undefined;
  },
  async build() {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: HERE });
  },
  rows() {
    const everyMethod: readonly Method[] = [
      'client_secret_basic',
      'private_key_jwt',
      'self_signed_tls_client_auth',
      'tls_client_auth',
    ];
    const posts = 'posts its secret';
    const posting = (method: Method) => (method === 'client_secret_basic' ? posts : undefined);
    return Promise.all([
      ...everyMethod.map((method) => credentials(OPENID_CLIENT_6, method, posting(method))),
      ...everyMethod.map((method) => code(OPENID_CLIENT_6, method, {}, posting(method))),
      code(OPENID_CLIENT_6, 'none'),
      ...everyMethod.map((method) => credentials(OPENID_CLIENT_5, method)),
      ...everyMethod.map((method) => code(OPENID_CLIENT_5, method)),
      credentials(OAUTH4WEBAPI, 'self_signed_tls_client_auth'),
      code(OAUTH4WEBAPI, 'self_signed_tls_client_auth'),
      code(OAUTH4WEBAPI, 'tls_client_auth'),
      browser(),
      code(EXPRESS, 'client_secret_basic', { login: '/' }),
      code(EXPRESS, 'self_signed_tls_client_auth', { login: '/' }, 'useMtls'),
      code(EXPRESS, 'tls_client_auth', { login: '/' }, 'useMtls'),
      code(AUTH_CORE, 'client_secret_basic', AUTH_JS, 'idToken: false: claims from UserInfo'),
      code(
        AUTH_CORE,
        'private_key_jwt',
        { ...AUTH_JS, metadata: { scope_claims_in_id_token: true } },
        'claims from the ID token',
      ),
      code(PASSPORT, 'client_secret_basic', { showsToken: false }),
      code(PASSPORT_OPENID_CLIENT, 'self_signed_tls_client_auth'),
      code(FASTIFY, 'client_secret_basic'),
      code(
        FASTIFY,
        'self_signed_tls_client_auth',
        { metadata: { scope_claims_in_id_token: true } },
        'claims from the ID token',
      ),
      credentials(SIMPLE, 'client_secret_basic'),
      credentials(SIMPLE, 'self_signed_tls_client_auth', 'empty password in HTTP Basic'),
      credentials(SIMPLE, 'tls_client_auth', 'empty password in HTTP Basic'),
      service(),
    ]);
  },
};
