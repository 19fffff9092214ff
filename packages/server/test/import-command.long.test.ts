import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { writePkcs12 } from '@countersign/x509/key-store';
import { z } from 'zod';
import type { MovedItem } from '../src/move/source.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createUnstartedHome, type Finished, runProgram, type TestHome } from './countersign-process.ts';
import { missingProgram } from './installed-program.ts';
import { itemOf, movedClient, movedPerson } from './moved-items.ts';

const skip = await missingProgram('script', ['--version']);
const PROGRAM = join(import.meta.dirname, 'import-program.ts');

const Report = z.object({
  source: z.string(),
  dry_run: z.boolean(),
  counts: z.record(z.string(), z.record(z.string(), z.number())),
  items: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      outcome: z.string(),
      findings: z.array(z.looseObject({ field: z.string(), outcome: z.string(), why: z.string() })),
    }),
  ),
  answers_for_nobody: z.array(z.string()),
});

/** As another server has a client of which something changes and something is lost. */
const CRANE: MovedItem = {
  ...itemOf(movedClient('crane')),
  findings: [
    { field: 'name', ours: 'client_name', outcome: 'same', why: 'it means the same' },
    {
      field: 'timeout',
      ours: 'access_token_lifetime',
      outcome: 'changed',
      why: '900 minutes are 54000 seconds',
    },
    { field: 'theme', outcome: 'lost', why: 'the pages look the same for every client' },
  ],
};
const withoutSecret = (client_id: string): MovedItem => {
  const { secret: _secret, ...record } = movedClient(client_id);
  return itemOf(record);
};

