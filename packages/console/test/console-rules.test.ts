import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  CAUSES,
  causeInWords,
  EVENT_TYPES,
  isPlainHttpRedirectUri,
  NEARER,
  redirectUriProblem,
  SIGNING_ALGORITHMS,
  STANDING_REASONS,
} from '../../server/test/server-rules.ts';
import { csvCell, csvLine, csvRows, UnreadableCsv } from '../src/components/csv.ts';
import { exposedFile, privateFile } from '../src/components/private-key.ts';
import { givenClients, NoClients } from '../src/pages/clients/import/given-clients.ts';
import { callbackProblem } from '../src/pages/clients/redirect-uri.ts';
import { serverMetadata } from '../src/session/server-metadata.ts';
import {
  type CauseWords,
  de,
  en,
  germanCauses,
  type Message,
  portugueseCauses,
  pt,
  refusalIn,
} from './catalogue.ts';

test('the console says of a callback URL, while it is typed, what the server will say', () => {
  for (const uri of [
    'https://app.example.com/callback',
    'https://app.example.com/callback?tenant=1',
    'https://app.example.com/callback?tenant=1&state=x',
    'https://app.example.com/callback?code',
    'https://app.example.com/callback?response=x',
    'com.example.app:/callback?iss=x',
    'http://localhost:8080/playground2/oauth2client',
    'http://127.0.0.1/callback',
    'http://[::1]:7000/callback',
    'com.example.app:/callback',
    'http://app.example.com/callback',
    'https://app.example.com/callback#fragment',
    'https://*.example.com/callback',
    'https://user:password@app.example.com/callback',
    'https://app.example.com\\@evil.example/',
    'https://app.example.com/with space',
    'https://app.example.com/ä',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'myapp:/callback',
    '/callback',
    'app.example.com/callback',
    'https://',
    'h',
  ]) {
    assert.equal(callbackProblem(uri, []) === undefined, redirectUriProblem(uri) === undefined, uri);
    const accepted = redirectUriProblem(uri) === undefined || isPlainHttpRedirectUri(uri);
    assert.equal(callbackProblem(uri, [uri]) === undefined, accepted, `accepted ${uri}`);
  }
});

test('no cell of an exported audit trail is taken for a formula, and none breaks its row', () => {
  assert.equal(csvCell('=HYPERLINK("https://evil.example")'), `"'=HYPERLINK(""https://evil.example"")"`);
  for (const start of ['+1', '-1', '@sum', '\tx']) assert.equal(csvCell(start), `'${start}`);
  assert.equal(csvCell('a,b'), '"a,b"');
  assert.equal(csvCell('two\nlines'), '"two\nlines"');
  assert.equal(csvCell({ expected: 'x' }), '"{""expected"":""x""}"');
  assert.equal(csvCell(undefined), '');
  assert.equal(csvCell('plain'), 'plain');
});

test('what is exported as CSV is read as it was, and tables of spreadsheets too', () => {
  const rows = [
    ['name', 'note'],
    ['=1+1', 'a,"b"'],
    ['two\nlines', ''],
    ['-', "it's"],
  ];
  assert.deepEqual(csvRows(rows.map(csvLine).join('\r\n')), rows);
  assert.deepEqual(csvRows(`${rows.map(csvLine).join('\n')}\n\n`), rows);
  assert.deepEqual(csvRows('a;b\r\n1,5;"x;y"\r\n;\r\n'), [
    ['a', 'b'],
    ['1,5', 'x;y'],
    ['', ''],
  ]);
  for (const broken of ['a,b\n"1,2', 'a,b\n"1"x,2']) {
    assert.throws(
      () => csvRows(broken),
      (error) => error instanceof UnreadableCsv && error.row === 2,
    );
  }
});

