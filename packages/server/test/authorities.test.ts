import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parsePemCertificates } from '@countersign/x509';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { createIdentity } from './client-identity.ts';
import type { RunningCountersign, TestDeployment, TestHome } from './countersign-process.ts';
import { eventOf } from './event-of.ts';
import { missingProgram } from './installed-program.ts';
import { type OpensslAuthority, openOpensslAuthority } from './openssl-authority.ts';
import { type Answer, call, post } from './token-client.ts';

const skip = await missingProgram('openssl', ['version']);

const BOB_DN = 'CN=bob,O=Bank';
const BOB = '/O=Bank/CN=bob';
const BOB_DNS = 'bob.bank.example';

/** What a client presents, and what is registered of it. */
type Identity = { readonly cert: string; readonly key: string; readonly pem: string };
type Made = Identity & { readonly name: string };

/** Certificates as openssl makes them for whoever has a key, allowed to or not. */
class Forge {
  readonly #openssl: OpensslAuthority;

  constructor(openssl: OpensslAuthority) {
    this.#openssl = openssl;
  }

  async #made(name: string, ...chain: readonly string[]): Promise<Made> {
    const identity = await this.#openssl.identity(name, ...chain);
    return { name, pem: await this.#openssl.pem(name), ...identity };
  }

  /** @param key the key of another one; a new key otherwise */
  async selfSigned(
    subject: string,
    usage: 'ca' | 'client',
    { key, names = false }: { key?: Made; names?: boolean } = {},
  ) {
    const name = randomBytes(6).toString('hex');
    await this.#openssl.openssl(
      ...['req', '-x509', '-nodes', '-days', '30', '-subj', subject, '-out', `${name}.pem`],
      ...(key
        ? ['-key', `${key.name}.key`]
        : ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', `${name}.key`]),
      ...['-addext', `basicConstraints=critical,CA:${usage === 'ca' ? 'TRUE' : 'FALSE'}`],
      ...(names ? ['-addext', `subjectAltName=DNS:${BOB_DNS}`] : []),
    );
    if (key) await writeFile(join(this.#openssl.folder, `${name}.key`), key.key);
    return this.#made(name);
  }

  /** Bob's names, signed by whoever. */
  async bobBy(issuer: Made): Promise<Made> {
    const name = randomBytes(6).toString('hex');
    await writeFile(
      join(this.#openssl.folder, `${name}.ext`),
      `basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth\nsubjectAltName=DNS:${BOB_DNS}\n`,
    );
    await this.#openssl.openssl(
      ...['req', '-new', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
      ...['-keyout', `${name}.key`, '-subj', BOB, '-out', `${name}.csr`],
    );
    await this.#openssl.openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', `${issuer.name}.pem`, '-CAkey', `${issuer.name}.key`],
      ...['-CAcreateserial', '-days', '30', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    );
    return this.#made(name, issuer.name);
  }
}

const certificateOf = ({ pem }: Pick<Identity, 'pem'>) => {
  const [certificate] = parsePemCertificates(pem);
  assert.ok(certificate);
  return certificate;
};

/** The key of a certificate as a bare JWK. */
const bareJwk = (identity: Identity) => ({
  ...certificateOf(identity).x509.publicKey.export({ format: 'jwk' }),
  kty: 'EC',
});

/** Without the trust manager such a certificate is not even seen. */
const NOT_BELIEVED = /^certificate_(?:not_trusted|absent|subject_differs) /;

type Door = {
  readonly server: AuthorizationServer;
  readonly admin: AdminApi;
  /** Imports into the trust store, as keytool does: without a role. */
  trust(identity: Identity): Promise<void>;
  ask(client_id: string, identity: Pick<Identity, 'cert' | 'key'>): Promise<Answer>;
  /** Bob, known by his name, whose certificates an authority of the trust store issues. */
  bob(by: 'dn' | 'dns'): Promise<string>;
};

async function openDoor(
  deployment: TestDeployment,
  prepare: (home: TestHome) => Promise<unknown>,
): Promise<Door> {
  const server = await startAuthorizationServer(deployment, prepare);
  const admin = adminApiOf(server.issuer);
  return {
    server,
    admin,
    async trust({ pem }) {
      await admin.json('POST', '/truststore/certificates', { content: pem });
    },
    ask: (client_id, { cert, key }) =>
      post(
        `${server.issuer}/oauth2/token`,
        { grant_type: 'client_credentials', client_id },
        { certificate: { cert, key } },
      ),
    bob: async (by) =>
      (
        await admin.register({
          client_name: 'bob',
          token_endpoint_auth_method: 'tls_client_auth',
          grant_types: ['client_credentials'],
          ...(by === 'dn' ? { tls_client_auth_subject_dn: BOB_DN } : { tls_client_auth_san_dns: BOB_DNS }),
        })
      ).client_id,
  };
}

/** Why the server refused, for its operator. */
async function whyRefused(running: RunningCountersign, answer: Answer): Promise<string> {
  assert.equal(answer.status, 401, answer.text);
  const { because, evidence } = await eventOf(running, answer);
  return `${because} ${JSON.stringify(evidence)}`;
}

const TRUST_MANAGERS = [
  ['on', async () => {}],
  [
    'off',
    (home: TestHome) => home.editDeployment((text) => text.replace(/^trustManagerClassName = /m, '# $&')),
  ],
] as const;

for (const [trustManager, prepare] of TRUST_MANAGERS) {
  describe(`who vouches for whom, trust manager ${trustManager}`, { skip }, () => {
    let openssl: OpensslAuthority;
    let forge: Forge;
    let door: Door;
    before(async () => {
      openssl = await openOpensslAuthority();
      forge = new Forge(openssl);
      door = await openDoor({ registration: { mode: 'open' } }, prepare);
    });
    after(async () => {
      await door?.server.close();
      await openssl?.close();
    });

    const mallory = (identity: Identity, more: object = {}) =>
      door.admin.register({
        client_name: 'mallory',
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        certificates: [identity.pem],
        ...more,
      });

    /** Nobody becomes Bob by what `identity` signs, nor by being it. */
    const isNobodysAuthority = async (identity: Made) => {
      for (const by of ['dn', 'dns'] as const) {
        const client_id = await door.bob(by);
        const forged = await forge.bobBy(identity);
        for (const presented of [forged, { ...forged, cert: forged.pem }]) {
          const why = await whyRefused(door.server.running, await door.ask(client_id, presented));
          assert.match(why, NOT_BELIEVED);
        }
        const why = await whyRefused(door.server.running, await door.ask(client_id, identity));
        assert.match(why, NOT_BELIEVED);
      }
    };

    test('a certificate authority that nobody named goes on serving', async () => {
      const authority = await forge.selfSigned('/CN=Authority', 'ca');
      await door.trust(authority);
      const client_id = await door.bob('dn');
      const identity = await forge.bobBy(authority);
      assert.equal((await door.ask(client_id, identity)).status, 200);
    });

    for (const usage of ['ca', 'client'] as const) {
      describe(`a client’s self-signed certificate, ${usage === 'ca' ? 'CA:TRUE' : 'CA:FALSE'}`, () => {
        test('with another client’s names, in the trust store, is not that client', async () => {
          const identity = await forge.selfSigned(BOB, usage, { names: true });
          await door.trust(identity);
          const { client_id } = await mallory(identity);
          await isNobodysAuthority(identity);
          assert.equal((await door.ask(client_id, identity)).status, 200, 'it is still Mallory’s');
        });

        test('imported first and registered after, vouches for nobody', async () => {
          const identity = await forge.selfSigned('/CN=mallory', usage);
          await door.trust(identity);
          await mallory(identity);
          await isNobodysAuthority(identity);
        });

        test('removed from the client in a roll-over, and the client removed, vouches for nobody', async () => {
          const identity = await forge.selfSigned('/CN=leaked', usage);
          await door.trust(identity);
          const { client_id } = await mallory(identity);
          const next = await createIdentity('CN=next');
          await door.admin.json('POST', `/clients/${client_id}/certificates`, { certificate: next.pem });
          await door.admin.json(
            'DELETE',
            `/clients/${client_id}/certificates/${certificateOf(identity).thumbprint}`,
          );
          await isNobodysAuthority(identity);
          await door.admin.json('DELETE', `/clients/${client_id}`);
          await isNobodysAuthority(identity);
        });

        test('of whose key a renewed certificate is registered, vouches for nobody', async () => {
          const old = await forge.selfSigned('/CN=renewed', usage);
          const renewed = await forge.selfSigned('/CN=renewed', usage, { key: old });
          await door.trust(old);
          await mallory(renewed);
          await isNobodysAuthority(old);
        });

        test('known to the server by its bare key alone, vouches for nobody', async () => {
          const identity = await forge.selfSigned('/CN=bare', usage);
          await door.trust(identity);
          await mallory(identity, { certificates: [], jwks: { keys: [bareJwk(identity)] } });
          await isNobodysAuthority(identity);
        });
      });
    }

    test('a client that registers itself changes nothing by its own PUT and DELETE', async () => {
      const identity = await forge.selfSigned('/CN=self-made', 'ca');
      await door.trust(identity);
      const dcr = (method: string, url: string, token: unknown, metadata: object | undefined) =>
        call(url, {
          method,
          headers: {
            ...(metadata && { 'content-type': 'application/json' }),
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
          ...(metadata && { body: JSON.stringify(metadata) }),
          certificate: identity,
        });
      const words = {
        client_name: 'self-made',
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
      };
      const made = await dcr('POST', `${door.server.issuer}/oauth2/register`, undefined, {
        ...words,
        certificates: [identity.pem],
      });
      assert.equal(made.status, 201, made.text);
      await isNobodysAuthority(identity);
      const { client_id, registration_client_uri, registration_access_token } = made.json();
      const bare = { ...words, client_id, jwks: { keys: [bareJwk(identity)] } };
      const put = await dcr('PUT', String(registration_client_uri), registration_access_token, bare);
      assert.equal(put.status, 200, put.text);
      await isNobodysAuthority(identity);
      const token = put.json().registration_access_token ?? registration_access_token;
      const gone = await dcr('DELETE', String(registration_client_uri), token, undefined);
      assert.equal(gone.status, 204, gone.text);
      await isNobodysAuthority(identity);
    });

    test('a stranger takes no authority out of use by words: certificate, thumbprint, bare key', async () => {
      const authority = await forge.selfSigned('/CN=Relied on', 'ca');
      const client_id = await door.bob('dns');
      const identity = await forge.bobBy(authority);
      const stranger = await createIdentity('CN=stranger');
      const { x, y, crv } = bareJwk({ ...stranger });
      const register = (own: object) =>
        call(`${door.server.issuer}/oauth2/register`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            client_name: 'stranger',
            grant_types: ['client_credentials'],
            token_endpoint_auth_method: 'self_signed_tls_client_auth',
            ...own,
          }),
          certificate: stranger,
        });
      const words = [
        { certificates: [authority.pem] },
        { jwks: { keys: [bareJwk(authority)] } },
        { jwks: { keys: [{ kty: 'EC', crv, x, y, 'x5t#S256': certificateOf(authority).thumbprint }] } },
      ];
      // Named before it is imported.
      for (const own of words) await register(own);
      await door.trust(authority);
      assert.equal((await door.ask(client_id, identity)).status, 200);
      for (const own of words) {
        const refused = await register(own);
        assert.deepEqual([refused.status, refused.json().error], [400, 'invalid_client_metadata']);
      }
      assert.equal((await door.ask(client_id, identity)).status, 200);
    });

    test('an administrator may give a client an authority’s certificate: then it vouches no more', async () => {
      const authority = await forge.selfSigned('/CN=Given away', 'ca');
      await door.trust(authority);
      const client_id = await door.bob('dns');
      const identity = await forge.bobBy(authority);
      assert.equal((await door.ask(client_id, identity)).status, 200);
      await mallory(authority);
      const why = await whyRefused(door.server.running, await door.ask(client_id, identity));
      assert.match(why, trustManager === 'on' ? /no_authority.*the certificate of/ : NOT_BELIEVED);
    });
  });
}