describe('countersign import', () => {
  let home: TestHome;
  let authority: Identity;

  before(async () => {
    home = await createUnstartedHome();
    await home.json('client', 'list');
    authority = await createIdentity('CN=Harbour CA', { usage: 'ca' });
  });
  after(() => home.remove());

  const fileOf = async (name: string, items: readonly MovedItem[]): Promise<string> => {
    const file = join(home.home, name);
    await writeFile(file, `${items.map((item) => JSON.stringify(item)).join('\n')}\n`);
    return file;
  };
  const imported = (...args: readonly string[]): Promise<Finished> =>
    runProgram(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      PROGRAM,
      'import',
      '--from',
      'lines',
      '--home',
      home.home,
      ...args,
    ]);
  const report = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await imported('--json', ...args);
    assert.equal(code, 0, stderr);
    return Report.parse(JSON.parse(stdout));
  };

  test('says of each thing what changes and what is lost before it writes, and again when it has', async () => {
    const file = await fileOf('realm.jsonl', [CRANE, itemOf(movedClient('tide')), withoutSecret('billing')]);
    const dry = await imported(file, '--dry-run');
    assert.equal(dry.code, 0, dry.stderr);
    assert.equal(
      dry.stdout,
      [
        'client crane: would be added',
        '  lost    theme: the pages look the same for every client',
        '  changed timeout (access_token_lifetime): 900 minutes are 54000 seconds',
        '  same    name',
        'client billing: left out',
        '  asked   client_secret: the files have no secret, which client_secret_basic needs',
        '',
        '1 client whole, would be added: tide',
        '',
        'clients: 2 would be added, 1 left out',
        'Nothing was written. Without --dry-run it is.',
        '',
      ].join('\n'),
    );
    assert.equal((await home.command('client', 'show', 'crane')).code, 1);

    const real = await report(file);
    assert.deepEqual(real.counts, { client: { added: 2, left_out: 1 } });
    assert.deepEqual(real.items[0]?.findings, CRANE.findings);
    assert.equal((await home.command('client', 'show', 'crane')).code, 0);
    const again = await report(file);
    assert.deepEqual(again.counts, { client: { present: 2, left_out: 1 } });
  });

  test('takes secrets that the files lack from answers, and names answers for nobody', async () => {
    const file = await fileOf('partial.jsonl', [withoutSecret('gate'), withoutSecret('pier')]);
    const answers = join(home.home, 'answers.json');
    await writeFile(
      answers,
      JSON.stringify({ clients: { gate: { client_secret: 'open' }, gata: { client_secret: 'open' } } }),
    );
    const { items, answers_for_nobody } = await report(file, '--answers', answers);
    assert.deepEqual(
      items.map(({ name, outcome }) => [name, outcome]),
      [
        ['gate', 'added'],
        ['pier', 'left_out'],
      ],
    );
    assert.deepEqual(answers_for_nobody, ['gata']);
  });

  test('asks for them on a terminal, which shows none, and leaves out who gets no answer', {
    skip,
  }, async () => {
    const file = await fileOf('asked.jsonl', [withoutSecret('asked'), withoutSecret('unanswered')]);
    const command = [process.execPath, '--disable-warning=ExperimentalWarning', PROGRAM, 'import', file]
      .concat('--from', 'lines', '--home', home.home)
      .map((word) => `'${word}'`)
      .join(' ');
    const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let shown = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      const before = shown;
      shown += text;
      const isNew = (question: string) => shown.includes(question) && !before.includes(question);
      if (isNew('client_secret of asked')) terminal.stdin.write('typed in\r');
      if (isNew('client_secret of unanswered')) terminal.stdin.write('\r');
    });
    const [code] = await once(terminal, 'close');
    assert.equal(code, 0, shown);
    assert.doesNotMatch(shown, /typed in/);
    assert.match(shown, /1 client whole, added: asked/);
    assert.match(shown, /client unanswered: left out/);
  });

  test('what is here and another one stays as it is, and is named with what is not the same', async () => {
    const file = await fileOf('other.jsonl', [
      itemOf(
        movedClient('tide', {
          metadata: { client_name: 'another', token_endpoint_auth_method: 'client_secret_post' },
          secret: { form: 'text', value: 'another' },
          enabled: false,
        }),
      ),
    ]);
    const [item] = (await report(file)).items;
    assert.equal(item?.outcome, 'differs');
    assert.match(
      item.findings[0]?.why ?? '',
      /client_name, token_endpoint_auth_method, enabled, client_secret$/,
    );
    const { client_name } = z
      .looseObject({ client_name: z.string() })
      .parse(await home.json('client', 'show', 'tide'));
    assert.equal(client_name, 'tide');
  });

  test('certificates given beside come into the trust store, as authorities where they are named', async () => {
    const other = await createIdentity('CN=Other CA', { usage: 'ca' });
    const [pem, store] = [join(home.home, 'harbour-ca.pem'), join(home.home, 'trust.p12')];
    await writeFile(pem, authority.pem);
    await writeFile(
      store,
      await writePkcs12(
        [{ kind: 'trusted-certificate', alias: 'others', certificate: other.certificate, created_at: 0 }],
        'changeit',
      ),
    );
    const file = await fileOf('trust.jsonl', [itemOf(movedClient('after trust'))]);
    const beside = [file, '--trust', pem, '--trust', store, '--storepass', 'changeit'];

    const unnamed = await imported(...beside, '--authority', 'harbor-ca');
    assert.equal(unnamed.code, 2);
    assert.match(
      unnamed.stderr,
      /--authority: no certificate that is given has the alias or thumbprint harbor-ca; there are harbour-ca, others/,
    );

    const { items } = await report(...beside, '--authority', 'harbour-ca');
    assert.deepEqual(
      items.map(({ kind, name }) => [kind, name]),
      [
        ['trusted_certificate', 'harbour-ca'],
        ['trusted_certificate', 'others'],
        ['client', 'after trust'],
      ],
    );
    const entries = z
      .array(z.looseObject({ alias: z.string(), role: z.string().optional() }))
      .parse(await home.json('truststore', 'list'));
    assert.deepEqual(entries.map(({ alias, role }) => [alias, role]).toSorted(), [
      ['harbour-ca', 'authority'],
      ['others', 'handshake'],
    ]);
  });

  test('a folder is read whole, and what cannot be read is named with file and line', async () => {
    const folder = join(home.home, 'export');
    await mkdir(join(folder, 'people'), { recursive: true });
    await writeFile(join(folder, 'a.jsonl'), `${JSON.stringify(itemOf(movedClient('of a folder')))}\n`);
    await writeFile(join(folder, '.hidden'), '{');
    await writeFile(join(folder, 'people', 'b.jsonl'), `${JSON.stringify(itemOf(movedPerson('ana')))}\n`);
    assert.deepEqual((await report(folder, '--dry-run')).counts, {
      client: { added: 1 },
      person: { added: 1 },
    });

    await writeFile(join(folder, 'people', 'c.jsonl'), '{"kind":');
    const { code, stderr } = await imported(folder);
    assert.equal(code, 1);
    assert.equal(stderr, 'countersign: people/c.jsonl: line 1: is not JSON\n');
    assert.equal((await home.command('client', 'show', 'of a folder')).code, 1);
  });

  test('is called wrongly in words', async () => {
    const file = await fileOf('any.jsonl', [CRANE]);
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[join(home.home, 'nowhere.json')], /cannot read .*nowhere\.json/],
      [[file, '--set', 'nothing'], /--set nothing: is not NAME=VALUE/],
      [[file, '--from', 'okta'], /Allowed choices are lines/],
      [[file, '--server', 'https://localhost:9443'], /import works on no server elsewhere/],
    ];
    for (const [args, words] of cases) {
      const { code, stderr } = await imported(...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, words);
    }
    const broken = await imported(file, '--answers', await fileOf('answers.txt', [CRANE]));
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /answers\.txt: Unrecognized keys/);
    assert.doesNotMatch(broken.stderr, /hunter2/);
  });
});
