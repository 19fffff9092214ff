import assert from 'node:assert/strict';
import test from 'node:test';
import { createIdentity } from '../../../test/client-identity.ts';
import { jsonFile, type ReadItems, type ReadOptions, readItems } from '../../../test/read-items.ts';
import { readPasswordHash } from '../../password-hash.ts';
import { MovedRecord } from '../record.ts';
import { keycloak } from './keycloak.ts';

type Members = Readonly<Record<string, unknown>>;

/** People of a realm, each with what is written beside the username. */
const read = (
  people: Readonly<Record<string, Members>>,
  { realm = {}, ...options }: ReadOptions & { readonly realm?: Members } = {},
): Promise<ReadItems> =>
  readItems(
    keycloak,
    [
      jsonFile('yard-realm.json', {
        realm: 'yard',
        users: Object.entries(people).map(([username, members]) => ({ username, ...members })),
        ...realm,
      }),
    ],
    options,
  );

const outcomes = (items: ReadItems, name: string, field: string): readonly string[] =>
  items.told(name, field).map(({ outcome }) => outcome);

const HASH = { value: `${'A'.repeat(43)}=`, salt: 'c29tZXNhbHRzb21lc2FsdA==' };

const hashed = (algorithm: string, hashIterations: number, additionalParameters: Members = {}): Members => ({
  type: 'password',
  secretData: JSON.stringify({ ...HASH, additionalParameters: {} }),
  credentialData: JSON.stringify({ hashIterations, algorithm, additionalParameters }),
});

const ARGON2 = { hashLength: ['32'], memory: ['7168'], type: ['id'], version: ['1.3'], parallelism: ['1'] };

const passwordOf = (items: ReadItems, username: string): string | undefined => {
  const { password } = items.person(username);
  return password?.value;
};

test('password hashes of every version of Keycloak become strings that a sign-in reads', async () => {
  const items = await read({
    argon2: { credentials: [hashed('argon2', 5, ARGON2)] },
    argon2d: { credentials: [hashed('argon2', 5, { ...ARGON2, type: ['d'] })] },
    sha1: { credentials: [hashed('pbkdf2', 20_000)] },
    sha256: { credentials: [hashed('pbkdf2-sha256', 27_500)] },
    sha512: { credentials: [hashed('pbkdf2-sha512', 210_000)] },
    old: {
      credentials: [
        {
          type: 'password',
          hashedSaltedValue: HASH.value,
          salt: HASH.salt,
          hashIterations: 20_000,
          algorithm: 'pbkdf2-sha256',
          digits: 0,
        },
      ],
    },
    text: { credentials: [{ type: 'password', value: 'By hand', temporary: true }] },
  });
  const [salt, hash] = [HASH.salt, HASH.value].map((text) => text.replace(/=+$/, ''));
  assert.equal(passwordOf(items, 'argon2'), `$argon2id$v=19$m=7168,t=5,p=1,as=typed$${salt}$${hash}`);
  assert.equal(passwordOf(items, 'argon2d'), `$argon2d$v=19$m=7168,t=5,p=1,as=typed$${salt}$${hash}`);
  assert.equal(passwordOf(items, 'sha1'), `$pbkdf2-sha1$i=20000$${salt}$${hash}`);
  assert.equal(passwordOf(items, 'sha256'), `$pbkdf2-sha256$i=27500$${salt}$${hash}`);
  assert.equal(passwordOf(items, 'sha512'), `$pbkdf2-sha512$i=210000$${salt}$${hash}`);
  assert.equal(passwordOf(items, 'old'), `$pbkdf2-sha256$i=20000$${salt}$${hash}`);
  for (const name of ['argon2', 'argon2d', 'sha1', 'sha256', 'sha512', 'old']) {
    readPasswordHash(passwordOf(items, name) ?? '');
  }
  assert.deepEqual(items.person('text').password, { form: 'text', value: 'By hand' });
  assert.deepEqual(items.person('text').required_actions, ['update_password']);
  const told = JSON.stringify(items.all.map(({ findings }) => findings));
  assert.ok(!told.includes('By hand') && !told.includes('AAAA'), 'no finding has a password or hash');
});

test('hashes that nobody can check are lost by name, and the person comes over', async () => {
  const strange = {
    scrypt: hashed('scrypt', 1),
    prototype: hashed('__proto__', 1),
    constructor: hashed('constructor', 1),
    'old argon2': hashed('argon2', 5, { ...ARGON2, version: ['1.0'] }),
    'no memory': hashed('argon2', 5, {}),
    injected: hashed('argon2', 5, { ...ARGON2, memory: ['7168,t=1'] }),
    'no base64': { ...hashed('pbkdf2', 1), secretData: JSON.stringify({ value: 'a$b', salt: 'c$d' }) },
    'no JSON': { ...hashed('pbkdf2', 1), secretData: '{' },
    nothing: { type: 'password' },
  };
  const items = await read(
    Object.fromEntries(
      Object.entries(strange).map(([name, credential]) => [name, { credentials: [credential] }]),
    ),
  );
  for (const name of Object.keys(strange)) {
    assert.equal(items.person(name).password, undefined, name);
    assert.deepEqual(outcomes(items, name, 'credentials.password'), ['lost'], name);
  }
});

