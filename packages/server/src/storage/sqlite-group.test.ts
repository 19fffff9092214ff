import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { CachingDatabase } from './sqlite-file.ts';
import { SqliteGroup } from './sqlite-group.ts';
import type { WrittenStep } from './sqlite-writer.ts';
import { StorageConflict } from './storage.ts';
import { StorageUnavailable } from './storage-errors.ts';

/** Notes what is run, and fails where it is told to. */
class WatchedDatabase extends CachingDatabase {
  readonly ran: string[] = [];
  failAt: string | undefined;

  override prepare(sql: string) {
    const statement = super.prepare(sql);
    return {
      ...statement,
      run: (parameters: readonly unknown[]) => {
        this.ran.push(sql);
        if (sql === this.failAt) throw new StorageUnavailable('the disk is full');
        return statement.run(parameters);
      },
    };
  }
}

function opened(t: TestContext) {
  const file = new DatabaseSync(':memory:');
  file.exec(`create table kept (name text primary key, by text);
    create table registry_version (id integer primary key, version integer);
    insert into registry_version values (1, 0);
    create table registry_change (version integer, kind text, change_key text, mark text);
    create trigger all_or_nothing before insert on kept when new.name = 'ends everything'
      begin select raise(rollback, 'everything is ended'); end`);
  const database = new WatchedDatabase(file, 'in memory');
  t.after(() => database.close());
  const group = new SqliteGroup(database);
  return {
    database,
    group,
    groups: () => database.ran.filter((sql) => sql === 'begin immediate').length,
    commits: () => database.ran.filter((sql) => sql === 'commit').length,
    names: () =>
      file
        .prepare('select name from kept order by name')
        .all()
        .map(({ name }) => name),
    changes: () =>
      file
        .prepare('select mark from registry_change')
        .all()
        .map(({ mark }) => mark),
  };
}

const insert = (name: string, by = 'a unit') => ({
  sql: 'insert into kept (name, by) values (?, ?)',
  parameters: [name, by],
});
const claim = (name: string, by: string): WrittenStep => ({
  condition: `${name} is unclaimed`,
  rows: 'one',
  statement: { ...insert(name, by), sql: `${insert(name).sql} on conflict do nothing` },
  registry: { kind: 'client', key: name },
});
const step = (name: string): WrittenStep => ({
  condition: `${name} is new`,
  rows: 'one',
  statement: insert(name),
});

test('what is asked for in one turn is one transaction', async (t) => {
  const { group, groups, commits, names } = opened(t);
  const asked = [
    ...['a', 'b', 'c'].map((name) => group.attempt([step(name)], name)),
    group.together([insert('d')]),
    group.together([insert('e'), insert('f')]),
  ];
  assert.deepEqual(names(), []);
  await Promise.all(asked);
  assert.deepEqual(names(), ['a', 'b', 'c', 'd', 'e', 'f']);
  assert.deepEqual([groups(), commits()], [1, 1]);
  await group.together([insert('g')]);
  assert.deepEqual([groups(), commits()], [2, 2]);
});

test('of equal claims in one turn one wins, and what the others wrote besides is gone', async (t) => {
  const { group, names, changes } = opened(t);
  const outcomes = await Promise.all(
    ['first', 'second', 'third'].map((by) => group.attempt([step(`of the ${by}`), claim('jti', by)], by)),
  );
  assert.deepEqual(outcomes, [
    { outcome: 'committed' },
    { outcome: 'refused', condition: 'jti is unclaimed' },
    { outcome: 'refused', condition: 'jti is unclaimed' },
  ]);
  assert.deepEqual(names(), ['jti', 'of the first']);
  assert.deepEqual(changes(), ['first']);
});

test('a unit that fails or contradicts another one takes nothing of the others with it', async (t) => {
  const { group, names, commits } = opened(t);
  const [good, contradicting, conflict, wrong, last] = await Promise.allSettled([
    group.attempt([step('good')], 'good'),
    group.attempt([step('lost'), step('good')], 'contradicting'),
    group.together([insert('lost too'), insert('good')]),
    group.together([insert('also lost'), { sql: 'insert into nowhere values (1)', parameters: [] }]),
    group.together([insert('last')]),
  ]);
  assert.deepEqual(good, { status: 'fulfilled', value: { outcome: 'committed' } });
  assert.deepEqual(contradicting, {
    status: 'fulfilled',
    value: { outcome: 'refused', condition: 'good is new' },
  });
  assert.ok(conflict.status === 'rejected' && conflict.reason instanceof StorageConflict);
  assert.ok(wrong.status === 'rejected' && /nowhere/.test(String(wrong.reason)));
  assert.equal(last.status, 'fulfilled');
  assert.deepEqual(names(), ['good', 'last']);
  assert.equal(commits(), 1);
});

test('nobody hears of what was written when the commit fails', async (t) => {
  const { database, group, names } = opened(t);
  database.failAt = 'commit';
  const settled = await Promise.allSettled([
    group.attempt([step('one')], 'one'),
    group.together([insert('two')]),
    group.attempt([step('two')], 'refused by itself'),
  ]);
  for (const each of settled)
    assert.ok(each.status === 'rejected' && each.reason instanceof StorageUnavailable);
  assert.deepEqual(names(), []);
  database.failAt = undefined;
  await group.together([insert('two')]);
  assert.deepEqual(names(), ['two']);
});

test('a unit that ends the transaction fails those before it; those after are written', async (t) => {
  const { group, names, groups } = opened(t);
  const settled = await Promise.allSettled([
    group.attempt([step('before')], 'before'),
    group.attempt([step('ends everything')], 'ending'),
    group.attempt([step('after')], 'after'),
  ]);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['rejected', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(names(), ['after']);
  assert.equal(groups(), 2);
});

test('all fail where no transaction can begin', async (t) => {
  const { database, group, names } = opened(t);
  database.failAt = 'begin immediate';
  const settled = await Promise.allSettled([
    group.together([insert('one')]),
    group.together([insert('two')]),
  ]);
  assert.ok(settled.every(({ status }) => status === 'rejected'));
  database.failAt = undefined;
  await group.together([insert('three')]);
  assert.deepEqual(names(), ['three']);
});

test('a savepoint that cannot be taken back ends the group, so that no half of a unit is kept', async (t) => {
  const { database, group, names } = opened(t);
  database.failAt = 'rollback to unit';
  const settled = await Promise.allSettled([
    group.attempt([step('before')], 'before'),
    group.attempt([step('half'), step('before')], 'refused'),
  ]);
  assert.ok(settled.every(({ status }) => status === 'rejected'));
  assert.deepEqual(names(), []);
});

test('a turn with very much to write lets the event loop go on in between', async (t) => {
  const { group, groups, names } = opened(t);
  const count = 30_000;
  await Promise.all(Array.from({ length: count }, (_, index) => group.together([insert(String(index))])));
  assert.equal(names().length, count);
  assert.ok(groups() > 1, `${groups()} groups`);
});

test('what still waits is written when the file is to be closed', async (t) => {
  const { group, names } = opened(t);
  const waiting = group.together([insert('waiting')]);
  group.flush();
  assert.deepEqual(names(), ['waiting']);
  await waiting;
});

test('what is asked for once the file is closed fails', async (t) => {
  const { database, group } = opened(t);
  const late = group.together([insert('late')]);
  database.close();
  await assert.rejects(late, /not open/);
});
