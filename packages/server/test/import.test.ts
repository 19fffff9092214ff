import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { importRecords } from '../src/move/import-records.ts';
import type { ImportReport } from '../src/move/report.ts';
import type { MovedItem, Source } from '../src/move/source.ts';
import { UnreadableSource } from '../src/move/source.ts';
import { importContext } from '../src/server/importing.ts';
import { type OpenHome, openHome } from '../src/server/open-home.ts';
import { type OpenTrustStores, openTrustStores } from '../src/server/trust-stores.ts';
import { itemOf, movedClient, movedPerson, NO_INPUT, sourceOf } from './moved-items.ts';

const BY = { name: 'operator' };

let home: string;
let opened: OpenHome;
let trust: OpenTrustStores;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-import-'));
  opened = await openHome(home, { quiet: true });
  trust = await openTrustStores(opened);
});
after(async () => {
  trust.close();
  await opened.close();
  await rm(home, { recursive: true });
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
