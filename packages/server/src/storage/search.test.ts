import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  client,
  onBothDatabases,
  readAll,
  type StorageUnderTest,
  user,
} from '../../test/storage-contract.ts';

const NAMES = [
  'Zürich Pay',
  'zürich pay II',
  'Bank 銀行',
  'ﬁne Fish',
  'c#',
  '100% _sure',
  'payments',
  'repayments',
  'Pay',
];

async function idsOf({ storage }: StorageUnderTest, search: string, limit = 100): Promise<string[]> {
  const all = await readAll((next) => storage.clients.list({ search, limit, ...next }));
  return all.map(({ client_id }) => client_id);
}

onBothDatabases('searches', (test) => {
  test('find any part of a name or identifier, whatever its case, names that begin with it first', async (given) => {
    const { storage, insertedClient } = given;
    const made = await Promise.all(
      NAMES.map((client_name) => insertedClient({ client_id: randomUUID() }, { client_name })),
    );
    const names = new Map(made.map(({ client_id, metadata }) => [client_id, metadata.client_name]));
    const found = async (search: string, limit?: number) =>
      (await idsOf(given, search, limit)).map((id) => names.get(id) ?? id);
    assert.deepEqual(await found('PAY'), ['Pay', 'payments', 'repayments', 'Zürich Pay', 'zürich pay II']);
    assert.deepEqual(await found('pay', 1), await found('PAY'), 'also page by page');
    assert.deepEqual(await found('pay', 2), await found('PAY'));
    assert.deepEqual(await found('銀行'), ['Bank 銀行']);
    assert.deepEqual(await found('行'), ['Bank 銀行']);
    assert.deepEqual(await found('ﬁ'), ['ﬁne Fish']);
    assert.deepEqual(await found('0% _'), ['100% _sure']);
    assert.deepEqual(await found('#'), ['c#']);
    assert.deepEqual(await found('nothing of it'), []);
    for (const { client_id } of made) {
      for (const part of [client_id, client_id.slice(3, 20).toUpperCase(), client_id.slice(-9)]) {
        assert.deepEqual(await idsOf(given, part), [client_id]);
      }
    }
    const [first] = made;
    assert.ok(first);
    const renamed = { ...first, metadata: { ...first.metadata, client_name: 'Genève' }, revision: 2 };
    await storage.clients.update(renamed);
    assert.deepEqual(await idsOf(given, 'genÈ'), [first.client_id]);
    assert.ok(!(await idsOf(given, 'zürich')).includes(first.client_id));
    await storage.clients.remove(first.client_id);
    assert.deepEqual(await idsOf(given, 'genève'), []);
    assert.deepEqual(await idsOf(given, first.client_id), []);
  });

  test('are narrowed by what else is asked for', async (given) => {
    const { storage, insertedClient } = given;
    const on = await insertedClient({}, { client_name: 'narrowed on' });
    const off = await insertedClient({ enabled: false }, { client_name: 'the narrowed off' });
    const ids = async (filter: object) =>
      (await storage.clients.list({ search: 'narrowed', limit: 9, ...filter })).items.map(
        (each) => each.client_id,
      );
    assert.deepEqual(await ids({}), [on.client_id, off.client_id]);
    assert.deepEqual(await ids({ enabled: false }), [off.client_id]);
    assert.deepEqual(await ids({ enabled: true }), [on.client_id]);
    assert.deepEqual(await ids({ token_endpoint_auth_method: 'none' }), []);
    assert.deepEqual(await ids({ certificateEndsBefore: 1, enabled: true }), []);
  });

  test('are right with more rows than are looked at, before they are in the index and after', async (given) => {
    const { storage, database } = given;
    const rows = Array.from({ length: 2_100 }, (_, index) => {
      const client_id = `crowd-${String(index).padStart(5, '0')}-${index % 2 === 0 ? 'even' : 'odd'}`;
      return { client_id, client_name: `crowded ${index % 100} ${index}` };
    });
    const values = rows.map(
      ({ client_id: id, client_name: name }) =>
        `('${id}', '${name}', '${name}\n${id}', 1, '{"client_name":"${name}","token_endpoint_auth_method":"none","grant_types":["client_credentials"]}', 'none', 1, 1)`,
    );
    await database.execute(
      `insert into client (client_id, client_name_key, search_text, client_id_issued_at, metadata,
         token_endpoint_auth_method, enabled, revision) values ${values.join(', ')}`,
    );
    // As autovacuum does within a minute of thousands of new rows.
    if (database.options.type === 'postgres') await database.execute('analyze client');
    const inOrder = rows.toSorted((a, b) => (a.client_name < b.client_name ? -1 : 1));
    const begins = (search: string) => (row: (typeof rows)[number]) => row.client_name.startsWith(search);
    const expected = (search: string) => {
      const hits = inOrder.filter((row) => `${row.client_name}\n${row.client_id}`.includes(search));
      const first = hits.filter(begins(search));
      return [...first, ...hits.filter((row) => !first.includes(row))].map((row) => row.client_id);
    };
    const searches = ['crowded 99 ', '02099', 'd 98 2', '-00042-even', 'wd-0000', 'rowded 97 1997'];
    const check = async (when: string) => {
      for (const search of searches)
        assert.deepEqual(await idsOf(given, search), expected(search), `${search} ${when}`);
    };
    await check('before they are in the index');
    const total = await storage.clients.count();
    await storage.indexSearch();
    await check('from the index');
    assert.equal(await storage.clients.count(), total);
  });

  test('find people by username, name and email', async ({ storage }) => {
    const claims = { name: 'Ana Ørsted', email: 'ana@example.org' };
    const ana = user({ username: 'Ørsted-7', claims });
    await storage.users.insert(ana);
    const subs = async (search: string) =>
      (await storage.users.list({ search, limit: 9 })).items.map(({ sub }) => sub);
    for (const search of ['ØRST', 'ana ø', 'EXAMPLE.org', 'ed-7'])
      assert.deepEqual(await subs(search), [ana.sub]);
    await storage.users.update({ ...ana, claims: { name: 'Ana Berg' }, revision: 2 });
    assert.deepEqual([await subs('berg'), await subs('example.org')], [[ana.sub], []]);
    await storage.users.remove(ana.sub);
    assert.deepEqual(await subs('berg'), []);
  });

  test('a client that is changed before it is in the index gets there as it is then', async ({
    storage,
    another,
    database,
    insertedClient,
  }) => {
    const inserted = await insertedClient({}, { client_name: 'as it was named' });
    const total = await storage.clients.count();
    // As a row arrives from another database.
    const number = database.options.type === 'sqlite' ? 'delete from client_search' : 'select 1';
    await database.execute(number);
    await database.execute('update client set search_grams = null');
    await database.execute('update indexed_clients set total = 0');
    const metadata = { ...inserted.metadata, client_name: 'otherwise' };
    await storage.clients.update({ ...inserted, metadata, revision: 2 });
    const found = async (search: string) =>
      (await storage.clients.list({ search, limit: 9 })).items.map((each) => each.client_id);
    const ids = [inserted.client_id];
    assert.deepEqual([await found('therwis'), await found('it was named')], [ids, []]);
    await Promise.all([storage.indexSearch(), another.indexSearch()]);
    assert.deepEqual([await found('therwis'), await found('it was named')], [ids, []]);
    assert.equal(await storage.clients.count(), total);
  });

  test('a client that is refused leaves nothing in the index', async ({ storage, insertedClient }) => {
    const first = await insertedClient({}, { client_name: 'the first of its id' });
    const second = client({ client_id: first.client_id }, { client_name: 'the second of its id' });
    await assert.rejects(storage.clients.insert(second));
    const { items } = await storage.clients.list({ search: 'second of its', limit: 9 });
    assert.deepEqual(items, []);
  });
});
