import { connect as connectTcp } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { call } from '../token-client.ts';
import type { Chance } from './chance.ts';
import type { HostileWorld } from './hostile-world.ts';
import { bentRecord, strangeBody, strangeForm, strangeJson, strangeJwt, TEXTS } from './strange-text.ts';
import type { Tally } from './tally.ts';

/** One thing a stranger, or an administrator who pastes what strangers sent, does to the server. */
export type Attack = (world: HostileWorld, chance: Chance, tally: Tally, what: string) => Promise<void>;

type Request = {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether a refusal here is an event. */
  readonly promisesEvent?: boolean | ((status: number) => boolean);
  /** Sends the administrator's certificate, or none. */
  readonly identity?: 'strange' | 'operator';
};

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'content-type': 'application/json' };

const isEnded = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  /^(?:ECONNRESET|EPIPE|ERR_SSL_.*ALERT)/.test(String(error.code));

/** Sends one request, by TLS or behind a proxy with a strange certificate, and notes what became of it. */
async function send(
  world: HostileWorld,
  chance: Chance,
  tally: Tally,
  what: string,
  request: Request,
): Promise<string> {
  const { method = 'GET', path, promisesEvent = false } = request;
  const strange = world.certificate(chance);
  const tls = request.identity === 'operator' ? world.operator : chance.happens(80) ? strange : undefined;
  const forwarded = request.identity === 'operator' ? {} : world.forwarded(chance, strange.der);
  // Node frames no body of these by itself.
  const body = method === 'GET' || method === 'HEAD' ? undefined : request.body;
  const framing = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const name = `${what}: ${method} ${path.slice(0, 200)}`;
  try {
    if (tls) createSecureContext(tls);
  } catch {
    tally.unsendable++;
    return '';
  }
  try {
    const answer = await call(`${chance.pick(world.bases)}${path}`, {
      method,
      headers: { ...request.headers, ...forwarded, ...framing },
      ...(tls && { certificate: { cert: tls.cert, key: tls.key } }),
      ...(body !== undefined && { body }),
    });
    const promised = typeof promisesEvent === 'function' ? promisesEvent(answer.status) : promisesEvent;
    tally.answered(answer, name, promised);
    return answer.text;
  } catch (error) {
    if (isEnded(error)) tally.closed++;
    else if (error instanceof TypeError) tally.unsendable++;
    else tally.problems.push(`${name}: ${error instanceof Error ? error.stack : error}`);
    return '';
  }
}

/** A header of text that HTTP can carry. */
const headerText = (chance: Chance): string =>
  chance.pick(TEXTS).replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '\u00fc');