const app = (data: Members, value = 'fgOU5s1u6SoNQPfgtTRr'): Members => ({
  type: 'otp',
  createdDate: 1_795_635_526_242,
  secretData: JSON.stringify({ value }),
  credentialData: JSON.stringify({ subType: 'totp', digits: 6, period: 30, algorithm: 'HmacSHA1', ...data }),
});

test('authenticator apps go on: the secret is the text itself unless it says that it is base32', async () => {
  const items = await read({
    text: { credentials: [app({})] },
    base32: { credentials: [app({ secretEncoding: 'BASE32' }, 'mztu6vjvomyxknstn5hfcudgm52fiuts')] },
    long: { credentials: [app({ digits: 8, period: 60, algorithm: 'HmacSHA512' })] },
    old: {
      credentials: [
        { type: 'totp', value: 'fgOU5s1u6SoNQPfgtTRr', digits: 6, period: 30, algorithm: 'HmacSHA1' },
      ],
    },
  });
  const secret = 'MZTU6VJVOMYXKNSTN5HFCUDGM52FIUTS';
  const usual = { secret, algorithm: 'SHA1', digits: 6, period: 30 };
  assert.deepEqual(items.person('text').totp, [{ ...usual, created_at: 1_795_635_526_242 }]);
  assert.deepEqual(items.person('base32').totp[0]?.secret, secret);
  assert.deepEqual(items.person('long').totp, [
    { secret, algorithm: 'SHA512', digits: 8, period: 60, created_at: 1_795_635_526_242 },
  ]);
  assert.deepEqual(items.person('old').totp, [usual]);
});

test('whose second factor does not come along sets one up before anything else', async () => {
  const held = {
    counter: app({ subType: 'hotp' }),
    key: { type: 'webauthn' },
    'odd digits': app({ digits: 7 }),
    'odd algorithm': app({ algorithm: 'HmacMD5' }),
    'no secret': { ...app({}), secretData: 'null' },
    'short secret': app({}, 'abc'),
    endless: app({ period: 1e9 }),
  };
  const items = await read({
    ...Object.fromEntries(
      Object.entries(held).map(([name, credential]) => [name, { credentials: [credential] }]),
    ),
    both: { credentials: [held.key, app({})] },
    passkey: {
      credentials: [{ type: 'webauthn-passwordless' }, { type: 'recovery-authn-codes' }, { type: 'new' }],
    },
  });
  for (const name of Object.keys(held)) {
    assert.deepEqual(items.person(name).required_actions, ['configure_totp'], name);
    assert.deepEqual(items.person(name).totp, [], name);
  }
  assert.deepEqual(items.person('both').required_actions, []);
  for (const type of ['webauthn-passwordless', 'recovery-authn-codes', 'new']) {
    assert.deepEqual(outcomes(items, 'passkey', `credentials.${type}`), ['lost']);
  }
});

test('required actions hold where there are the same; every other is named', async () => {
  const items = await read({
    held: {
      requiredActions: [
        'UPDATE_PASSWORD',
        'VERIFY_EMAIL',
        'webauthn-register',
        'TERMS_AND_CONDITIONS',
        'toString',
      ],
    },
  });
  assert.deepEqual(items.person('held').required_actions, [
    'update_password',
    'verify_email',
    'configure_totp',
  ]);
  for (const action of ['TERMS_AND_CONDITIONS', 'toString']) {
    assert.deepEqual(outcomes(items, 'held', `requiredActions.${action}`), ['lost']);
  }
});

const attributeMapper = (attribute: string, claim: string, config: Members = {}): Members => ({
  name: claim,
  protocol: 'openid-connect',
  protocolMapper: 'oidc-usermodel-attribute-mapper',
  config: {
    'user.attribute': attribute,
    'claim.name': claim,
    'id.token.claim': 'true',
    'access.token.claim': 'true',
    ...config,
  },
});