test('clients of a file are what would be registered of them, whatever the form', () => {
  const answered = {
    ...{ client_id: 'one', client_name: 'One', revision: 3, has_client_secret: true, managed_by: 'files' },
    ...{ certificate_binding: 'when_presented', tls_client_certificate_bound_access_tokens: false },
  };
  const one = { client_id: 'one', client_name: 'One' };
  const asked = { place: 1, ...one, metadata: one };
  for (const file of [
    JSON.stringify([answered]),
    JSON.stringify({ items: [answered] }, null, 2),
    JSON.stringify(answered),
    `\uFEFF${JSON.stringify(answered)}\n`,
    'client_id,client_name,has_client_secret\none,One,true\n',
  ]) {
    assert.deepEqual(givenClients(file), [asked], file);
  }
  const bound = { ...one, tls_client_certificate_bound_access_tokens: true, certificate_binding: 'required' };
  const [kept] = givenClients(JSON.stringify([bound]));
  assert.ok(kept && 'metadata' in kept && kept.metadata.tls_client_certificate_bound_access_tokens === true);

  const lines = givenClients(`${JSON.stringify(one)}\n\n[]\nnonsense\n${JSON.stringify(one)}\n`);
  assert.deepEqual(
    lines.map((client) => [client.place, 'problem' in client ? client.problem.because : 'none']),
    [
      [1, 'none'],
      [3, 'no object'],
      [4, 'no JSON'],
      [5, 'twice'],
    ],
  );
  const [row] = givenClients(
    'client_name;grant_types;redirect_uris;enabled;access_token_lifetime;contacts\ntrue;authorization_code refresh_token;https://a.example/;false;300;"[""a b""]"\n',
  );
  assert.deepEqual(row && 'metadata' in row && row.metadata, {
    ...{ client_name: 'true', grant_types: ['authorization_code', 'refresh_token'] },
    ...{
      redirect_uris: ['https://a.example/'],
      enabled: false,
      access_token_lifetime: 300,
      contacts: ['a b'],
    },
  });
  assert.deepEqual(givenClients(' \n'), []);
  for (const file of ['[{', 'surname\nPilot', 'client_names\n']) {
    assert.throws(() => givenClients(file), NoClients, file);
  }
});

test('a key store is known by its keys, and one that is cut off may have some', () => {
  const magic = [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2];
  assert.equal(exposedFile(new Uint8Array([...magic, 0, 0, 0, 0])), undefined);
  assert.equal(exposedFile(new Uint8Array([...magic, 0, 0, 0, 1, 0, 0, 0, 1])), 'key store');
  // Where a certificate is wanted no store is taken.
  assert.equal(privateFile(new Uint8Array([...magic, 0, 0, 0, 0])), 'key store');
  assert.equal(exposedFile(new Uint8Array([...magic, 0, 0])), 'key store');
  const pkcs8 = new Uint8Array([0x30, 0x05, 0x02, 0x01, 0x00, 0x30, 0x00]);
  assert.equal(exposedFile(pkcs8), 'private key');
  const pkcs12 = [0x30, 0x10, 0x02, 0x01, 0x03];
  const bag = [0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01];
  assert.equal(exposedFile(new Uint8Array([...pkcs12, ...bag, 0x03])), undefined, 'a certBag');
  assert.equal(exposedFile(new Uint8Array([...pkcs12, ...bag, 0x02])), 'key store');
});

test('the console takes an ID token signed by any key the server may have', () => {
  const { id_token_signing_alg_values_supported: taken } = serverMetadata('https://localhost:9443');
  assert.deepEqual(taken.toSorted(), [...SIGNING_ALGORITHMS].sort());
});

/** The files that a module brings along, itself included: what it imports, and what that imports. */
async function withImports(folder: string, name: string, known = new Set<string>()): Promise<Set<string>> {
  if (known.has(name)) return known;
  known.add(name);
  const code = await readFile(join(folder, name), 'utf8');
  for (const [, imported = ''] of code.matchAll(/(?:from|import)"\.\/([\w.-]+\.js)"/g)) {
    await withImports(folder, imported, known);
  }
  return known;
}

test('a browser loads no more than 165 kB before it shows the console, and each place by itself', async () => {
  const dist = join(import.meta.dirname, '../dist');
  const folder = join(dist, 'assets');
  const page = await readFile(join(dist, 'index.html'), 'utf8');
  const linked = Array.from(page.matchAll(/assets\/([\w.-]+\.(?:js|css))/g), ([, name = '']) => name);
  const names = await readdir(folder);
  const one = (place: string) => names.find((name) => name.startsWith(`${place}-`)) ?? assert.fail(place);
  // Of the languages a browser loads one.
  const first = new Set([...linked, one('de')]);
  for (const start of [...linked.filter((name) => name.endsWith('.js')), one('app'), one('overview')]) {
    for (const name of await withImports(folder, start)) first.add(name);
  }
  assert.ok(first.has(one('parts')) && !first.has(one('claims')) && !first.has(one('import')));
  assert.ok(!first.has(one('en')) && !first.has(one('pt')));
  const files = await Promise.all([...first].map((name) => readFile(join(folder, name))));
  const compressed = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  assert.ok(compressed <= 165_000, `${compressed} bytes`);
});

test('every type of event has a name in words', () => {
  const named = Object.keys(en).flatMap((name) => /^eventtype\.(.*)$/.exec(name)?.[1] ?? []);
  assert.deepEqual(named.toSorted(), Object.keys(EVENT_TYPES).toSorted());
});

