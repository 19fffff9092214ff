import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../packages/server/test/free-port.ts';
import { type Answer, call, post } from '../../packages/server/test/token-client.ts';
import { certificateClient } from '../certificate-client.ts';
import type { Identity, Place, RegisteredClient } from '../place.ts';
import { type Environment, type Launch, whileServing } from './jvm.ts';

/** What a program is told of its key store. */
export const keyStoreOf = ({ pkcs12File, pkcs12Password }: Identity) => ({
  KEY_STORE: pkcs12File,
  KEY_STORE_PASSWORD: pkcs12Password,
});

/** Signs in at an application, whose page says who one is. */
export async function signInAt(place: Place, application: Launch, ready: RegExp, url: string): Promise<void> {
  await whileServing(place, application, ready, async () => {
    const landing = await place.signInThrough(url);
    assert.equal(landing.status, 200, landing.body);
    assert.equal(JSON.parse(landing.body).preferred_username, place.person.username);
  });
}

/** What an application registers that signs people in. */
export const relyingParty = (redirectUri: string) => ({
  grant_types: ['authorization_code'],
  redirect_uris: [redirectUri],
  scope: 'openid profile',
});

/** How an API is started, and where it is called. */
export type Api = {
  readonly launch: Launch;
  readonly ready: RegExp;
  readonly url: string;
  /** Whether it takes tokens that are bound to nothing. */
  readonly takesUnbound: boolean;
};

/**
 * Calls an API that asks for a client certificate and takes tokens: a bound token with its certificate and no other.
 * @param apiOf how the API is started at a port, told of the issuer, its own certificate and the clients it knows
 */
export async function callApi(
  place: Place,
  apiOf: (port: number, environment: Environment) => Api,
): Promise<void> {
  const own = await place.identity('api');
  const stranger = await place.identity('stranger');
  const grant = { grant_types: ['client_credentials'] };
  const { client, identity } = await certificateClient(place, 'self_signed_tls_client_auth', grant);
  const secretClient = await place.addClient({ ...grant, token_endpoint_auth_method: 'client_secret_basic' });
  const known = join(place.folder, 'clients.pem');
  await writeFile(known, `${identity.certificate}\n${stranger.certificate}\n`);
  const { launch, ready, url, takesUnbound } = apiOf(await freePort(), {
    ISSUER: place.issuer,
    API_CERTIFICATE: own.certificateFile,
    API_KEY: own.keyFile,
    CLIENT_CERTIFICATES: known,
  });
  const presented = async ({ certificate, keyFile }: Identity) => ({
    certificate: { cert: certificate, key: await readFile(keyFile, 'utf8') },
  });
  const credentials = { grant_type: 'client_credentials', client_id: client.client_id };
  const secret = Buffer.from(`${secretClient.client_id}:${secretClient.client_secret}`).toString('base64');
  const bound = await post(`${place.issuer}/oauth2/token`, credentials, await presented(identity));
  const unbound = await post(
    `${place.issuer}/oauth2/token`,
    { grant_type: 'client_credentials' },
    { headers: { authorization: `Basic ${secret}` } },
  );
  const statusWith = async (answer: Answer | undefined, shown?: Identity) => {
    const headers = answer ? { authorization: `Bearer ${answer.json().access_token}` } : {};
    const { status } = await call(url, { headers, ...(shown && (await presented(shown))) });
    return status;
  };
  await whileServing(place, launch, ready, async () => {
    assert.equal(await statusWith(bound, identity), 200, 'a bound token with its certificate');
    assert.equal(await statusWith(bound), 401, 'a bound token without a certificate');
    assert.equal(await statusWith(bound, stranger), 401, 'a bound token with another certificate');
    assert.equal(await statusWith(unbound), takesUnbound ? 200 : 401, 'a token that is not bound');
    assert.equal(await statusWith(undefined, identity), 401, 'a certificate without a token');
  });
}

/**
 * Calls an API that authorises by the role that a token names: a client that holds it comes in, one that does not is
 * refused, and so is the first with a token of another scope.
 */
export async function callApiByRole(
  place: Place,
  apiOf: (port: number, environment: Environment) => Api,
): Promise<void> {
  const own = await place.identity('api');
  const grant = { grant_types: ['client_credentials'], scope: 'reports status' };
  const reader = await place.addClient({ ...grant, token_endpoint_auth_method: 'client_secret_basic' });
  const stranger = await place.addClient({ ...grant, token_endpoint_auth_method: 'client_secret_basic' });
  await place.operate('role', 'add', 'report-reader');
  await place.operate('role', 'assign', 'report-reader', '--client', reader.client_id);
  await place.operate(
    'claim',
    'add',
    'roles',
    '--scope',
    'reports',
    '--from',
    'roles',
    '--to',
    'access_token',
  );
  const tokenOf = async ({ client_id, client_secret = '' }: RegisteredClient, scope: string) => {
    const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
    const form = { grant_type: 'client_credentials', scope };
    const answer = await post(`${place.issuer}/oauth2/token`, form, { headers: { authorization } });
    return answer.json().access_token;
  };
  const { launch, ready, url } = apiOf(await freePort(), {
    ISSUER: place.issuer,
    API_CERTIFICATE: own.certificateFile,
    API_KEY: own.keyFile,
    CLIENT_CERTIFICATES: own.certificateFile,
  });
  const statusWith = async (token: unknown, path = 'reports') =>
    (await call(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })).status;
  await whileServing(place, launch, ready, async () => {
    assert.equal(await statusWith(await tokenOf(reader, 'reports')), 200, 'a client with the role');
    assert.equal(await statusWith(await tokenOf(stranger, 'reports')), 403, 'a client without the role');
    assert.equal(await statusWith(await tokenOf(stranger, 'reports'), ''), 200, 'what asks for no role');
    assert.equal(await statusWith(await tokenOf(reader, 'status')), 403, 'a token without the scope');
  });
}