test('attributes are defined after what people have, and named as the realm’s mappers name them', async () => {
  const mappers = [
    attributeMapper('phoneNumber', 'phone_number'),
    attributeMapper('level', 'level', { 'jsonType.label': 'long' }),
    attributeMapper('mixed', 'mixed', { 'jsonType.label': 'int' }),
    attributeMapper('vip', 'vip', { 'jsonType.label': 'boolean' }),
    attributeMapper('nobody', 'nobody', { multivalued: 'true' }),
    attributeMapper('username', 'preferred_username'),
    {
      name: 'address',
      protocolMapper: 'oidc-address-mapper',
      config: { 'user.attribute.street': 'road', 'access.token.claim': 'true' },
    },
  ];
  const items = await read(
    {
      ada: {
        firstName: 'Ada',
        lastName: 'Lovelace',
        email: 'ada@yard.example',
        emailVerified: true,
        attributes: {
          phoneNumber: ['+44 20 1'],
          level: ['3'],
          mixed: ['3'],
          vip: ['true'],
          berth: ['N1', 'N2'],
          locale: ['en', 'de'],
          zoneinfo: ['Nowhere/Land'],
          road: ['1 Quay'],
          country: ['UK'],
          long: ['x'.repeat(2000)],
          longest: ['x'.repeat(5000)],
          'two words': ['lost'],
          empty: ['', null],
          'line\nend': ['x'],
          text: ['a\nb'],
          single: 'as people write it',
        },
      },
      bob: {
        attributes: { berth: ['N3'], mixed: ['three'], __proto__: ['x'], constructor: ['y'] },
        email: 'no address',
      },
    },
    { realm: { clients: [{ clientId: 'c', publicClient: true, protocolMappers: mappers }] } },
  );
  assert.deepEqual(
    Object.fromEntries(
      items
        .records('attribute')
        .map(({ name, type, list, max_length }) => [name, `${type}${list ? '[]' : ''}${max_length ?? ''}`]),
    ),
    {
      level: 'integer',
      mixed: 'string',
      vip: 'boolean',
      nobody: 'string[]',
      berth: 'string[]',
      road: 'string',
      country: 'string',
      long: 'string4000',
      longest: 'string',
      text: 'string',
      single: 'string',
      constructor: 'string',
    },
  );
  assert.deepEqual(items.person('ada').claims, {
    phone_number: '+44 20 1',
    level: 3,
    mixed: '3',
    vip: true,
    berth: ['N1', 'N2'],
    locale: 'en',
    road: '1 Quay',
    country: 'UK',
    long: 'x'.repeat(2000),
    single: 'as people write it',
    address: { street_address: '1 Quay', country: 'UK' },
    given_name: 'Ada',
    family_name: 'Lovelace',
    name: 'Ada Lovelace',
    email: 'ada@yard.example',
    email_verified: true,
  });
  assert.deepEqual(items.person('bob').claims, { berth: ['N3'], mixed: 'three', constructor: 'y' });
  assert.deepEqual(outcomes(items, 'ada', 'attributes.locale'), ['changed']);
  for (const name of ['zoneinfo', 'longest', 'two words', 'line\nend', 'text']) {
    assert.deepEqual(outcomes(items, 'ada', `attributes.${name}`), ['lost'], name);
  }
  assert.deepEqual(outcomes(items, 'bob', 'email'), ['lost']);
  for (const record of items.all.flatMap((item) => item.record ?? [])) MovedRecord.parse(record);
});

test('a personal certificate signs in by itself, and what is none is lost', async () => {
  const { pem, certificate } = await createIdentity('CN=captain');
  const bare = Buffer.from(certificate.der).toString('base64');
  const items = await read({
    pem: { attributes: { usercertificate: [pem] } },
    bare: { attributes: { userCertificate: [bare, bare] } },
    broken: { attributes: { usercertificate: ['-----BEGIN CERTIFICATE-----\nnothing'] } },
  });
  assert.deepEqual(items.person('pem').certificates, [pem]);
  assert.deepEqual(items.person('bare').certificates, [pem]);
  assert.deepEqual(items.person('broken').certificates, []);
  assert.deepEqual(outcomes(items, 'broken', 'attributes.usercertificate'), ['lost']);
  assert.deepEqual(items.person('pem').claims, {});
});

test('a sub is kept, a service account is its client, and other user stores and providers are named', async () => {
  const items = await read(
    {
      ada: {
        id: 'e2c7',
        createdTimestamp: 1_700_000_000_000,
        enabled: false,
        realmRoles: ['builder', 'offline_access'],
      },
      'service-account-bot': {
        serviceAccountClientId: 'bot',
        realmRoles: ['builder'],
        groups: ['/yard', '/gone'],
      },
      ldap: {
        federationLink: 'ldap-1',
        federatedIdentities: [{ identityProvider: 'google' }],
        clientConsents: [{}],
      },
    },
    {
      realm: {
        roles: { realm: [{ name: 'builder' }, { name: 'offline_access' }] },
        groups: [{ name: 'yard' }],
        clients: [{ clientId: 'bot', secret: 's', serviceAccountsEnabled: true }],
      },
    },
  );
  const { sub, created_at, enabled, roles } = items.person('ada');
  assert.deepEqual([sub, created_at, enabled, roles], ['e2c7', 1_700_000_000_000, false, ['builder']]);
  assert.deepEqual(
    items.records('person').map(({ username }) => username),
    ['ada', 'ldap'],
  );
  assert.deepEqual(items.client('bot').roles, ['builder']);
  assert.deepEqual(items.client('bot').groups, ['yard']);
  for (const field of ['federationLink', 'federatedIdentities', 'clientConsents']) {
    assert.deepEqual(outcomes(items, 'ldap', field), ['lost'], field);
  }
});
