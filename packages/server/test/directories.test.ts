import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { SignJWT } from 'jose';
import { adminApiOf } from './admin-api.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { causeOf } from './event-of.ts';
import { selfSigned, serveHttps } from './https-on-loopback.ts';
import { type Answer, call } from './token-client.ts';

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
const pair = (): Pair => generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwkOf = ({ publicKey }: Pair, kid: string, members: object = { use: 'sig' }) => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  ...members,
});

/** Registration as the directories of markets have it done: their statements, and requests as JWTs. */
describe('software statements of directories', { timeout: 120_000 }, () => {
  let home: TestHome;
  let server: RunningCountersign;
  /** Where the keys of the software are published. */
  let keysAt: string;
  const [uk, brasil, cdr, plain] = [pair(), pair(), pair(), pair()];
  const [software, encrypting, stranger] = [pair(), pair(), pair()];
  const ending: (() => Promise<void>)[] = [];

  const AUTHORITIES = {
    'open-banking-uk': { iss: 'OpenBanking Ltd', key: uk },
    'open-finance-brasil': { iss: 'Open Banking Brasil SSA issuer', key: brasil },
    'cdr-au': { iss: 'cdr-register', key: cdr },
    rfc7591: { iss: 'https://directory.example', key: plain },
  } as const;
  type Format = keyof typeof AUTHORITIES;

  const REDIRECTS = ['https://tpp.example/one', 'https://tpp.example/two'];
  const SOFTWARE_ID = 'software-1';
  const common = () => ({ software_id: SOFTWARE_ID, org_id: 'org-1', org_name: 'Third Party Ltd' });
  /** Statements in the shape that each directory documents. */
  const CLAIMS: Readonly<Record<Format, () => Record<string, unknown>>> = {
    'open-banking-uk': () => ({
      ...common(),
      software_client_name: 'Budget',
      software_client_uri: 'https://tpp.example/',
      software_logo_uri: 'https://tpp.example/logo.png',
      software_policy_uri: 'https://tpp.example/policy',
      software_tos_uri: 'https://tpp.example/terms',
      software_version: 1.1,
      software_mode: 'Live',
      software_roles: ['AISP', 'PISP'],
      software_redirect_uris: REDIRECTS,
      software_jwks_endpoint: keysAt,
      software_jwks_revoked_endpoint: `${keysAt}/revoked`,
      org_status: 'Active',
      organisation_competent_authority_claims: { authority_id: 'FCAGBR' },
    }),
    'open-finance-brasil': () => ({
      ...common(),
      software_client_name: 'Orçamento',
      software_redirect_uris: REDIRECTS,
      software_jwks_uri: keysAt,
      software_environment: 'production',
      software_status: 'Active',
      software_statement_roles: [{ role: 'DADOS', status: 'Active' }],
      software_api_webhook_uris: [],
    }),
    'cdr-au': () => ({
      ...common(),
      client_name: 'Budget',
      redirect_uris: REDIRECTS,
      jwks_uri: keysAt,
      sector_identifier_uri: 'https://tpp.example/sector.json',
      recipient_base_uri: 'https://tpp.example/cdr',
      legal_entity_id: 'legal-1',
      scope: 'openid bank:accounts.basic:read cdr:registration',
    }),
    rfc7591: () => ({ client_name: 'Plain', jwks_uri: keysAt, software_id: SOFTWARE_ID }),
  };
  const NAMES: Readonly<Record<Format, string>> = {
    'open-banking-uk': 'Budget',
    'open-finance-brasil': 'Orçamento',
    'cdr-au': 'Budget',
    rfc7591: 'Plain',
  };

  const statement = (
    format: Format,
    changes: Readonly<Record<string, unknown>> = {},
    { iss = AUTHORITIES[format].iss, key = AUTHORITIES[format].key }: { iss?: string; key?: Pair } = {},
  ) =>
    new SignJWT({ iss, ...CLAIMS[format](), ...changes, jti: randomUUID() })
      .setProtectedHeader({ alg: 'PS256', kid: 'directory' })
      .setIssuedAt()
      .sign(key.privateKey);
  const now = () => Math.floor(Date.now() / 1000);
  const wanted = { token_endpoint_auth_method: 'private_key_jwt', grant_types: ['client_credentials'] };
  /** A registration as the software signs it. */
  const signed = async (
    claims: Readonly<Record<string, unknown>>,
    { key = software, header = {} }: { key?: Pair; header?: object } = {},
  ) => {
    const of = { iss: SOFTWARE_ID, aud: home.issuer, iat: now(), exp: now() + 300, jti: randomUUID() };
    return new SignJWT({ ...of, ...wanted, ...claims })
      .setProtectedHeader({ alg: 'PS256', kid: 'software', typ: 'JWT', ...header })
      .sign(key.privateKey);
  };
  const send = async (
    body: string,
    type = 'application/jwt',
    at = '/oauth2/register',
    token?: string,
    method = 'POST',
  ): Promise<Answer> => {
    const bearer =
      token ??
      String(
        (
          await adminApiOf(home.issuer).json('POST', '/registration-tokens', {
            label: 'tpp',
            clients: 1,
            lifetime: 600,
          })
        ).initial_access_token,
      );
    return call(at.startsWith('https:') ? at : `${home.issuer}${at}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': type },
      body,
    });
  };
  const asJson = (metadata: Readonly<Record<string, unknown>>) =>
    send(JSON.stringify({ ...wanted, ...metadata }), 'application/json');
  const refused = async (answer: Answer) => [
    answer.status,
    answer.json().error,
    await causeOf(server, answer),
  ];

  before(async () => {
    const identity = await selfSigned('keys of software');
    const publisher = await serveHttps({ after: () => {} }, identity, (_request, response) => {
      const keys = [jwkOf(software, 'software'), jwkOf(encrypting, 'encrypting', { use: 'enc' })];
      response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(JSON.stringify({ keys }));
    });
    keysAt = `${publisher.origin}/keystore/org-1/software-1/application.jwks`;
    ending.push(publisher.stop);
    home = await createTestHome({
      outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'keys.pem' },
      registration: {
        token_endpoint_auth_methods: ['private_key_jwt'],
        max_requests_per_address: 1000,
      },
      'registration.software_statement_authority': Object.entries(AUTHORITIES).map(([format, { iss }]) => ({
        issuer: iss,
        jwks: `${format}.json`,
        format,
      })),
    });
    await writeFile(join(home.security, 'keys.pem'), identity.pem);
    for (const [format, { key }] of Object.entries(AUTHORITIES)) {
      await writeFile(
        join(home.security, `${format}.json`),
        JSON.stringify({ keys: [jwkOf(key, 'directory')] }),
      );
    }
    server = await home.start();
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
    for (const end of ending) await end();
  });

  const FORMATS: readonly Format[] = ['open-banking-uk', 'open-finance-brasil', 'cdr-au'];
  for (const format of FORMATS) {
    for (const type of ['application/jwt', 'application/jose', 'application/json']) {
      test(`${format}, as ${type}: addresses, keys and names are those of the statement`, async () => {
        const software_statement = await statement(format);
        const asked = {
          software_statement,
          redirect_uris: [REDIRECTS[0]],
          grant_types: ['authorization_code'],
        };
        const answer =
          type === 'application/json' ? await asJson(asked) : await send(await signed(asked), type);
        assert.equal(answer.status, 201, answer.text);
        const { client_name, redirect_uris, jwks_uri, software_id, software_statement: kept } = answer.json();
        assert.deepEqual(
          [client_name, redirect_uris, jwks_uri, software_id, kept],
          [NAMES[format], [REDIRECTS[0]], keysAt, SOFTWARE_ID, software_statement],
        );
      });
    }

    test(`${format}: every redirect URI of the statement where the client names none; an update stays bound`, async () => {
      const software_statement = await statement(format);
      const asked = { software_statement, grant_types: ['authorization_code'] };
      const answer = await send(await signed(asked));
      assert.equal(answer.status, 201, answer.text);
      const { client_id, redirect_uris, registration_client_uri, registration_access_token } = answer.json();
      assert.deepEqual(redirect_uris, REDIRECTS);
      const put = async (metadata: Readonly<Record<string, unknown>>, type: string) => {
        const body =
          type === 'application/json'
            ? JSON.stringify({ ...wanted, client_id, ...metadata })
            : await signed({ client_id, software_statement, ...metadata });
        return send(body, type, String(registration_client_uri), String(registration_access_token), 'PUT');
      };
      for (const type of ['application/jwt', 'application/json']) {
        const narrowed = await put(
          { redirect_uris: [REDIRECTS[1]], grant_types: ['authorization_code'], client_name: 'Another' },
          type,
        );
        assert.equal(narrowed.status, 200, narrowed.text);
        assert.deepEqual(
          [narrowed.json().redirect_uris, narrowed.json().client_name],
          [[REDIRECTS[1]], NAMES[format]],
        );
        const beyond = await put(
          { redirect_uris: ['https://other.example/cb'], grant_types: ['authorization_code'] },
          type,
        );
        assert.deepEqual(await refused(beyond), [400, 'invalid_redirect_uri', 'software_statement_exceeded']);
      }
    });
  }

  test('a statement of RFC 7591 may be sent so too, if it says where the keys are', async () => {
    const answer = await send(await signed({ software_statement: await statement('rfc7591') }));
    assert.equal(answer.status, 201, answer.text);
    const bare = await send(
      await signed({ software_statement: await statement('rfc7591', { jwks_uri: undefined }) }),
    );
    assert.deepEqual(await refused(bare), [400, 'invalid_client_metadata', 'signed_registration_invalid']);
  });

  const invalid = [400, 'invalid_client_metadata', 'signed_registration_invalid'] as const;
  const HOSTILE: Readonly<
    Record<string, readonly [() => Promise<Answer>, readonly [number, string, string]]>
  > = {
    'a statement of another directory, by its name': [
      async () =>
        send(await signed({ software_statement: await statement('cdr-au', {}, { iss: 'OpenBanking Ltd' }) })),
      [400, 'invalid_software_statement', 'software_statement_invalid'],
    ],
    'the claims of another directory, signed by this one': [
      async () =>
        send(
          await signed({
            software_statement: await statement(
              'cdr-au',
              {},
              { iss: AUTHORITIES['open-banking-uk'].iss, key: uk },
            ),
          }),
        ),
      [400, 'unapproved_software_statement', 'software_statement_of_another_format'],
    ],
    'a directory that nobody named': [
      async () => asJson({ software_statement: await statement('cdr-au', {}, { iss: 'elsewhere' }) }),
      [400, 'unapproved_software_statement', 'software_statement_authority_unknown'],
    ],
    'an organisation that is withdrawn': [
      async () =>
        asJson({ software_statement: await statement('open-banking-uk', { org_status: 'Withdrawn' }) }),
      [400, 'unapproved_software_statement', 'software_statement_of_inactive_software'],
    ],
    'software that is not active': [
      async () =>
        asJson({
          software_statement: await statement('open-finance-brasil', { software_status: 'Inactive' }),
        }),
      [400, 'unapproved_software_statement', 'software_statement_of_inactive_software'],
    ],
    'redirect URIs that are no list': [
      async () =>
        asJson({ software_statement: await statement('open-banking-uk', { software_redirect_uris: 'x' }) }),
      [400, 'invalid_software_statement', 'software_statement_invalid'],
    ],
    'a redirect URI beyond the statement': [
      async () =>
        send(
          await signed({
            software_statement: await statement('open-banking-uk'),
            redirect_uris: ['https://tpp.example/one/'],
            grant_types: ['authorization_code'],
          }),
        ),
      [400, 'invalid_redirect_uri', 'software_statement_exceeded'],
    ],
    'keys elsewhere': [
      async () =>
        asJson({
          software_statement: await statement('open-banking-uk'),
          jwks_uri: 'https://other.example/jwks',
        }),
      [400, 'invalid_client_metadata', 'software_statement_exceeded'],
    ],
    'keys by value': [
      async () =>
        asJson({
          software_statement: await statement('open-finance-brasil'),
          jwks: { keys: [jwkOf(stranger, 'k')] },
        }),
      [400, 'invalid_client_metadata', 'software_statement_exceeded'],
    ],
    'the signature of a key that is not the software’s': [
      async () =>
        send(await signed({ software_statement: await statement('open-banking-uk') }, { key: stranger })),
      invalid,
    ],
    'the signature of a key for encryption': [
      async () =>
        send(
          await signed(
            { software_statement: await statement('open-banking-uk') },
            { key: encrypting, header: { kid: 'encrypting' } },
          ),
        ),
      [400, 'invalid_client_metadata', 'key_of_other_use'],
    ],
    'an unknown kid': [
      async () =>
        send(await signed({ software_statement: await statement('cdr-au') }, { header: { kid: 'unknown' } })),
      invalid,
    ],
    'no signature': [
      async () => {
        const [, payload = ''] = (await signed({ software_statement: await statement('cdr-au') })).split('.');
        return send(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`);
      },
      invalid,
    ],
    'a JWT made for something else': [
      async () =>
        send(await signed({ software_statement: await statement('cdr-au') }, { header: { typ: 'at+jwt' } })),
      invalid,
    ],
    'another iss': [
      async () => send(await signed({ software_statement: await statement('cdr-au'), iss: 'software-2' })),
      invalid,
    ],
    'another aud': [
      async () =>
        send(await signed({ software_statement: await statement('cdr-au'), aud: 'https://other.example' })),
      invalid,
    ],
    'another aud beside this': [
      async () =>
        send(
          await signed({
            software_statement: await statement('cdr-au'),
            aud: [home.issuer, 'https://other.example'],
          }),
        ),
      invalid,
    ],
    'an end that is past': [
      async () => send(await signed({ software_statement: await statement('cdr-au'), exp: now() - 300 })),
      invalid,
    ],
    'an end two hours ahead': [
      async () => send(await signed({ software_statement: await statement('cdr-au'), exp: now() + 7200 })),
      invalid,
    ],
    'no jti': [
      async () => send(await signed({ software_statement: await statement('cdr-au'), jti: undefined })),
      invalid,
    ],
    'no statement within': [
      async () => send(await signed({})),
      [400, 'invalid_software_statement', 'software_statement_absent'],
    ],
    'JSON that says it is a JWT': [
      async () => send(JSON.stringify({ ...wanted, software_statement: await statement('cdr-au') })),
      invalid,
    ],
    'a JWT that says it is JSON': [
      async () => send(await signed({ software_statement: await statement('cdr-au') }), 'application/json'),
      [400, 'invalid_client_metadata', 'malformed_request'],
    ],
    'a body of another kind': [
      async () => send('client_name=x', 'application/x-www-form-urlencoded'),
      [400, 'invalid_client_metadata', 'malformed_request'],
    ],
    'a JWT of a megabyte': [
      async () =>
        send(await signed({ software_statement: await statement('cdr-au'), padding: 'x'.repeat(900_000) })),
      [413, 'invalid_request', 'request_too_large'],
    ],
  };
  for (const [name, [ask, expected]] of Object.entries(HOSTILE)) {
    test(`refused: ${name}`, async () => {
      assert.deepEqual(await refused(await ask()), expected);
    });
  }

  test('refused: the same JWT twice', async () => {
    const body = await signed({ software_statement: await statement('open-banking-uk') });
    assert.equal((await send(body)).status, 201);
    assert.deepEqual(await refused(await send(body)), [
      400,
      'invalid_client_metadata',
      'signed_registration_replayed',
    ]);
  });

  test('where the answer is lost, the same JWT with the same Idempotency-Key is answered the same', async () => {
    const { initial_access_token } = await adminApiOf(home.issuer).json('POST', '/registration-tokens', {
      label: 'tpp',
      clients: 1,
      lifetime: 600,
    });
    const body = await signed({ software_statement: await statement('open-banking-uk') });
    const headers = {
      authorization: `Bearer ${initial_access_token}`,
      'content-type': 'application/jwt',
      'idempotency-key': randomUUID(),
    };
    const ask = () => call(`${home.issuer}/oauth2/register`, { method: 'POST', headers, body });
    const [first, second] = [await ask(), await ask()];
    assert.equal(first.status, 201, first.text);
    assert.deepEqual(second.json(), first.json());
  });
});
