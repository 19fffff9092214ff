import assert from 'node:assert/strict';
import { createHash, createHmac, type KeyObject, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Place } from '../../../interop/place.ts';
import { startServer } from '../../../interop/server.ts';
import { createIdentity, type Identity } from '../../../packages/server/test/client-identity.ts';
import { type SelfSigned, selfSigned } from '../../../packages/server/test/https-on-loopback.ts';
import { issuerKeys } from '../../../packages/server/test/issuer-keys.ts';
import { claimsOf, post } from '../../../packages/server/test/token-client.ts';

export const AUDIENCE = 'https://api.example.com';
/** The API's own account: tokens that it may introspect are for it by this name as well. */
const INTROSPECTOR = 'orders-api';

type Json = Readonly<Record<string, unknown>>;

/** A Countersign with the clients of an API, and whoever attacks it. */
export type OrdersIssuer = AsyncDisposable & {
  readonly place: Place;
  /** What the API shows of itself: files, PEM. */
  readonly api: { readonly certificateFile: string; readonly keyFile: string };
  /** PEM: the authority of `client` and `stranger`, and the certificate that signs itself. */
  readonly clientCertificatesFile: string;
  /** The client that `issued.read` is for. */
  readonly clientId: string;
  /** Has both scopes; its tokens are for the API. */
  readonly client: Identity;
  /** The same, with a certificate that signs itself. */
  readonly selfSigned: Identity;
  /** Has a certificate of the same authority, and no token. */
  readonly stranger: Identity;
  /** Has a certificate that the API cannot know. */
  readonly outsider: Identity;
  /** The API's own account, for introspection. */
  readonly introspector: { readonly clientId: string; readonly clientSecret: string };
  /** Tokens as the server issues them. */
  readonly issued: {
    /** `orders.read`, bound to `client`. */
    readonly read: string;
    /** `orders.read orders.write`, bound to `client`. */
    readonly both: string;
    /** `orders.read`, bound to `selfSigned`. */
    readonly bySelfSigned: string;
    /** `status`, bound to `client`, for the server itself. */
    readonly forServer: string;
    /** `orders.read`, of a client with a secret: bound to nothing. */
    readonly unbound: string;
    /** Opaque, `orders.read`, bound to `client`. */
    readonly opaque: string;
    /** The same for the server itself, and one that is bound to nothing. */
    readonly opaqueForServer: string;
    readonly opaqueUnbound: string;
    /** An ID token of a person. */
    readonly idToken: string;
  };
  /** `issued.read` but for the changes, signed by the issuer's own key; undefined takes a member away. */
  resigned(claims?: Json, header?: Json): Promise<string>;
  /** `issued.read` with `alg: none`. */
  unsigned(): string;
  /** `issued.read` as HS256, the secret being a public key of the issuer in the forms that are at hand. */
  confused(): readonly string[];
  /** `issued.read` signed by somebody else. */
  forged(header?: Json): Promise<string>;
};

const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url');
const headerOf = (token: string): Json =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
const defined = (value: Json): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));

/** One token and all that can be made of it. */
function tokensLike(right: string, home: string) {
  const [claims, header] = [claimsOf(right), headerOf(right)];
  const keys = issuerKeys(home);
  const own = keys.find(({ kid }) => kid === header.kid);
  assert.ok(own, 'the key that signed the token');
  const sign = (by: KeyObject, payload: Json, protectedHeader: Json) =>
    new SignJWT(defined(payload)).setProtectedHeader({ alg: 'ES256', ...defined(protectedHeader) }).sign(by);
  return {
    resigned: (changes: Json = {}, headerChanges: Json = {}) =>
      sign(own.privateKey, { ...claims, jti: randomUUID(), ...changes }, { ...header, ...headerChanges }),
    unsigned: () => `${part({ ...header, alg: 'none' })}.${part(claims)}.`,
    confused: () =>
      keys.flatMap(({ kid, publicKey, publicJwk }) => {
        const pem = publicKey.export({ type: 'spki', format: 'pem' });
        const der = publicKey.export({ type: 'spki', format: 'der' });
        const signed = `${part({ ...header, kid, alg: 'HS256' })}.${part(claims)}`;
        return [pem, pem.toString().trimEnd(), der, JSON.stringify(publicJwk)].map(
          (secret) => `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`,
        );
      }),
    async forged(changes: Json = {}) {
      const { privateKey } = await createIdentity('CN=forger');
      return sign(privateKey, claims, { ...header, ...changes });
    },
  };
}