const basic = (name: string, secret: string) =>
  `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;

function strangeHeaders(world: HostileWorld, chance: Chance): Record<string, string> {
  const headers: Record<string, string> = {};
  const proof = () =>
    strangeJwt(
      chance,
      world.clientKey,
      { typ: 'dpop+jwt', jwk: world.clientJwk },
      {
        htm: 'POST',
        htu: `${world.bases[0]}/oauth2/token`,
        iat: Math.floor(Date.now() / 1000),
        jti: headerText(chance),
      },
    );
  const one: Readonly<Record<string, () => string>> = {
    authorization: () =>
      chance.pick([
        basic('secret', world.secret),
        basic(chance.pick(TEXTS), chance.pick(TEXTS)),
        `Basic ${headerText(chance)}`,
        `Bearer ${headerText(chance)}`,
        `Bearer ${strangeJwt(chance, world.clientKey, { typ: 'at+jwt' }, { iss: world.bases[0], sub: 'a', exp: 1e23 })}`,
        `DPoP ${headerText(chance)}`,
        headerText(chance),
      ]),
    dpop: proof,
    cookie: () => `${headerText(chance)}=${headerText(chance)}; __Host-session=${headerText(chance)}`,
    'accept-language': () => headerText(chance),
    'user-agent': () => headerText(chance),
    'x-forwarded-for': () => headerText(chance),
    origin: () => headerText(chance),
    'idempotency-key': () => headerText(chance),
    'if-match': () => headerText(chance),
    'content-encoding': () => headerText(chance),
    'countersign-event-id': () => headerText(chance),
  };
  for (const name of chance.several(3, () => chance.pick(Object.keys(one)))) {
    const text = one[name]?.();
    if (text !== undefined) headers[name] = text;
  }
  return headers;
}

const NAMES = [
  'grant_type',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'scope',
  'resource',
  'code',
  'code_verifier',
  'code_challenge',
  'code_challenge_method',
  'redirect_uri',
  'refresh_token',
  'username',
  'password',
  'device_code',
  'user_code',
  'auth_req_id',
  'login_hint',
  'id_token_hint',
  'login_hint_token',
  'binding_message',
  'requested_expiry',
  'user_code',
  'token',
  'token_type_hint',
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'audience',
  'assertion',
  'request',
  'request_uri',
  'response_type',
  'response_mode',
  'state',
  'nonce',
  'prompt',
  'max_age',
  'claims',
  'acr_values',
  'ui_locales',
  'authorization_details',
  'dpop_jkt',
  'post_logout_redirect_uri',
  'decision',
  'csrf',
  'pending',
  'access_token',
];

const GRANTS = [
  'client_credentials',
  'authorization_code',
  'refresh_token',
  'password',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:openid:params:grant-type:ciba',
  'urn:ietf:params:oauth:grant-type:token-exchange',
];

/** A form that would be answered, if nothing of it were bent. */
function usualForm(world: HostileWorld, chance: Chance): Record<string, string> {
  const client_id = chance.pick(world.clientIds);
  const claims = {
    iss: client_id,
    sub: client_id,
    aud: world.bases[0],
    jti: `${chance.below(1e9)}`,
    exp: Math.floor(Date.now() / 1000) + 60,
  };
  return {
    grant_type: chance.pick(GRANTS),
    client_id,
    ...(client_id === 'secret' && { client_secret: world.secret }),
    ...(client_id === 'assertion' && {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: strangeJwt(chance, world.clientKey, {}, claims),
    }),
    ...(chance.happens(30) && {
      subject_token: strangeJwt(chance, world.clientKey, {}, claims),
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    }),
    ...(chance.happens(30) && {
      request: strangeJwt(chance, world.clientKey, {}, { ...claims, response_type: 'code' }),
    }),
    ...(chance.happens(50) && {
      scope: 'openid',
      response_type: 'code',
      redirect_uri: 'https://app.example/callback',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
    }),
    ...(chance.happens(30) && { username: chance.pick(TEXTS), password: 'wrong' }),
    ...(chance.happens(30) && { token: strangeJwt(chance, world.clientKey, { typ: 'at+jwt' }, claims) }),
    ...(chance.happens(20) && { login_hint: chance.pick(TEXTS), max_age: '10' }),
  };
}

const ENDPOINTS = [
  'token',
  'token',
  'token',
  'par',
  'introspect',
  'revoke',
  'device_authorize',
  'bc-authorize',
  'userinfo',
  'authorize',
] as const;

const endpoint: Attack = async (world, chance, tally, what) => {
  const name = chance.pick(ENDPOINTS);
  const form = strangeForm(chance, usualForm(world, chance), NAMES);
  const inQuery = name === 'authorize' && chance.happens(50);
  const headers = { ...FORM, ...strangeHeaders(world, chance) };
  if (chance.happens(5))
    headers['content-type'] = chance.pick(['application/json', 'text/plain', 'multipart/form-data', '']);
  await send(world, chance, tally, what, {
    method: inQuery || chance.happens(5) ? chance.pick(['GET', 'GET', 'PUT', 'DELETE', 'PATCH']) : 'POST',
    path: `/oauth2/${name}${inQuery ? `?${form}` : ''}`,
    headers,
    body: form,
    promisesEvent: true,
  });
};

/** Paths of pages, by the methods they have. */
const PAGES: readonly (readonly ['GET' | 'POST', string])[] = [
  ['GET', '/oauth2/sign-in'],
  ['POST', '/oauth2/sign-in'],
  ['POST', '/oauth2/sign-in/certificate'],
  ['GET', '/oauth2/sign-in/link'],
  ['POST', '/oauth2/sign-in/link'],
  ['GET', '/oauth2/sign-in/problem'],
  ['GET', '/oauth2/sign-in/second-factor'],
  ['POST', '/oauth2/sign-in/second-factor'],
  ['GET', '/oauth2/sign-in/authenticator'],
  ['POST', '/oauth2/sign-in/authenticator'],
  ['GET', '/oauth2/sign-in/recovery-codes'],
  ['POST', '/oauth2/sign-in/recovery-codes'],
  ['GET', '/oauth2/sign-in/email'],
  ['POST', '/oauth2/sign-in/email'],
  ['POST', '/oauth2/sign-in/passkey'],
  ['GET', '/oauth2/consent'],
  ['POST', '/oauth2/consent'],
  ['GET', '/oidc/logout'],
  ['POST', '/oidc/logout'],
  ['POST', '/oidc/logout/confirm'],
  ['GET', '/oidc/logout/done'],
  ['GET', '/oauth2/device'],
  ['POST', '/oauth2/device'],
  ['GET', '/oauth2/ciba'],
  ['GET', '/account'],
  ['POST', '/account/password'],
  ['POST', '/account/certificate'],
  ['POST', '/account/passkey'],
  ['GET', '/account/recovery-codes'],
  ['POST', '/account/recovery-codes/kept'],
  ['POST', '/account/factors/remove'],
];

const page: Attack = async (world, chance, tally, what) => {
  const [method, path] = chance.pick(PAGES);
  const form = strangeForm(chance, usualForm(world, chance), NAMES);
  await send(world, chance, tally, what, {
    method,
    path: method === 'GET' || chance.happens(20) ? `${path}?${form}` : path,
    headers: { ...(method === 'POST' && FORM), ...strangeHeaders(world, chance) },
    ...(method === 'POST' && { body: form }),
    promisesEvent: true,
  });
};

const METADATA = [
  'client_name',
  'token_endpoint_auth_method',
  'grant_types',
  'response_types',
  'redirect_uris',
  'scope',
  'certificates',
  'jwks',
  'jwks_uri',
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
  'trust_group',
  'trust_anchors',
  'profile',
  'software_statement',
  'default_max_age',
  'client_uri',
  'logo_uri',
  'contacts',
  'client_id',
  'client_secret',
  'request_uris',
  'post_logout_redirect_uris',
  'backchannel_logout_uri',
  'backchannel_client_notification_endpoint',
];

const JWK = [
  'kty',
  'crv',
  'x',
  'y',
  'n',
  'e',
  'kid',
  'use',
  'alg',
  'key_ops',
  'x5c',
  'x5t#S256',
  'x5t',
  'x5u',
  'd',
];

/** A JWK set, some of whose keys are strange. */
export function strangeJwks(world: HostileWorld, chance: Chance): unknown {
  const certificate = () => Buffer.from(world.certificate(chance).der).toString('base64');
  const key = () => {
    const usual = { ...world.clientJwk, kid: chance.pick(TEXTS) };
    const named = chance.happens(50)
      ? { ...usual, x5c: chance.several(3, () => (chance.happens(20) ? chance.pick(TEXTS) : certificate())) }
      : { ...usual, 'x5t#S256': chance.pick([`${'A'.repeat(43)}=`, 'ab'.repeat(32), 'A'.repeat(43), '']) };
    return chance.happens(60) ? bentRecord(chance, named, JWK) : named;
  };
  const keys = chance.several(4, key);
  return chance.happens(85) ? { keys } : strangeJson(chance);
}

function strangeMetadata(world: HostileWorld, chance: Chance): unknown {
  const certificate = world.certificate(chance);
  const how: readonly Readonly<Record<string, unknown>>[] = [
    { certificates: [certificate.cert], token_endpoint_auth_method: 'self_signed_tls_client_auth' },
    {
      jwks: strangeJwks(world, chance),
      token_endpoint_auth_method: chance.pick(['self_signed_tls_client_auth', 'private_key_jwt']),
    },
    {
      jwks_uri: `${world.publisher}/${chance.below(1e9)}`,
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
    },
    { tls_client_auth_subject_dn: chance.pick(TEXTS), token_endpoint_auth_method: 'tls_client_auth' },
    { tls_client_auth_san_uri: chance.pick(TEXTS), token_endpoint_auth_method: 'tls_client_auth' },
    { tls_client_auth_san_ip: chance.pick(TEXTS), token_endpoint_auth_method: 'tls_client_auth' },
    {
      trust_anchors: [certificate.cert],
      tls_client_auth_san_dns: 'a.example',
      token_endpoint_auth_method: 'tls_client_auth',
    },
    { redirect_uris: [chance.pick(TEXTS), 'https://app.example/'], grant_types: ['authorization_code'] },
  ];
  const metadata = { client_name: 'hostile', grant_types: ['client_credentials'], ...chance.pick(how) };
  return chance.happens(50) ? metadata : bentRecord(chance, metadata, METADATA);
}

const member = (text: string, name: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
};

/** Registers a client (RFC 7591), asks for its token, changes it (RFC 7592), and removes it. */
const registration: Attack = async (world, chance, tally, what) => {
  const path = chance.pick(['/oauth2/register', '/api/identity/oauth2/dcr/v1.1/register']);
  const headers = { ...JSON_TYPE, ...strangeHeaders(world, chance) };
  const common = { headers, promisesEvent: true };
  const registered = await send(world, chance, tally, what, {
    ...common,
    method: 'POST',
    path,
    body: strangeBody(chance, strangeMetadata(world, chance)),
  });
  const client_id = member(registered, 'client_id');
  const token = member(registered, 'registration_access_token');
  const managed = `${path}/${encodeURIComponent((client_id ?? chance.pick(TEXTS)).toWellFormed())}`;
  const authorised = { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  if (client_id !== undefined) {
    await send(world, chance, tally, what, {
      method: 'POST',
      path: '/oauth2/token',
      headers: FORM,
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id }).toString(),
      promisesEvent: true,
    });
  }
  await send(world, chance, tally, what, {
    method: chance.pick(['GET', 'PUT', 'PUT', 'DELETE']),
    path: managed,
    headers: authorised,
    body: strangeBody(chance, { ...Object(strangeMetadata(world, chance)), client_id }),
    promisesEvent: client_id !== undefined,
  });
};

/** What an administrator pastes; and what the console asks for. */
const administration: Attack = async (world, chance, tally, what) => {
  const headers = { ...strangeHeaders(world, chance), ...JSON_TYPE, authorization: world.administrator };
  const pem = world.certificate(chance).cert;
  const pasted = chance.pick([
    pem,
    pem + pem,
    pem.replaceAll('\n', '\r\n'),
    pem.replaceAll('\n', ' '),
    chance.pick(TEXTS),
    Buffer.from(world.certificate(chance).der).toString('base64'),
  ]);
  const client_id = chance.pick(world.clientIds);
  const text = () => encodeURIComponent(chance.pick(TEXTS).toWellFormed());
  const requests: readonly (readonly [method: string, path: string, body?: unknown])[] = [
    ['POST', '/certificates/check', { certificate: pasted }],
    ['POST', '/certificates/check', { certificate: pasted, client_id: chance.pick(TEXTS) }],
    [
      'POST',
      '/truststore/certificates',
      { content: pasted, ...(chance.happens(50) && { alias: chance.pick(TEXTS) }) },
    ],
    [
      'POST',
      '/truststore/certificates',
      { content: chance.bytes(chance.below(2000)).toString('base64'), password: chance.pick(TEXTS) },
    ],
    ['POST', '/clients', strangeMetadata(world, chance)],
    ['POST', '/clients', strangeMetadata(world, chance)],
    ['POST', '/jwks/preview', { jwks: strangeJwks(world, chance) }],
    ['POST', '/jwks/preview', { jwks_uri: `${world.publisher}/${chance.below(1e9)}` }],
    [
      'PATCH',
      `/clients/${client_id}`,
      bentRecord(chance, {}, ['default_max_age', 'client_uri', 'contacts', 'x']),
    ],
    [
      'POST',
      '/users',
      bentRecord(chance, { username: `u${chance.below(1e9)}`, password: 'a long enough password' }, [
        'username',
        'password',
        'email',
        'roles',
        'given_name',
      ]),
    ],
    ['PUT', `/users/${text()}/password`, { password: chance.pick(TEXTS) }],
    ['DELETE', `/clients/${text()}x`],
    ['DELETE', `/users/${text()}x/sessions`],
    ['DELETE', `/truststore/certificates/${text()}x`],
    ['GET', `/clients?search=${text()}&after=${text()}&limit=${text()}`],
    ['GET', '/clients?limit=100'],
    ['GET', '/truststore'],
    ['GET', '/certificates/expiry'],
    ['GET', `/clients/${text()}`],
    ['GET', `/users?search=${text()}`],
    ['GET', `/events?username=${text()}&client_id=${text()}&remote_address=${text()}&search=${text()}`],
    ['GET', '/events?limit=100'],
    ['GET', `/events?since=${text()}&until=${text()}`],
    [
      'GET',
      `/events/histogram?since=${chance.pick(['0', '-1', '1e30', '99999999999999999999'])}&bucket=${text()}`,
    ],
    ['GET', `/events/counts?since=${text()}`],
    ['GET', `/events?person=${text()}&certificate=${text()}`],
    ['GET', `/events?kind=${text()}&except=${text()}`],
    ['GET', `/requests/histogram?since=${text()}&bucket=${chance.pick(['0', '60000', '1e30'])}`],
    ['GET', `/events/${text()}`],
    ['GET', `/grants?username=${text()}`],
    ['GET', `/grants/${text()}`],
    ['GET', `/sessions?username=${text()}`],
    ['GET', `/consents?username=${text()}`],
    [
      'POST',
      '/registration-tokens',
      bentRecord(chance, { label: 'a', clients: 1, lifetime: 60 }, ['label', 'clients', 'lifetime']),
    ],
  ];
  const [method, path, body] = chance.pick(requests);
  await send(world, chance, tally, what, {
    method,
    path: `/api/admin/v1${path}`,
    headers,
    ...(body !== undefined && { body: strangeBody(chance, body) }),
    identity: 'operator',
    promisesEvent: (status) => status === 401 || status === 403,
  });
};

/** Whatever else answers: nothing of it may fail, and most of it refuses nothing. */
const elsewhere: Attack = async (world, chance, tally, what) => {
  const text = encodeURIComponent(chance.pick(TEXTS).toWellFormed());
  const path = chance.pick([
    '/health/live',
    '/health/ready',
    '/oauth2/jwks',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/console',
    `/console/${text}`,
    `/console/assets/${text}`,
    '/carbon',
    `/${text}`,
    `/oauth2/${text}`,
    '/%',
    '/%ff',
    `/?${text}`,
    `/api/admin/v1/${text}`,
    '/api/admin/v1/clients',
    '/api/admin/v1/openapi.json',
  ]);
  await send(world, chance, tally, what, {
    method: chance.pick(['GET', 'GET', 'GET', 'POST', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND']),
    path,
    headers: strangeHeaders(world, chance),
    promisesEvent: (status) => status === 400,
  });
};

/** Attacks of which each refusal is counted, more of those that matter more. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  endpoint,
  'endpoint again': endpoint,
  'and again': endpoint,
  page,
  registration,
  administration,
  'administration again': administration,
  elsewhere,
};

const REQUEST = 'POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\n';

const NOISE: readonly ((chance: Chance) => string | Buffer)[] = [
  (chance) => chance.bytes(chance.below(400)),
  () => 'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  () => Buffer.from('16030100', 'hex'),
  () => `${REQUEST}${'X-A: '.padEnd(40_000, 'a')}\r\n\r\n`,
  () => `${REQUEST}ssl-client-cert: -----BEGIN CERTIFICATE-----\r\n\tMIIB\r\n\r\n`,
  () => `${REQUEST}Content-Length: 5\r\nContent-Length: 6\r\n\r\na=b`,
  () => `${REQUEST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
  () => `${REQUEST}Content-Length: 99999999999999999999\r\n\r\n`,
  (chance) => `${REQUEST}\0${chance.bytes(50).toString('latin1')}\r\n\r\n`,
  () => 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
  () => `${REQUEST}Expect: nothing\r\n\r\n`,
  () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  () => `${REQUEST}Upgrade: websocket\r\nConnection: upgrade\r\n\r\n`,
];

/** Bytes that are no request, within TLS and in its place. Whoever sends them is told by no event id. */
export function noise(world: HostileWorld, chance: Chance, tally: Tally, what: string): Promise<void> {
  const port = Number(new URL(chance.pick(world.bases)).port);
  const bytes = chance.pick(NOISE)(chance);
  return new Promise((done) => {
    const socket = chance.happens(70)
      ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...world.operator })
      : connectTcp({ port, host: '127.0.0.1' });
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.setTimeout(3000, () => socket.destroy());
    socket.once('close', () => {
      if (/^HTTP\/1\.1 5/.test(text)) tally.problems.push(`${what}: ${text.slice(0, 300)}`);
      done();
    });
    socket.end(bytes);
  });
}
