import assert from 'node:assert/strict';
import { onBothDatabases, readAll, type StorageUnderTest, user } from '../../test/storage-contract.ts';
import type { Client } from '../client/client.ts';
import type { ClientFilter, ClientSort, ListingPage, Sorting } from './storage.ts';
import { InvalidCursor } from './storage-errors.ts';

const DAY_MS = 86_400_000;
const COUNT = 2_300;
/** Those that few have are beyond what is looked at in any order. */
const RARE = 900;

type Row = {
  readonly client_id: string;
  readonly client_name: string;
  readonly issued: number;
  readonly enabled: boolean;
  readonly method: string;
  readonly ends: readonly (number | undefined)[];
};

/** Neither in the order of anything, nor at random. */
const rowAt = (index: number): Row => ({
  client_id: `id-${String((index * 7919) % COUNT).padStart(5, '0')}`,
  client_name: `name ${index % 40} ${index % 3 === 0 ? 'apple' : 'pear'} ${index}`,
  issued: 1_700_000_000 + ((index * 6007) % 900),
  enabled: index % RARE !== 1,
  method: ['none', 'client_secret_basic', 'tls_client_auth'][(index * 13) % 3] ?? 'none',
  ends: [
    ...(index % 4 === 0 ? [] : [DAY_MS * ((index * 31) % 500)]),
    ...(index % 5 === 0 ? [DAY_MS * ((index * 17) % 700)] : []),
    // Of one that is known by its thumbprint alone.
    ...(index % 11 === 0 ? [undefined] : []),
  ],
});
const ROWS = Array.from({ length: COUNT }, (_, index) => rowAt(index));

