import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { ClaimSpecification } from '../src/claim/claim-rule.ts';
import { importRecords } from '../src/move/import-records.ts';
import type { ImportReport } from '../src/move/report.ts';
import type { MovedItem, Source } from '../src/move/source.ts';
import { UnreadableSource } from '../src/move/source.ts';
import { importContext } from '../src/server/importing.ts';
import { type OpenHome, openHome } from '../src/server/open-home.ts';
import { type OpenTrustStores, openTrustStores } from '../src/server/trust-stores.ts';
import { StorageUnavailable, UnreadableRecord } from '../src/storage/storage-errors.ts';
import type { Step } from '../src/unit-of-work.ts';
import { createUnstartedHome, type TestHome } from './countersign-process.ts';
import { itemOf, movedClient, movedPerson, NO_INPUT, sourceOf } from './moved-items.ts';

const BY = { name: 'operator' };
/** A secret as servers draw them, whose hash is fast. */
const DRAWN = { secret: { form: 'text', value: 'IjlblQpatEJbyeKeOac09yTfAHFKKyGU' } } as const;
/** A hash that takes two tebibytes. */
const COSTLY =
  '$argon2id$v=19$m=2147483647,t=9,p=1$c29tZXNhbHRzb21lc2FsdA$hQm1cXk3OEh0c2RmZ2hqa2xxd2VydHl1aW9wYXNkZg';

let home: TestHome;
let opened: OpenHome;
let trust: OpenTrustStores;

before(async () => {
  home = await createUnstartedHome();
  opened = await openHome(home.home, { quiet: true });
  trust = await openTrustStores(opened);
});
after(async () => {
  trust.close();
  await opened.close();
  await home.remove();
});

const importItems = (items: readonly MovedItem[], { dryRun = false } = {}): Promise<ImportReport> =>
  importRecords(sourceOf(items), NO_INPUT, importContext(opened, trust.stores), {
    sourceName: 'test',
    by: BY,
    dryRun,
  });
const outcomes = ({ items }: ImportReport) => items.map(({ name, outcome }) => [name, outcome]);
const events = async () => {
  await opened.events.flush();
  return (await opened.storage.events.list({}, { limit: 500 })).items;
};

test('groups, roles, clients and people are written whole, each with one event that names the import', async () => {
  const items = [
    itemOf({ kind: 'role', name: 'pilot', description: '' }),
    itemOf({ kind: 'group', name: 'harbour', description: 'all', roles: [] }),
    itemOf({ kind: 'group', name: 'docks', description: '', parent: 'harbour', roles: ['pilot'] }),
    itemOf(movedClient('crane', { groups: ['docks'], roles: ['pilot'] })),
    itemOf(movedPerson('ana', { sub: '6f1c-ana', groups: ['docks'] })),
  ];
  const dry = await importItems(items, { dryRun: true });
  assert.deepEqual(new Set(dry.items.map(({ outcome }) => outcome)), new Set(['added']));
  assert.equal(await opened.storage.clients.find('crane'), undefined);
  const before = (await events()).length;

  assert.deepEqual(outcomes(await importItems(items)), outcomes(dry));
  assert.equal((await events()).length - before, items.length);
  const created = (await events()).find(({ type }) => type === 'client.created');
  assert.equal(created?.actor?.through, 'import');
  assert.equal(created?.actor?.name, 'operator');
  assert.deepEqual(created?.detail, { imported_from: 'test', groups: ['docks'], roles: ['pilot'] });
  const { groups, roles } = await opened.storage.groups.belongingsOf({ kind: 'client', id: 'crane' });
  assert.deepEqual(
    groups.map(({ name, direct }) => [name, direct]),
    [
      ['docks', true],
      ['harbour', false],
    ],
  );
  assert.equal(roles[0]?.direct, true);
  assert.equal((await opened.storage.users.findByUsername('ana'))?.sub, '6f1c-ana');

  const again = await importItems(items);
  assert.deepEqual(new Set(again.items.map(({ outcome }) => outcome)), new Set(['present']));
  assert.equal((await events()).length - before, items.length);
});

