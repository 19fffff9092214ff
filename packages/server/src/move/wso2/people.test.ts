import assert from 'node:assert/strict';
import { createHash, pbkdf2Sync } from 'node:crypto';
import test, { describe } from 'node:test';
import { isBehind, readPasswordHash } from '../../password-hash.ts';
import { type MovedPerson, MovedRecord } from '../record.ts';
import type { MovedItem } from '../source.ts';
import { wso2 } from './wso2.ts';

type Files = Readonly<Record<string, string>>;

async function people(
  files: Files,
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly MovedItem[]> {
  const input = {
    files: Object.entries(files).map(([name, content]) => ({
      name,
      async *octets() {
        // A character may stand across two pieces.
        for (const octet of Buffer.from(content)) yield Buffer.from([octet]);
      },
    })),
    certificates: [],
    answers: { clients: {}, settings },
  };
  const items = await Array.fromAsync(wso2.read(input));
  for (const { record } of items) if (record) MovedRecord.parse(record);
  return items.filter(({ kind }) => kind === 'person');
}

const personOf = (item: MovedItem | undefined): MovedPerson => {
  assert.ok(item?.record?.kind === 'person', JSON.stringify(item?.findings));
  return item.record;
};
const outcomeOf = (item: MovedItem | undefined, field: string) =>
  item?.findings.find((finding) => finding.field === field)?.outcome;

const SALT = 'AoDH+VZaNbZLN5DJHzuJgA==';
const digest = (algorithm: string, password: string, salt = SALT) =>
  createHash(algorithm).update(password).update(salt).digest('base64');
const HEADER =
  'UM_ID,UM_USER_ID,UM_USER_NAME,UM_USER_PASSWORD,UM_SALT_VALUE,UM_REQUIRE_CHANGE,UM_CHANGED_TIME,UM_TENANT_ID';
const row = (
  name: string,
  password: string,
  { salt = SALT, change = 'FALSE', tenant = '-1234', id = '1' } = {},
) => `${id},uuid-${id},${name},${password},${salt},${change},2024-11-01 08:15:00.0,${tenant}`;
const users = (...rows: readonly string[]) => [HEADER, ...rows, ''].join('\n');
const SAID = { subject: 'user_id', password_digest: 'SHA-256' };

async function opens(person: MovedPerson, password: string): Promise<boolean> {
  assert.ok(person.password?.form === 'hash');
  return isBehind(password, readPasswordHash(person.password.value));
}

describe('people by a dump of UM_USER', () => {
  test('open their accounts with the password as it was typed, by the digest that their store has', async () => {
    const password = 'Maré½ﬁm-Ｗide';
    const ofStore = (properties: string) => `[user_store.properties]\n${properties}`;
    const cases: readonly (readonly [properties: string, hash: string, salt: string])[] = [
      ['PasswordDigest = "SHA-256"', digest('sha256', password), SALT],
      ['PasswordDigest = "SHA"', digest('sha1', password), SALT],
      ['PasswordDigest = "SHA-512"', digest('sha512', password), SALT],
      ['PasswordDigest = "MD5"\nStoreSaltedPassword = false', digest('md5', password, ''), ''],
      [
        'PasswordDigest = "PBKDF2"\n"Hash.Algorithm.Properties" = "{pbkdf2.iteration.count:1200, pbkdf2.dkLength:256, pbkdf2.prf:PBKDF2WithHmacSHA512}"',
        pbkdf2Sync(password, SALT, 1200, 32, 'sha512').toString('base64'),
        SALT,
      ],
    ];
    for (const [properties, hash, salt] of cases) {
      const files = {
        'users.csv': users(row('nuno', hash, { salt })),
        'deployment.toml': ofStore(properties),
      };
      const [item] = await people(files, { subject: 'user_id' });
      const person = personOf(item);
      assert.equal(person.sub, 'uuid-1');
      assert.ok(await opens(person, password), properties);
      assert.ok(!(await opens(person, password.normalize('NFKC'))), properties);
    }
  });

  test('a flag says the digest where no configuration does; without either nobody guesses', async () => {
    const files = { 'users.csv': users(row('nuno', digest('sha512', 'a'))) };
    const [asked] = await people(files, { subject: 'user_id' });
    assert.equal(asked?.record, undefined);
    assert.equal(outcomeOf(asked, 'UM_USER_PASSWORD'), 'asked');
    const [known] = await people(files, { subject: 'user_id', password_digest: 'SHA-512' });
    assert.ok(await opens(personOf(known), 'a'));
  });

  test('what cannot be checked here comes over without a password, plain text with it', async () => {
    const hash = digest('sha256', 'a');
    const bcrypt = await people(
      { 'users.csv': users(row('nuno', '$2a$10$abcdefghijklmnopqrstuv')) },
      { ...SAID, password_digest: 'BCRYPT' },
    );
    assert.equal(personOf(bcrypt[0]).password, undefined);
    assert.equal(outcomeOf(bcrypt[0], 'UM_USER_PASSWORD'), 'lost');
    const unsalted = await people({ 'users.csv': users(row('nuno', hash, { salt: '' })) }, SAID);
    assert.equal(personOf(unsalted[0]).password, undefined);
    const plain = await people(
      { 'users.csv': users(row('nuno', 'Farol#Norte-5')) },
      { ...SAID, password_digest: 'PLAIN_TEXT' },
    );
    assert.deepEqual(personOf(plain[0]).password, { form: 'text', value: 'Farol#Norte-5' });
    const shown = JSON.stringify([...bcrypt, ...plain].map(({ findings }) => findings));
    assert.ok(!shown.includes('Farol') && !shown.includes('$2a$'), 'no password in the report');
  });

  test('sub is what the operator says, and nobody comes over until it is said', async () => {
    const files = {
      'users.csv': users(row('Joao', digest('sha256', 'a'))),
      'users-PARTNERS.csv': users(row('olga', digest('sha256', 'a'))),
    };
    const digests = { password_digest: 'SHA-256', 'password_digest.PARTNERS': 'SHA-256' };
    for (const item of await people(files, digests)) {
      assert.equal(item.record, undefined);
      assert.equal(outcomeOf(item, 'UM_USER_ID'), 'asked');
    }
    const subs = async (subject: string) =>
      (await people(files, { ...digests, subject })).map(
        (item) => `${personOf(item).username} ${personOf(item).sub}`,
      );
    assert.deepEqual(await subs('user_id'), ['PARTNERS/olga uuid-1', 'Joao uuid-1']);
    assert.deepEqual(await subs('username'), ['PARTNERS/olga olga', 'Joao Joao']);
    assert.deepEqual(await subs('username_with_domain'), ['PARTNERS/olga PARTNERS/olga', 'Joao Joao']);
    assert.deepEqual(await subs('username_with_domain_and_tenant'), [
      'PARTNERS/olga PARTNERS/olga@carbon.super',
      'Joao Joao@carbon.super',
    ]);
    const old = 'UM_USER_NAME,UM_USER_PASSWORD,UM_SALT_VALUE\njoao,x,y\n';
    const [without] = await people({ 'users.csv': old }, { ...SAID });
    assert.equal(outcomeOf(without, 'UM_USER_ID'), 'asked');
  });

  test('required changes and locks hold, in whatever table and dialect they stand', async () => {
    const hash = digest('sha256', 'a');
    const header = HEADER.toLowerCase();
    const dump = [
      header,
      row('mia', hash, { change: 't', id: '1' }),
      row('lia', hash, { change: 'f', id: '2' }),
      row('rui', hash, { id: '3', change: '0' }),
      row('eva', hash, { id: '4' }),
      row('ana', hash, { id: '5' }),
    ].join('\r\n');
    const items = await people(
      {
        'users.csv': `\uFEFF${dump}\r\n`,
        'identity.csv':
          'TENANT_ID,USER_NAME,DATA_KEY,DATA_VALUE\n-1234,LIA,http://wso2.org/claims/identity/accountLocked,true\n7,eva,http://wso2.org/claims/identity/accountLocked,true\n',
        'users-attributes.csv':
          'UM_ID,UM_ATTR_NAME,UM_ATTR_VALUE,UM_PROFILE_ID,UM_USER_ID,UM_TENANT_ID\n1,accountDisabled,TRUE,default,3,-1234\n2,totpEnabled,true,default,5,-1234\n',
      },
      SAID,
    );
    const standing = items
      .map(personOf)
      .map(({ username, enabled, required_actions }) => [username, enabled, required_actions]);
    assert.deepEqual(standing, [
      ['mia', true, ['update_password']],
      ['lia', false, []],
      ['rui', false, []],
      ['eva', true, []],
      ['ana', true, ['configure_totp']],
    ]);
  });

  test('other tenants are another namespace', async () => {
    const hash = digest('sha256', 'a');
    const files = { 'users.csv': users(row('joao', hash), row('joao', hash, { tenant: '2', id: '2' })) };
    const [own, other] = await people(files, SAID);
    assert.ok(personOf(own));
    assert.equal(outcomeOf(other, 'UM_TENANT_ID'), 'lost');
    const [, second] = await people(files, { ...SAID, tenant: '2' });
    assert.equal(personOf(second).sub, 'uuid-2');
  });

  test('attributes are claims of OpenID Connect, parts of an address, or attributes of their own', async () => {
    const attributes = [
      ['mail', 'ines@dockside.example'],
      ['givenName', 'Inês'],
      ['country', 'PT'],
      ['localityName', 'Lisboa'],
      ['url', 'no address'],
      ['berth', 'Quay 4'],
      ['berth_verified', '2024-05-01'],
      ['strange name!', 'x'],
      ['accountLocked', 'false'],
    ].map(([name, value], index) => `${index},${name},${value},default,1,-1234`);
    const [item] = await people(
      {
        'users.csv': users(row('ines', digest('sha256', 'a'))),
        'users-attributes.csv': [
          'UM_ID,UM_ATTR_NAME,UM_ATTR_VALUE,UM_PROFILE_ID,UM_USER_ID,UM_TENANT_ID',
          ...attributes,
        ].join('\n'),
      },
      SAID,
    );
    assert.deepEqual(personOf(item).claims, {
      email: 'ines@dockside.example',
      given_name: 'Inês',
      berth: 'Quay 4',
      berth_verified: '2024-05-01',
      address: { country: 'PT', locality: 'Lisboa' },
    });
    assert.equal(outcomeOf(item, 'url'), 'lost');
    assert.equal(outcomeOf(item, 'strange name!'), 'lost');
  });

  test('a secondary store is known by its configuration, its file, its folder or a flag', async () => {
    const hash = digest('sha1', 'a');
    const store =
      '<UserStoreManager><Property name="PasswordDigest">SHA-1</Property><Property name="DomainName">PARTNERS</Property></UserStoreManager>';
    for (const name of ['users-PARTNERS.csv', 'PARTNERS/um_user.csv', 'dump_partners.csv']) {
      const [item] = await people(
        { [name]: users(row('olga', hash)), 'userstores/PARTNERS.xml': store },
        { subject: 'user_id' },
      );
      assert.equal(personOf(item).username, 'PARTNERS/olga', name);
      assert.ok(await opens(personOf(item), 'a'));
    }
    const [said] = await people(
      { 'dump.csv': users(row('olga', hash)), 'userstores/PARTNERS.xml': store },
      { subject: 'user_id', 'user_store.dump.csv': 'partners' },
    );
    assert.equal(personOf(said).username, 'PARTNERS/olga');
  });
});