test('every reason why an entry of a trust store vouches has words, but for the one that names a key of deployment.toml', () => {
  const worded = Object.keys(en).flatMap((name) => /^vouching\.(.*)$/.exec(name)?.[1] ?? []);
  assert.deepEqual(
    worded.toSorted(),
    STANDING_REASONS.filter((reason) => reason !== 'configured').toSorted(),
  );
});

test('every language of the console fills in the same, and has the forms of its plurals', () => {
  const placeholders = (message: Message) =>
    [message]
      .flatMap((each) => (typeof each === 'string' ? each : Object.values(each)))
      .map((text) =>
        Array.from(text.matchAll(/\{[a-z]+\}/g), ([name]) => name)
          .toSorted()
          .join(),
      );
  for (const [tag, catalogue] of Object.entries({ de, pt })) {
    const forms = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
    for (const [name, message] of Object.entries<Message>(catalogue)) {
      const english: Message = Object.entries<Message>(en).find(([other]) => other === name)?.[1] ?? '';
      const said = new Set(placeholders(english));
      for (const each of placeholders(message)) assert.ok(said.has(each), `${tag} ${name}: ${each}`);
      const texts = typeof message === 'string' ? [message] : Object.values(message);
      assert.ok(!texts.includes(''), `${tag} ${name} is empty`);
      if (typeof message !== 'string') {
        for (const form of Object.keys(message))
          assert.ok(
            forms.some((each) => each === form),
            `${tag} ${name}`,
          );
      }
    }
  }
});

const ENGLISH_CAUSES: CauseWords = { causes: CAUSES, nearer: NEARER };

/** What can be told nearer than the cause tells it. */
const EVIDENCES: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { reason: 'as no version says' },
  { reason: 'constructor' },
  ...Object.keys(NEARER.paths).map((reason) => ({ reason })),
  { reason: 'expired', no_authority: 'unnamed' },
  { asked_at: 'https://localhost:9444/oauth2/token', came_to_port: 9443 },
  { asked_at: 'https://as.example.com/oauth2/token' },
  { asked_at: 'as.example.com', came_to_port: 443 },
];

const isCause = (name: string): name is keyof typeof CAUSES => Object.hasOwn(CAUSES, name);

test('the console words a refusal from cause and evidence as the server does', () => {
  for (const because of Object.keys(CAUSES).filter(isCause)) {
    for (const evidence of EVIDENCES) {
      const event = { because, evidence };
      assert.deepEqual(
        refusalIn(ENGLISH_CAUSES, event),
        causeInWords(because, evidence),
        JSON.stringify(event),
      );
    }
  }
  for (const because of [undefined, 'a_cause_of_a_newer_node', 'constructor'])
    assert.equal(refusalIn(ENGLISH_CAUSES, because === undefined ? {} : { because }), undefined);
});

/** Each sentence by its place in the catalogue: `causes.client_unknown.what`. */
const sentencesOf = (words: unknown, at = ''): readonly (readonly [string, string])[] =>
  typeof words === 'object' && words !== null
    ? Object.entries(words).flatMap(([name, each]) => sentencesOf(each, at === '' ? name : `${at}.${name}`))
    : [[at, String(words)]];

/** What stays as it is in every language: names of machines, keys of deployment.toml, commands, sections of RFCs. */
const TERMS =
  /\{[a-z]+\}|\[[\w.[\]]+\]|\b[a-z]+(?:_[a-z0-9]+)+\b|\bRFC \d+(?: §[\d.]*\d)?|\bcountersign [a-z-]+|--[a-z-]+|"[a-z]+"/g;

test('every cause of the server has its words in every language of the console, with the terms it has in English', () => {
  const english = sentencesOf(ENGLISH_CAUSES);
  for (const [tag, words] of Object.entries({ de: germanCauses, pt: portugueseCauses })) {
    const told = new Map(sentencesOf(words));
    assert.deepEqual([...told.keys()].toSorted(), english.map(([at]) => at).toSorted(), tag);
    const wrong = english.flatMap(([at, sentence]) => {
      const said = told.get(at) ?? '';
      const lost = Array.from(sentence.matchAll(TERMS), ([term]) => term).filter(
        (term) => !said.includes(term),
      );
      if (!/[.]$/.test(said) || said === sentence) return [`${at}: ${said}`];
      return lost.map((term) => `${at} lacks ${term}`);
    });
    assert.deepEqual(wrong, [], tag);
  }
});