test('nobody takes the name of the administrator whom the first start is to make', async () => {
  const report = await importItems([itemOf(movedPerson('Admin')), itemOf(movedPerson('administrator'))]);
  assert.deepEqual(outcomes(report), [
    ['Admin', 'left out'],
    ['administrator', 'added'],
  ]);
  assert.match(report.items[0]?.findings[0]?.why ?? '', /\[super_admin\]/);
  assert.equal(await opened.storage.users.findByUsername('admin'), undefined);
});

test('a file that cannot be read to its end changes nothing', async () => {
  const broken: Source = {
    async *read() {
      yield itemOf(movedClient('before the fault'));
      throw new UnreadableSource('realm.json: line 7: unexpected end');
    },
  };
  await assert.rejects(
    importRecords(broken, NO_INPUT, importContext(opened, trust.stores), { sourceName: 'test', by: BY }),
    UnreadableSource,
  );
  assert.equal(await opened.storage.clients.find('before the fault'), undefined);
});

test('what cannot be written is left out with why, and takes nothing else along', async () => {
  const deep = Array.from({ length: 11 }, (_, index) =>
    itemOf({
      kind: 'group',
      name: `deep ${index + 1}`,
      description: '',
      roles: [],
      ...(index > 0 && { parent: `deep ${index}` }),
    }),
  );
  const claim = {
    scope: 'read',
    destinations: ['access_token'],
    form: 'single',
    source: { from: 'value', value: 'x' },
  } as const;
  const rule = ClaimSpecification.parse({ claim: 'berth', ...claim });
  const items = [
    itemOf({ kind: 'attribute', name: 'berth', type: 'string', list: false }),
    itemOf({ kind: 'attribute', name: 'email', type: 'string', list: false }),
    ...deep,
    itemOf(movedClient('in no group', { groups: ['nowhere', 'deep 1'], roles: ['nothing'] })),
    itemOf(
      movedClient('wild', { metadata: { client_name: 'wild', redirect_uris: ['https://a.example/*#x'] } }),
    ),
    itemOf(movedClient('twice')),
    itemOf(movedClient('twice', { enabled: false })),
    itemOf(movedClient('costly', { secret: { form: 'argon2id', value: COSTLY } })),
    itemOf({ kind: 'claim_rule', ...rule }),
    itemOf({ kind: 'claim_rule', ...rule, client_id: 'wild' }),
    {
      kind: 'client',
      name: 'saml',
      findings: [{ field: 'protocol', outcome: 'lost', why: 'SAML' }],
    } as const,
  ];
  const dry = await importItems(items, { dryRun: true });
  const report = await importItems(items);
  assert.deepEqual(outcomes(report), outcomes(dry));
  const whyOf = (name: string) =>
    report.items
      .filter((item) => item.name === name)
      .flatMap(({ outcome, findings }) => [outcome, ...findings.map(({ why }) => why)]);
  assert.deepEqual(whyOf('berth').slice(0, 1), ['added']);
  assert.match(whyOf('email').join(), /^left out,.*OpenID Connect/);
  assert.deepEqual(whyOf('deep 10'), ['added']);
  assert.match(
    whyOf('deep 11').join(),
    /^left out,groups contain one another at most 10 deep; here it would be 11$/,
  );
  assert.match(
    whyOf('in no group').join(),
    /^added,there is no group "nowhere", .*,there is no role "nothing"/,
  );
  assert.match(whyOf('wild').join(), /^left out,redirect_uris: /);
  assert.match(whyOf('twice').join(), /^added,left out,the files have it twice; the first counts$/);
  assert.equal((await opened.storage.clients.find('twice'))?.enabled, true);
  assert.match(whyOf('costly').join(), /^left out,client_secret: is no argon2id hash/);
  assert.deepEqual(
    report.items.filter(({ kind }) => kind === 'claim_rule').map(({ outcome }) => outcome),
    ['added', 'left out'],
  );
  assert.deepEqual(whyOf('saml'), ['left out', 'SAML']);
  const again = await importItems(items);
  assert.deepEqual(new Set(again.items.map(({ outcome }) => outcome)), new Set(['present', 'left out']));
});

