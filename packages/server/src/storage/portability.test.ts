import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { MIGRATIONS } from './migrate.ts';

/** Steps up to here are released: they are for PostgreSQL and SQLite alone. */
const LAST_BOUND = 14;

/**
 * What engines that speak PostgreSQL's protocol (CockroachDB, YugabyteDB) lack, or a pooler in transaction mode loses. A
 * file that may have it all the same can do without what it asks for.
 */
const FORBIDDEN: readonly {
  readonly what: string;
  readonly pattern: RegExp;
  readonly but?: readonly string[];
}[] = [
  { what: 'row addresses', pattern: /\bctid\b|\bxmin\b/i },
  {
    what: 'triggers',
    pattern: /create\s+(constraint\s+)?trigger|pg_trigger/i,
    // Closes the SQLite file whose data went elsewhere.
    but: ['relocation/move.ts'],
  },
  { what: 'functions in the database', pattern: /create\s+(or\s+replace\s+)?(function|procedure)|plpgsql/i },
  {
    what: 'notifications that are needed',
    pattern: /pg_notify|`(un)?listen |`notify /i,
    but: ['postgres-watch.ts'],
  },
  { what: 'advisory locks', pattern: /pg_(try_)?advisory/i },
  { what: 'locks of tables', pattern: /[`'"]\s*lock\s+table/i },
  {
    what: 'settings that outlive a transaction',
    pattern: /[`'";]\s*set\s+(?!local\b)(session\b|\w+\s*(=|to\b))/i,
  },
  {
    what: 'settings at the start of a session',
    pattern: /statement_timeout:|lock_timeout:|\boptions:\s*['"`]-c/,
  },
  { what: 'named statements and cursors', pattern: /[`'"]\s*(prepare|declare)\s+\w+|name:\s*'.*',\s*text:/i },
  { what: 'temporary tables', pattern: /create\s+(temp|temporary|unlogged)\b/i },
];

const FILES = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (name) =>
    name.endsWith('.ts') &&
    !name.endsWith('.test.ts') &&
    !(Number(/migrations\/(\d{4})-/.exec(name)?.[1] ?? Number.POSITIVE_INFINITY) <= LAST_BOUND),
);

/** The words of a file that are no comment. */
const codeOf = (file: string): string =>
  readFileSync(join(import.meta.dirname, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

describe('our SQL', () => {
  for (const { what, pattern, but = [] } of FORBIDDEN) {
    test(`uses no ${what}`, () => {
      assert.deepEqual(
        FILES.filter((file) => !but.includes(file) && pattern.test(codeOf(file))),
        [],
      );
    });
  }

  test('is looked at where it stands', () => {
    assert(FILES.includes('sweep.ts') && FILES.some((file) => file.startsWith(join('stores', ''))));
  });
});

describe('a step of the schema', () => {
  const bound = MIGRATIONS.filter(({ version }) => version <= LAST_BOUND);
  const portable = MIGRATIONS.filter(({ version }) => version > LAST_BOUND);

  test('of those released before changed tables and rows in one transaction, and stays as it is', () => {
    assert.equal(bound.length, LAST_BOUND);
  });

  for (const migration of portable) {
    const statements = migration.statements('postgres');

    test(`${migration.version} changes tables alone, each statement by itself and as often as it is run`, () => {
      for (const statement of statements) {
        assert.match(statement, /^\s*(create|alter|drop)\s/i);
        assert.match(statement, /\bif (not )?exists\b/i, statement);
        assert.doesNotMatch(statement, /;\s*\S/, 'one statement at a time');
      }
    });

    test(`${migration.version} uses nothing that other engines lack`, () => {
      for (const { what, pattern } of FORBIDDEN) {
        assert.deepEqual(
          statements.filter((statement) => pattern.test(statement)),
          [],
          what,
        );
      }
    });

    test(`${migration.version} changes no table where it changes records`, () => {
      const changes = migration.changeRecords?.toString() ?? '';
      assert.doesNotMatch(
        changes,
        /\b(create|alter|drop)\s+(table|index|unique)|\.(create|alter|drop)(Table|Index)/i,
      );
    });
  }
});
