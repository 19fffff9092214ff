import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import type { Identity } from '../../../packages/server/test/client-identity.ts';
import { type Answer, call } from '../../../packages/server/test/token-client.ts';
import { AUDIENCE, type OrdersIssuer } from './orders-issuer.ts';

/** From where a request comes: requests of the proxy from an address of its own. */
export const PROXY = '127.0.0.2';

/** An API that runs. */
export type RunningApi = {
  /** `GET` takes `orders.read`, `POST` takes `orders.write`. */
  readonly url: string;
  /** Whether it lets every certificate through the handshake; else those that its trust store vouches for. */
  readonly takesEveryCertificate: boolean;
  /** For how many seconds after its end it takes a token, for clocks that differ. */
  readonly leeway: 0 | 60;
  /** Whether it believes a proxy at {@link PROXY}. */
  readonly proxy: boolean;
};

type Request = {
  readonly token?: string;
  readonly certificate?: Identity;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly from?: string;
};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Asks an API, on a connection of its own. */
export const ask = (url: string, { token, certificate, method, headers, from }: Request): Promise<Answer> =>
  call(url, {
    ...(method !== undefined && { method }),
    headers: { ...(token !== undefined && bearer(token)), ...headers },
    ...(certificate && { certificate }),
    ...(from !== undefined && { from }),
  });

const challengeOf = ({ headers }: Answer): string => String(headers['www-authenticate'] ?? '');

function assertAccepted(answer: Answer): void {
  assert.equal(answer.status, 200, `${answer.text} ${challengeOf(answer)}`);
}

/** 401, as RFC 6750 §3.1 has it for a token that is not acceptable. */
function assertInvalid(answer: Answer): void {
  assert.equal(answer.status, 401, answer.text);
  assert.match(challengeOf(answer), /^Bearer .*error="invalid_token"/);
  assert.ok(!answer.text.includes('client_id'), answer.text);
}

/** What the ways to write a certificate into a header look like, whoever believes them. */
const forgedHeaders = ({ certificate, pem, thumbprint }: Identity): Readonly<Record<string, string>> => {
  const base64 = Buffer.from(certificate.der).toString('base64');
  const digest = createHash('sha256').update(certificate.der).digest('hex');
  return {
    'client-cert': `:${base64}:`,
    'ssl-client-cert': encodeURIComponent(pem),
    ssl_client_cert: pem.replaceAll('\n', '\t'),
    'x-ssl-client-cert': encodeURIComponent(pem),
    'x-forwarded-client-cert': `Hash=${digest};Cert="${encodeURIComponent(pem)}"`,
    'x-arr-clientcert': base64,
    'x-client-cert-thumbprint': thumbprint,
  };
};