test('a password that cannot be kept is named, and keeps nothing else from being written', async () => {
  const { items } = await importItems([
    itemOf(movedPerson('of many bytes', { password: { form: 'text', value: '½'.repeat(1000) } })),
    itemOf(movedPerson('of few')),
  ]);
  assert.deepEqual(
    items.map(({ name, outcome }) => [name, outcome]),
    [
      ['of many bytes', 'added'],
      ['of few', 'added'],
    ],
  );
  assert.match(items[0]?.findings.map(({ why }) => why).join() ?? '', /1024 bytes/);
});

test('what is here and cannot be read stays as it is, and keeps nothing else from coming over', async () => {
  const context = importContext(opened, trust.stores);
  const { clients } = context.storage;
  const find = (client_id: string) => {
    if (client_id === 'damaged') throw new UnreadableRecord('metadata of client damaged', 'it is not JSON');
    return clients.find(client_id);
  };
  const storage = { ...context.storage, clients: { ...clients, find } };
  const source = sourceOf([itemOf(movedClient('damaged')), itemOf(movedClient('beside it', DRAWN))]);
  const report = await importRecords(
    source,
    NO_INPUT,
    { ...context, storage },
    { sourceName: 'test', by: BY },
  );
  assert.deepEqual(outcomes(report), [
    ['damaged', 'left out'],
    ['beside it', 'added'],
  ]);
  assert.match(report.items[0]?.findings[0]?.why ?? '', /metadata of client damaged is not readable/);
});

test('of records that are written together each is whole, whatever becomes of the others', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `together-${index}`);
  let reads = 0;
  const raced: Source = {
    async *read() {
      reads++;
      for (const name of names) {
        yield itemOf(movedClient(name, DRAWN));
        // Somebody else registers it while it waits to be written.
        if (reads === 2 && name === 'together-42') {
          const metadata = { client_id: name, client_name: 'of somebody else' };
          await opened.clients.register(metadata, { name: 'somebody', through: 'admin-api' });
        }
      }
    },
  };
  const options = { sourceName: 'test', by: BY };
  const { items } = await importRecords(raced, NO_INPUT, importContext(opened, trust.stores), options);
  const missing = items.filter(({ outcome }) => outcome !== 'added');
  assert.deepEqual(
    missing.map(({ name, outcome, findings }) => [name, outcome, findings.map(({ why }) => why)]),
    [['together-42', 'left out', ['it does not hold that the client_id is free']]],
  );
  const created = (await events()).filter(({ type }) => type === 'client.created');
  for (const name of names)
    assert.equal(created.filter(({ client_id }) => client_id === name).length, 1, name);
});

test('an import that the database interrupted goes on where it is begun again', async () => {
  const items = Array.from({ length: 350 }, (_, index) => itemOf(movedClient(`on and on ${index}`, DRAWN)));
  const context = importContext(opened, trust.stores);
  let commits = 0;
  const interrupted = {
    ...context,
    storage: {
      ...context.storage,
      commit: (steps: readonly Step[]) => {
        if (++commits > 2) throw new StorageUnavailable('the cable was pulled');
        return context.storage.commit(steps);
      },
    },
  };
  const progress: number[] = [];
  const options = {
    sourceName: 'test',
    by: BY,
    onProgress: (_what: string, done: number) => void progress.push(done),
  };
  await assert.rejects(importRecords(sourceOf(items), NO_INPUT, interrupted, options), StorageUnavailable);
  assert.ok(progress.length > items.length);
  const report = await importRecords(sourceOf(items), NO_INPUT, context, options);
  assert.deepEqual(
    ['present', 'added'].map((wanted) => report.items.filter(({ outcome }) => outcome === wanted).length),
    [200, 150],
  );
});
