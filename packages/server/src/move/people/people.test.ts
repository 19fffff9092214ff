import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { STANDARD_CLAIMS } from '../../user/standard-claims.ts';
import type { InputFile, MovedItem } from '../source.ts';
import { UnreadableSource } from '../source.ts';
import { COLUMNS, columnOf } from './columns.ts';
import { people } from './people.ts';

const NOTHING = { certificates: [], answers: { clients: {}, settings: {} } };

/** A file that comes in pieces of so many octets. */
const fileOf = (name: string, content: string | Uint8Array, piece = 7): InputFile => ({
  name,
  async *octets() {
    const bytes = Buffer.from(content);
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  },
});
async function read(...files: readonly InputFile[]): Promise<readonly MovedItem[]> {
  const items: MovedItem[] = [];
  for await (const item of people.read({ files, ...NOTHING })) items.push(item);
  return items;
}
const ofCsv = (...rows: readonly string[]) => read(fileOf('people.csv', rows.join('\r\n')));
const whyOf = (items: readonly MovedItem[]) =>
  items.map(({ name, record, findings }) => [
    name,
    record !== undefined,
    ...findings.map(({ field, why }) => `${field} ${why}`),
  ]);
const fault = (what: RegExp) => (error: unknown) =>
  error instanceof UnreadableSource && what.test(error.message);

describe('people of a CSV file', () => {
  test('come with all their columns', async () => {
    const items = await ofCsv(
      'username,sub,enabled,created_at,password_hash,required_actions,groups,roles,totp_secret,totp_digits,certificate,email,email_verified,address,claims.berth,claims.levels:json',
      'inês,7c1,FALSE,2024-11-02T08:15:00Z,$pbkdf2-sha256$i=1$a$b,verify_email;update_password,crews; docks,pilot,mztu 6vjv omyx knst===,8,"-----BEGIN',
    ).catch((error) => error);
    assert.ok(items instanceof UnreadableSource, 'a value that is not closed');
    const [item] = await ofCsv(
      'username,sub,enabled,created_at,password_hash,required_actions,groups,roles,totp_secret,totp_digits,certificate,email,email_verified,address,claims.berth,claims.levels:json',
      'inês,7c1,FALSE,2024-11-02T08:15:00Z,$pbkdf2-sha256$i=1$a$b,verify_email;update_password,crews; docks,pilot,mztu 6vjv omyx knst===,8,"a\nb",i@x.example,true,"{""country"":""PT""}",N4,"[1,2]"',
    );
    assert.deepEqual(item, {
      kind: 'person',
      name: 'inês',
      findings: [],
      record: {
        kind: 'person',
        username: 'inês',
        sub: '7c1',
        enabled: false,
        created_at: Date.UTC(2024, 10, 2, 8, 15),
        password: { form: 'hash', value: '$pbkdf2-sha256$i=1$a$b' },
        required_actions: ['verify_email', 'update_password'],
        groups: ['crews', 'docks'],
        roles: ['pilot'],
        totp: [{ secret: 'MZTU6VJVOMYXKNST', algorithm: 'SHA1', digits: 8, period: 30 }],
        certificates: ['a\nb'],
        claims: {
          email: 'i@x.example',
          email_verified: true,
          address: { country: 'PT' },
          berth: 'N4',
          levels: [1, 2],
        },
      },
    });
  });

  test('are left out one by one where a value is wrong, which is not shown', async () => {
    const items = await ofCsv(
      'username,password,password_hash,enabled,totp_secret,claims.x:json',
      'ana,opensesame1,,,,',
      'both,opensesame2,$x,,,',
      'maybe,opensesame3,,maybe,,',
      ',opensesame4,,,,',
      'short,opensesame5,,,ABC,',
      'broken,opensesame6,,,,{',
    );
    assert.deepEqual(
      whyOf(items).map(([name, is]) => [name, is]),
      [
        ['ana', true],
        ['both', false],
        ['maybe', false],
        ['line 5', false],
        ['short', false],
        ['broken', false],
      ],
    );
    const said = JSON.stringify(items.map(({ findings }) => findings));
    for (const what of [
      'give one of them',
      'neither true nor false',
      'line 5 has none',
      'totp.0.secret',
      'is not JSON',
    ])
      assert.ok(said.includes(what), what);
    assert.ok(!said.includes('opensesame'));
  });

  test('are not read at all from a file that is none', async () => {
    await assert.rejects(
      ofCsv('username,shoe_size'),
      fault(/line 1: there is no column "shoe_size"; there are username,/),
    );
    await assert.rejects(ofCsv('username,email,email'), fault(/"email" stands there twice/));
    await assert.rejects(ofCsv('email'), fault(/there is no column username/));
    await assert.rejects(ofCsv(''), fault(/is empty; the first row names the columns/));
    await assert.rejects(ofCsv('username,email', 'ana'), fault(/line 2: it has another number of values/));
    await assert.rejects(read(fileOf('people.csv', Uint8Array.of(0x75, 0xff))), fault(/is not UTF-8/));
    await assert.rejects(read(fileOf('people.xlsx', '')), fault(/is neither \.csv nor \.jsonl nor \.ndjson/));
  });

  test('have the columns that the page names', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../../docs/import-people.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (.+) \|$/gm)].map(([, name, what]) => [name, what]);
    assert.deepEqual(
      rows,
      Object.entries(COLUMNS).map(([name, { what }]) => [name, what]),
    );
    for (const claim of STANDARD_CLAIMS) assert.ok(columnOf(claim), claim);
    assert.equal(columnOf('__proto__'), undefined);
    assert.equal(columnOf('claims.'), undefined);
  });
});

describe('people of JSON lines', () => {
  test('are records of people, whole', async () => {
    const lines = [
      JSON.stringify({ kind: 'person', username: 'ana', claims: { name: 'Ana' } }),
      '',
      JSON.stringify({ username: 'né', password: { form: 'text', value: 'ó'.repeat(9) } }),
    ];
    const items = await read(fileOf('people.jsonl', `${lines.join('\r\n')}\n`, 3));
    assert.deepEqual(whyOf(items), [
      ['ana', true],
      ['né', true],
    ]);
  });

  test('are left out where they have what nobody has', async () => {
    const items = await read(
      fileOf('people.ndjson', '{"username":"ana","shoe":9}\n{"username":"bob","enabled":1}'),
    );
    assert.match(String(whyOf(items)), /ana,false,person has what no person has: shoe,bob,false,enabled /);
  });

  test('are not read at all from a file that is none', async () => {
    const lines = (content: string | Uint8Array) => read(fileOf('people.jsonl', content, 1000));
    await assert.rejects(lines('{"username":"ana"}\n{'), fault(/people\.jsonl, line 2: is not JSON/));
    await assert.rejects(lines('[]'), fault(/line 1: is no JSON object/));
    await assert.rejects(lines('{"kind":"client"}'), fault(/of the kind "client", not person/));
    await assert.rejects(lines(Uint8Array.of(0x7b, 0xff)), fault(/line 1 or after: is not UTF-8/));
    await assert.rejects(lines('x'.repeat(1_000_001)), fault(/line 1: has more than 1000000 characters/));
  });
});