const lastEnd = ({ ends }: Row): number | undefined => {
  const known = ends.filter((end) => end !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

async function insertRows({ database }: StorageUnderTest): Promise<void> {
  const clients = ROWS.map(
    ({ client_id, client_name, issued, enabled, method }) =>
      `('${client_id}', '${client_name}', '${client_name}\n${client_id}', ${issued}, '{"client_name":"${client_name}","token_endpoint_auth_method":"${method}","grant_types":["client_credentials"]}', '${method}', ${enabled ? 1 : 0}, 1)`,
  );
  await database.execute(`insert into client (client_id, client_name_key, search_text, client_id_issued_at, metadata,
    token_endpoint_auth_method, enabled, revision) values ${clients.join(', ')}`);
  const certificates = ROWS.flatMap(({ client_id, ends }) =>
    ends.map((end, index) => `('thumbprint-${index}', '${client_id}', ${end ?? 'null'})`),
  );
  await database.execute(
    `insert into client_certificate (thumbprint, client_id, not_after) values ${certificates.join(', ')}`,
  );
  // Autovacuum does so within a minute of thousands of new rows; a plan for tables thought empty takes a second a page.
  if (database.options.type === 'postgres') await database.execute('analyze client, client_certificate');
}

const KEY_OF: Readonly<Record<ClientSort, (row: Row) => string | number | undefined>> = {
  client_name: ({ client_name }) => client_name,
  client_id: ({ client_id }) => client_id,
  client_id_issued_at: ({ issued }) => issued,
  certificates_end: lastEnd,
  token_endpoint_auth_method: ({ method }) => method,
  enabled: ({ enabled }) => (enabled ? 1 : 0),
};

type Asked = Sorting<ClientSort> & ClientFilter & { readonly search?: string };

/** What a listing has to say, made of the rows alone. */
function expected({ sort = 'client_name', descending = false, from, search, ...filter }: Asked): string[] {
  const keyOf = KEY_OF[sort];
  const way = descending ? -1 : 1;
  const begin = sort === 'client_id_issued_at' && typeof from === 'number' ? from / 1000 : from;
  const isFrom = (key: string | number | undefined) => {
    if (begin === undefined || key === undefined) return true;
    return descending ? key <= begin || String(key).startsWith(String(begin)) : key >= begin;
  };
  const compare = (one: Row, other: Row): number => {
    const [a, b] = [keyOf(one), keyOf(other)];
    const isLast = (a === undefined ? 1 : 0) - (b === undefined ? 1 : 0);
    if (isLast !== 0) return isLast;
    if (a === undefined || b === undefined) return one.client_id < other.client_id ? -1 : 1;
    if (a === b) return one.client_id < other.client_id ? -way : way;
    return a < b ? -way : way;
  };
  const before = (row: Row, end: number) => row.ends.some((each) => each !== undefined && each < end);
  const rows = ROWS.filter(
    (row) =>
      isFrom(keyOf(row)) &&
      (search === undefined || `${row.client_name}\n${row.client_id}`.includes(search)) &&
      (filter.enabled === undefined || row.enabled === filter.enabled) &&
      (filter.token_endpoint_auth_method === undefined || row.method === filter.token_endpoint_auth_method) &&
      (filter.certificateEndsBefore === undefined || before(row, filter.certificateEndsBefore)) &&
      (filter.certificatesEndBefore === undefined ||
        (row.ends.length > 0 &&
          row.ends.every((each) => each !== undefined && each < (filter.certificatesEndBefore ?? 0)))),
  ).toSorted(compare);
  // By name those that begin with what is searched for come first.
  const begins = (row: Row) =>
    sort === 'client_name' && search !== undefined && row.client_name.startsWith(search);
  return [...rows.filter(begins), ...rows.filter((row) => !begins(row))].map(({ client_id }) => client_id);
}

const SORTS: readonly ClientSort[] = [
  ...(['client_name', 'client_id', 'client_id_issued_at', 'certificates_end'] as const),
  ...(['token_endpoint_auth_method', 'enabled'] as const),
];
const FILTERS: readonly (ClientFilter & { readonly search?: string })[] = [
  {},
  { enabled: false },
  { token_endpoint_auth_method: 'tls_client_auth' },
  { enabled: true, certificateEndsBefore: 100 * DAY_MS },
  { certificatesEndBefore: 40 * DAY_MS },
  { search: 'name 7' },
  { search: 'apple' },
  { search: `pear ${COUNT - 2}` },
  { search: 'apple', enabled: false },
  { search: 'id-0421', certificatesEndBefore: 400 * DAY_MS },
  { search: 'nothing like it' },
];
const STARTS: Readonly<Record<ClientSort, string | number>> = {
  token_endpoint_auth_method: 'client_secret_basic',
  enabled: 1,
  client_name: 'name 38',
  client_id: 'id-042',
  client_id_issued_at: 1_700_000_890_000,
  certificates_end: 650 * DAY_MS,
};

onBothDatabases('orders of listings', (test) => {
  test('every order, either way, from any value on, whatever it is narrowed to, and counted', async (given) => {
    const { storage } = given;
    await insertRows(given);
    // The first pages, which go beyond what is looked at where few match; of a listing that is not narrowed all of it.
    const check = async (asked: Asked, most = Object.keys(asked).length === 2 ? COUNT : 3) => {
      const listed: string[] = [];
      let next: { readonly after?: string } | undefined = {};
      for (let pages = 0; next && pages < most; pages++) {
        const page: ListingPage<Client> = await storage.clients.list({ ...asked, limit: 40, ...next });
        listed.push(...page.items.map(({ client_id }) => client_id));
        next = page.next === undefined ? undefined : { after: page.next };
      }
      const all = expected(asked);
      assert.deepEqual(listed, next ? all.slice(0, listed.length) : all, JSON.stringify(asked));
    };
    const everything = async (filters = FILTERS) => {
      for (const filter of filters) {
        const count = expected(filter).length;
        assert.equal(await storage.clients.countMatching(filter, 10_000), count, JSON.stringify(filter));
        assert.equal(await storage.clients.countMatching(filter, 3), Math.min(count, 3));
        for (const sort of SORTS) {
          for (const descending of [false, true]) await check({ sort, descending, ...filter });
        }
      }
    };
    await everything();
    for (const sort of SORTS) {
      for (const descending of [false, true]) {
        for (const filter of [{}, { search: 'apple' }]) {
          await check({ sort, descending, from: STARTS[sort], ...filter });
        }
      }
    }
    await storage.indexSearch();
    await everything(FILTERS.filter(({ search }) => search !== undefined));
  });

  test('pages of one, where many stand at one value', async ({ storage }) => {
    const asked = { sort: 'client_id_issued_at', descending: true, search: 'name 7 ' } as const;
    const some = expected(asked);
    const read: string[] = [];
    let after: string | undefined;
    do {
      const page = await storage.clients.list({ ...asked, limit: 1, ...(after !== undefined && { after }) });
      read.push(...page.items.map(({ client_id }) => client_id));
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(read, some);
  });

  test('a cursor is of its order alone', async ({ storage }) => {
    const orders = SORTS.flatMap((sort) => [
      { sort, descending: false },
      { sort, descending: true },
    ]);
    for (const order of orders) {
      const { next: after } = await storage.clients.list({ ...order, limit: 1 });
      assert.ok(after);
      for (const other of orders) {
        const going = storage.clients.list({ ...other, limit: 1, after });
        if (other === order) await going;
        else await assert.rejects(going, InvalidCursor, `${JSON.stringify(order)} ${JSON.stringify(other)}`);
      }
    }
  });

  test('people by name and by when their account was made, either way, narrowed and counted', async ({
    storage,
  }) => {
    const people = Array.from({ length: 12 }, (_, index) =>
      user({ username: `Person ${index}`, created_at: 5_000 + ((index * 7) % 4), enabled: index % 3 !== 0 }),
    );
    for (const person of people) await storage.users.insert(person);
    const names = async (asked: object) =>
      (await readAll((next) => storage.users.list({ search: 'person', limit: 5, ...asked, ...next }))).map(
        ({ username }) => username,
      );
    const by = (key: (person: (typeof people)[number]) => string | number, way: 1 | -1) =>
      people
        .toSorted((a, b) => {
          const [one, other] = [key(a), key(b)];
          if (one === other) return a.sub < b.sub ? -way : way;
          return one < other ? -way : way;
        })
        .map(({ username }) => username);
    const name = ({ username }: { readonly username: string }) => username.toLowerCase();
    const time = ({ created_at }: { readonly created_at: number }) => created_at;
    assert.deepEqual(await names({}), by(name, 1));
    assert.deepEqual(await names({ descending: true }), by(name, -1));
    assert.deepEqual(await names({ sort: 'created_at' }), by(time, 1));
    assert.deepEqual(await names({ sort: 'created_at', descending: true }), by(time, -1));
    const state = ({ enabled }: { readonly enabled: boolean }) => (enabled ? 1 : 0);
    assert.deepEqual(await names({ sort: 'enabled' }), by(state, 1));
    assert.deepEqual(await names({ sort: 'enabled', descending: true }), by(state, -1));
    assert.deepEqual(await names({ from: 'PERSON 7' }), ['Person 7', 'Person 8', 'Person 9']);
    assert.deepEqual((await names({ sort: 'created_at', from: 5_003 })).length, 3);
    assert.deepEqual(
      await names({ enabled: false, descending: true }),
      by(name, -1).filter((each) => Number(each.slice(7)) % 3 === 0),
    );
    const count = (asked: object, most = 100) =>
      storage.users.countMatching({ search: 'person', ...asked }, most);
    assert.deepEqual([await count({}), await count({ enabled: false }), await count({}, 7)], [12, 4, 7]);
  });

  test('groups and roles by name and by when they were made, either way, and counted', async ({
    storage,
  }) => {
    const { commit, groups, roles } = storage;
    const made = ['cedar', 'Ash', 'birch', 'alder'].map((name, index) => ({
      name,
      description: '',
      created_at: 9_000 + (index % 2),
      revision: 1,
    }));
    for (const [index, each] of made.entries()) {
      const steps = [
        groups.steps.insert({ ...each, group_id: `g${index}` }),
        roles.steps.insert({ ...each, role_id: `r${index}` }),
      ];
      assert.equal((await commit(steps)).outcome, 'committed');
    }
    for (const store of [groups, roles]) {
      const names = async (asked: object) => {
        const read: string[] = [];
        let after: string | undefined;
        do {
          const page = await store.list({ limit: 3, ...asked, ...(after !== undefined && { after }) });
          read.push(...page.items.map(({ name }) => name));
          after = page.next;
        } while (after !== undefined);
        return read;
      };
      assert.deepEqual(await names({}), ['alder', 'Ash', 'birch', 'cedar']);
      assert.deepEqual(await names({ descending: true }), ['cedar', 'birch', 'Ash', 'alder']);
      assert.deepEqual(await names({ from: 'B' }), ['birch', 'cedar']);
      assert.deepEqual(await names({ from: 'b', descending: true }), ['birch', 'Ash', 'alder']);
      assert.deepEqual(await names({ sort: 'created_at' }), ['cedar', 'birch', 'Ash', 'alder']);
      assert.deepEqual(await names({ sort: 'created_at', descending: true }), [
        'alder',
        'Ash',
        'birch',
        'cedar',
      ]);
      assert.deepEqual(await names({ sort: 'created_at', from: 9_001 }), ['Ash', 'alder']);
      assert.equal(await store.countMatching({}, 9), 4);
      assert.equal(await store.countMatching({ search: 'R' }, 9), 3);
      assert.equal(await store.countMatching({ search: 'R' }, 2), 2);
    }
  });
});
