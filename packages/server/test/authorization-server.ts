import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type OpenHome, openHome } from '../src/server/open-home.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../src/token/opaque-token.ts';
import { hashPassword } from '../src/user/password.ts';
import type { Session } from '../src/user/session.ts';
import type { User } from '../src/user/user.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import {
  createTestHome,
  type RunningCountersign,
  type TestDeployment,
  type TestHome,
} from './countersign-process.ts';
import { type Answer, type Call, call, post } from './token-client.ts';

/** A browser in which a person has signed in, driven through storage instead of the sign-in page. */
export type TestBrowser = {
  readonly session: Session;
  readonly user: User;
  /** The Cookie header as it stands now. */
  cookie(): string;
  /** Follows no redirect; keeps the cookies it is given. */
  get(url: string): Promise<Answer>;
  submit(url: string, form: Readonly<Record<string, string>>): Promise<Answer>;
  /** Signs in again: the cookie's secret changes, the session stays. */
  signInAgain(): Promise<void>;
};

export type TestClient = {
  readonly client_id: string;
  readonly client_secret: string | undefined;
  readonly redirect_uri: string;
  /** Its certificate, and as `call` and `post` take it. */
  readonly identity: Identity;
  readonly tls: { readonly certificate: Identity };
  /** Whether it proves itself by nothing. */
  readonly isPublic: boolean;
};

/** A running server, and its storage opened beside it. */
export type AuthorizationServer = {
  readonly issuer: string;
  readonly running: RunningCountersign;
  readonly opened: OpenHome;
  readonly command: TestHome['command'];
  /** Registers a client that authenticates by its own certificate, unless `metadata` says otherwise. */
  register(metadata?: Readonly<Record<string, unknown>>): Promise<TestClient>;
  browser(user?: Partial<User>): Promise<TestBrowser>;
  consent(browser: TestBrowser, client: TestClient, scopes: readonly string[]): Promise<void>;
  /** Ends the process as a power failure would, and starts it again. */
  killAndRestart(): Promise<void>;
  close(): Promise<void>;
};

const cookies = (secret: string) => new Map([['__Host-countersign-session', secret]]);

/** What `register`, `browser` and `consent` of a server do, by its storage. */
export function actorsOf({
  storage,
  clients,
}: OpenHome): Pick<AuthorizationServer, 'register' | 'browser' | 'consent'> {
  const newSession = (user: User, session_id: string, secret: string): Session => ({
    session_id,
    secret_sha256: hashOpaqueToken(secret),
    sub: user.sub,
    auth_time: Math.floor(Date.now() / 1000),
    amr: ['pwd'],
    client_ids: [],
    created_at: Date.now(),
    last_seen_at: Date.now(),
    expires_at: Date.now() + 3_600_000,
  });

  return {
    async register(metadata = {}) {
      const identity = await createIdentity(`CN=client ${randomUUID()}`);
      const redirect_uri = 'https://client.example/callback';
      const { client, client_secret } = await clients.register(
        {
          client_name: 'Test client',
          redirect_uris: [redirect_uri],
          ...(metadata.token_endpoint_auth_method === undefined && { certificates: [identity.pem] }),
          ...metadata,
        },
        { name: 'test', through: 'command-line' },
      );
      return {
        client_id: client.client_id,
        client_secret,
        redirect_uri: client.metadata.redirect_uris[0] ?? redirect_uri,
        identity,
        tls: { certificate: identity },
        isPublic: client.metadata.token_endpoint_auth_method === 'none',
      };
    },

    async browser(changes = {}) {
      const user: User = {
        sub: randomUUID(),
        username: `person-${randomBytes(6).toString('hex')}`,
        password_hash: await hashPassword('correct horse battery staple'),
        roles: [],
        claims: { name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true },
        enabled: true,
        created_at: Date.now(),
        revision: 1,
        ...changes,
      };
      await storage.users.insert(user);
      let secret = generateOpaqueToken();
      const session = newSession(user, randomUUID(), secret);
      await storage.sessions.insert(session);
      const jar = cookies(secret);
      const cookie = () => Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ');
      const keep = (answer: Answer): Answer => {
        for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
          const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
          jar.set(name, value);
        }
        return answer;
      };
      return {
        session,
        user,
        cookie,
        get: async (url) => keep(await call(url, { headers: { cookie: cookie() } })),
        submit: async (url, form) => keep(await post(url, form, { headers: { cookie: cookie() } })),
        async signInAgain() {
          secret = generateOpaqueToken();
          await storage.sessions.change(session.session_id, () =>
            newSession(user, session.session_id, secret),
          );
          jar.set('__Host-countersign-session', secret);
        },
      };
    },

    async consent({ user }, { client_id }, scopes) {
      await storage.consents.put({ sub: user.sub, client_id, scopes, granted_at: Date.now() });
    },
  };
}