/** Every rule of docs/resource-servers.md with a request that keeps it and one that breaks it. */
export function bindingRules(api: () => RunningApi, issuer: () => OrdersIssuer): void {
  const get = (request: Request) => ask(api().url, { certificate: issuer().client, ...request });
  const { url } = { url: () => api().url };
  const now = () => Math.floor(Date.now() / 1000);

  test('a token as it is issued comes in over the connection of its certificate', async () => {
    const answer = await get({ token: issuer().issued.read });
    assertAccepted(answer);
    assert.equal(answer.json().sub, answer.json().client_id);
    assertAccepted(await get({ token: issuer().issued.both, method: 'POST' }));
    assertAccepted(await get({ token: await issuer().resigned() }));
  });

  test('so does that of a certificate that signs itself', async () => {
    const { issued, selfSigned } = issuer();
    assertAccepted(await get({ token: issued.bySelfSigned, certificate: selfSigned }));
    assertInvalid(await get({ token: issued.bySelfSigned }));
  });

  test('no token: 401, and the challenge names no error', async () => {
    const answer = await get({});
    assert.equal(answer.status, 401);
    assert.match(challengeOf(answer), /^Bearer\b/);
    assert.doesNotMatch(challengeOf(answer), /error=/);
    const elsewhere = await ask(`${url()}?access_token=${issuer().issued.read}`, {
      certificate: issuer().client,
    });
    assert.ok([400, 401].includes(elsewhere.status), 'a token in the query');
  });

  test('no certificate, or another one: 401', async () => {
    const { issued, stranger, outsider } = issuer();
    assertInvalid(await ask(url(), { token: issued.read }));
    assertInvalid(await get({ token: issued.read, certificate: stranger }));
    const answer = get({ token: issued.read, certificate: outsider });
    if (api().takesEveryCertificate) assertInvalid(await answer);
    else await assert.rejects(answer, /alert|ECONNRESET|EPIPE|hang up/i);
  });

  test('a certificate in a header is none', async () => {
    const { issued, client, stranger } = issuer();
    const headers = forgedHeaders(client);
    assertInvalid(await ask(url(), { token: issued.read, headers }));
    assertInvalid(await get({ token: issued.read, headers, certificate: stranger }));
    for (const [name, value] of Object.entries(headers))
      assertInvalid(await ask(url(), { token: issued.read, headers: { [name]: value } }));
  });

  test('a token that is bound to nothing, to a DPoP key, or to more than the certificate: 401', async () => {
    const { issued, client, resigned } = issuer();
    assertInvalid(await get({ token: issued.unbound }));
    const jkt = createHash('sha256').update('a key').digest('base64url');
    assertInvalid(await get({ token: await resigned({ cnf: { jkt } }) }));
    assertInvalid(await get({ token: await resigned({ cnf: { jkt, 'x5t#S256': client.thumbprint } }) }));
    assertInvalid(await get({ token: await resigned({ cnf: {} }) }));
    assertInvalid(await get({ token: await resigned({ cnf: undefined }) }));
  });

  test('expired: 401', async () => {
    const { resigned } = issuer();
    assertAccepted(await get({ token: await resigned({ exp: now() + 30 }) }));
    // Issued before it ends, as every token is: some libraries look at that, too.
    const iat = now() - 600;
    assertInvalid(await get({ token: await resigned({ iat, exp: now() - api().leeway - 5 }) }));
    if (api().leeway > 0) assertAccepted(await get({ token: await resigned({ iat, exp: now() - 20 }) }));
  });

  test('for another audience: 401', async () => {
    const { issued, resigned, place } = issuer();
    assertInvalid(await get({ token: issued.forServer }));
    assertInvalid(await get({ token: await resigned({ aud: 'https://other.example.com' }) }));
    assertInvalid(await get({ token: await resigned({ aud: undefined }) }));
    assertAccepted(await get({ token: await resigned({ aud: [place.issuer, AUDIENCE] }) }));
  });

  test('of another issuer: 401', async () => {
    const { resigned, place } = issuer();
    for (const iss of ['https://other.example.com', `${place.issuer}/`, undefined])
      assertInvalid(await get({ token: await resigned({ iss }) }));
  });

  test('of another type, an ID token for one: 401', async () => {
    const { resigned, issued } = issuer();
    assertInvalid(await get({ token: issued.idToken }));
    for (const typ of ['JWT', 'dpop+jwt', 'logout+jwt', undefined])
      assertInvalid(await get({ token: await resigned({}, { typ }) }));
    assertAccepted(await get({ token: await resigned({}, { typ: 'application/at+jwt' }) }));
  });

  test('`alg: none`, and a public key taken for a secret (HS256): 401', async () => {
    const { unsigned, confused } = issuer();
    assertInvalid(await get({ token: unsigned() }));
    assert.ok(confused().length >= 4);
    for (const token of confused()) assertInvalid(await get({ token }));
  });

  test('signed by another key, by an unknown one, or changed: 401', async () => {
    const { forged, issued } = issuer();
    assertInvalid(await get({ token: await forged() }));
    assertInvalid(await get({ token: await forged({ kid: 'unknown' }) }));
    const [header, , signature] = issued.read.split('.');
    const [, claims] = issued.both.split('.');
    assertInvalid(await get({ token: `${header}.${claims}.${signature}`, method: 'POST' }));
    for (const token of ['x', 'a.b.c', `${issued.read}.`, issued.opaque]) assertInvalid(await get({ token }));
    assertAccepted(await get({ token: issued.read }));
  });

  test('without the scope: 403, and the challenge says so', async () => {
    const { issued, resigned } = issuer();
    for (const token of [
      issued.read,
      await resigned({ scope: undefined }),
      await resigned({ scope: 'orders.writer' }),
    ]) {
      const answer = await get({ token, method: 'POST' });
      assert.equal(answer.status, 403, answer.text);
      assert.match(challengeOf(answer), /^Bearer .*error="insufficient_scope"/);
    }
  });
}

/** Where a proxy ends TLS and hands the certificate on as RFC 9440 has it: from its own address alone. */
export function proxyRules(api: () => RunningApi, issuer: () => OrdersIssuer): void {
  const header = ({ certificate }: Identity) => ({
    'client-cert': `:${Buffer.from(certificate.der).toString('base64')}:`,
  });

  test('from the proxy the header says which certificate it is, and nothing else does', async () => {
    assert.ok(api().proxy);
    const { url } = api();
    const { issued, client, stranger } = issuer();
    const token = issued.read;
    assertAccepted(await ask(url, { token, headers: header(client), from: PROXY }));
    assertInvalid(await ask(url, { token, headers: header(stranger), from: PROXY }));
    assertInvalid(await ask(url, { token, from: PROXY }));
    assertInvalid(await ask(url, { token, headers: { 'client-cert': ':AAAA:' }, from: PROXY }));
    assertInvalid(await ask(url, { token, headers: { 'client-cert': 'none' }, from: PROXY }));
    // The proxy's own certificate is not the caller's.
    assertInvalid(await ask(url, { token, certificate: client, from: PROXY }));
    assertInvalid(await ask(url, { token, certificate: client, headers: header(stranger), from: PROXY }));
  });

  test('from anywhere else the header says nothing', async () => {
    const { issued, client, stranger } = issuer();
    const token = issued.read;
    assertInvalid(await ask(api().url, { token, headers: header(client) }));
    for (const claimed of [
      { 'x-forwarded-for': PROXY },
      { forwarded: `for=${PROXY}` },
      { 'x-real-ip': PROXY },
    ])
      assertInvalid(await ask(api().url, { token, headers: { ...header(client), ...claimed } }));
    assertInvalid(await ask(api().url, { token, headers: header(client), certificate: stranger }));
    assertAccepted(await ask(api().url, { token, headers: header(stranger), certificate: client }));
  });
}