/** An ID token, by the authorization code flow of a client of its own. */
async function idTokenOf(place: Place): Promise<string> {
  const redirect_uri = 'https://client.example/callback';
  const { client_id, client_secret = '' } = await place.addClient({
    grant_types: ['authorization_code'],
    redirect_uris: [redirect_uri],
    token_endpoint_auth_method: 'client_secret_post',
    scope: 'openid',
  });
  const code_verifier = 'v'.repeat(43);
  const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
  const pkce = { code_challenge, code_challenge_method: 'S256' };
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri,
    scope: 'openid',
    ...pkce,
  });
  const returned = await place.signIn(`${place.issuer}/oauth2/authorize?${asked}`);
  const code = returned.searchParams.get('code') ?? '';
  const client = { client_id, client_secret };
  const form = { grant_type: 'authorization_code', code, code_verifier, redirect_uri, ...client };
  const answer = await post(`${place.issuer}/oauth2/token`, form);
  assert.equal(answer.status, 200, answer.text);
  return String(answer.json().id_token);
}

async function clientsOf(place: Place) {
  const authority = await createIdentity('CN=partners', { usage: 'ca' });
  const [client, stranger, own, outsider] = await Promise.all([
    createIdentity('CN=client', { issuer: authority }),
    createIdentity('CN=stranger', { issuer: authority }),
    createIdentity('CN=self-signed'),
    createIdentity('CN=outsider'),
  ]);
  const file = join(place.folder, 'clients.pem');
  await writeFile(file, authority.pem + own.pem);
  const metadata = {
    grant_types: ['client_credentials'],
    scope: 'orders.read orders.write status',
    scope_audiences: { 'orders.read': [AUDIENCE], 'orders.write': [AUDIENCE] },
  };
  const opaqueTokens = {
    access_token_type: 'reference',
    scope_audiences: { 'orders.read': [AUDIENCE, INTROSPECTOR] },
  };
  const secret = { ...metadata, token_endpoint_auth_method: 'client_secret_post' };
  const [byAuthority, bySelf, opaque, bySecret, opaqueBySecret] = [
    await place.addClient({
      ...metadata,
      tls_client_auth_subject_dn: 'CN=client',
      trust_anchors: [authority.pem],
    }),
    await place.addClient({ ...metadata, certificates: [own.pem] }),
    await place.addClient({
      ...metadata,
      ...opaqueTokens,
      certificates: [client.pem],
    }),
    await place.addClient(secret),
    await place.addClient({ ...secret, ...opaqueTokens }),
  ];
  const token = async (form: Readonly<Record<string, string>>, certificate?: Identity) => {
    const asked = { grant_type: 'client_credentials', ...form };
    const answer = await post(`${place.issuer}/oauth2/token`, asked, certificate && { certificate });
    assert.equal(answer.status, 200, answer.text);
    return String(answer.json().access_token);
  };
  const { client_id } = byAuthority;
  const issued = {
    read: await token({ client_id, scope: 'orders.read' }, client),
    both: await token({ client_id, scope: 'orders.read orders.write' }, client),
    forServer: await token({ client_id, scope: 'status' }, client),
    bySelfSigned: await token({ client_id: bySelf.client_id, scope: 'orders.read' }, own),
    opaque: await token({ client_id: opaque.client_id, scope: 'orders.read' }, client),
    opaqueForServer: await token({ client_id: opaque.client_id, scope: 'status' }, client),
    opaqueUnbound: await token({ ...opaqueBySecret, scope: 'orders.read' }),
    unbound: await token({ ...bySecret, scope: 'orders.read' }),
  };
  return {
    clientId: client_id,
    client,
    stranger,
    selfSigned: own,
    outsider,
    clientCertificatesFile: file,
    issued,
  };
}

async function written(place: Place, { pem, key }: SelfSigned) {
  const [certificateFile, keyFile] = [join(place.folder, 'api.pem'), join(place.folder, 'api.key')];
  await writeFile(certificateFile, pem);
  await writeFile(keyFile, key);
  return { certificateFile, keyFile };
}

/** Starts a Countersign and registers everybody. Leaving the block of `await using` ends it. */
export async function startOrdersIssuer(): Promise<OrdersIssuer> {
  const server = await startServer();
  const end = () => server[Symbol.asyncDispose]();
  try {
    const place = await server.place(new AbortController().signal);
    const registered = await clientsOf(place);
    const { client_id, client_secret = '' } = await place.addClient({
      client_name: 'orders API',
      client_id: INTROSPECTOR,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
    });
    return {
      place,
      api: await written(place, await selfSigned('api', ['localhost'])),
      ...registered,
      introspector: { clientId: client_id, clientSecret: client_secret },
      issued: { ...registered.issued, idToken: await idTokenOf(place) },
      ...tokensLike(registered.issued.read, server.home),
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