/**
 * Starts a server of its own for a suite.
 * @param prepare done to its home before
 * @param printTo the file in its home that takes its standard output, instead of a pipe
 * @param options of `countersign serve`
 */
export async function startAuthorizationServer(
  deployment: TestDeployment = {},
  prepare: (home: TestHome) => Promise<unknown> = async () => {},
  printTo?: string,
  ...options: readonly string[]
): Promise<AuthorizationServer> {
  const home = await createTestHome(deployment);
  const start = () =>
    home.start(printTo === undefined ? undefined : join(home.home, printTo), undefined, ...options);
  let running: RunningCountersign | undefined;
  let opened: OpenHome;
  try {
    await prepare(home);
    running = await start();
    opened = await openHome(home.home, { quiet: true });
  } catch (error) {
    await running?.stop();
    await home.remove();
    throw error;
  }
  let server = running;

  return {
    issuer: home.issuer,
    get running() {
      return server;
    },
    opened,
    command: home.command,

    ...actorsOf(opened),

    async killAndRestart() {
      await server.stop('SIGKILL');
      server = await start();
    },

    async close() {
      await opened.close();
      await server.stop();
      await home.remove();
    },
  };
}

/** A PKCE pair (RFC 7636 §4). */
export function pkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export const SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/** The URL of an authorization request; a parameter that is undefined is left out. */
export function authorizationUrl(
  issuer: string,
  { client_id, redirect_uri }: TestClient,
  parameters: Readonly<Record<string, string | undefined>> = {},
): string {
  const sent = { response_type: 'code', client_id, redirect_uri, scope: SCOPES.join(' '), ...parameters };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(sent)) if (value !== undefined) query.append(name, value);
  return `${issuer}/oauth2/authorize?${query}`;
}

/** The parameters of an answer sent by redirect, and where it was sent. */
export function redirected(answer: Answer): {
  readonly to: string;
  readonly parameters: Readonly<Record<string, string>>;
} {
  const { location } = answer.headers;
  if (typeof location !== 'string') throw new Error(`no redirect: ${answer.status} ${answer.text}`);
  const [to = '', encoded = ''] = location.split(/[?#](.*)/s);
  return { to, parameters: Object.fromEntries(new URLSearchParams(encoded)) };
}

/** Where a person has to be asked, they allow it. @returns the answer to the client */
export async function allowed(browser: TestBrowser, answer: Answer): Promise<Answer> {
  const { location } = answer.headers;
  if (typeof location !== 'string' || !/\/oauth2\/consent\?/.test(location)) return answer;
  const { text } = await browser.get(location);
  const [, form_token = ''] = /name="form_token" value="([^"]*)"/.exec(text) ?? [];
  const posted = await browser.submit(location, { form_token, decision: 'allow' });
  return browser.get(String(posted.headers.location));
}

/** A code for a person who has consented, or does now, and the verifier that redeems it. */
export async function obtainCode(
  server: AuthorizationServer,
  browser: TestBrowser,
  client: TestClient,
  parameters: Readonly<Record<string, string | undefined>> = {},
): Promise<{ readonly code: string; readonly verifier: string }> {
  const { verifier, challenge } = pkce();
  const asked = await browser.get(
    authorizationUrl(server.issuer, client, {
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...parameters,
    }),
  );
  const answer = await allowed(browser, asked);
  const { code } = redirected(answer).parameters;
  if (code === undefined) throw new Error(`no code: ${JSON.stringify(redirected(answer))}`);
  return { code, verifier };
}

/** Redeems a code over mutual TLS. */
export function redeemCode(
  { issuer }: AuthorizationServer,
  { client_id, redirect_uri, tls }: TestClient,
  { code, verifier }: { readonly code: string; readonly verifier: string },
  options: Call = tls,
): Promise<Answer> {
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier, client_id, redirect_uri };
  return post(`${issuer}/oauth2/token`, form, options);
}
