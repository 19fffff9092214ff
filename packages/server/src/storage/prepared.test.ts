import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { type PlaceOf, prepared } from './prepared.ts';
import type { Schema } from './schema.ts';

const db = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (of) => new PostgresIntrospector(of),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

describe('a prepared statement', () => {
  it('is what Kysely compiles with the values in it', () => {
    const statement = prepared((place: PlaceOf<{ token_sha256: string; until: number }>) =>
      db
        .updateTable('refresh_token')
        .set({ expires_at: place('until'), repeats: 7 })
        .where('token_sha256', '=', place('token_sha256'))
        .where('expires_at', '<', place('until')),
    );
    const anew = (token_sha256: string, until: number) =>
      db
        .updateTable('refresh_token')
        .set({ expires_at: until, repeats: 7 })
        .where('token_sha256', '=', token_sha256)
        .where('expires_at', '<', until)
        .compile();
    for (const [token_sha256, until] of [
      ['one', 1],
      ['other', 2],
    ] as const) {
      const { sql, parameters, query } = statement({ until, token_sha256 });
      const expected = anew(token_sha256, until);
      assert.equal(sql, expected.sql);
      assert.deepEqual(parameters, expected.parameters);
      assert.equal(query.kind, expected.query.kind);
    }
  });

  it('is built once, when it is needed first, and hands out parameters of its own each time', () => {
    let built = 0;
    const statement = prepared((place: PlaceOf<{ jti: string }>) => {
      built++;
      return db.selectFrom('revoked_token').select('jti').where('jti', '=', place('jti'));
    });
    assert.equal(built, 0);
    const first = statement({ jti: 'one' });
    const second = statement({ jti: 'other' });
    assert.equal(built, 1);
    assert.deepEqual([first.parameters, second.parameters], [['one'], ['other']]);
  });

  it('takes null for a value', () => {
    const statement = prepared((place: PlaceOf<{ grant_id: string | null }>) =>
      db.updateTable('reference_token').set({ grant_id: place('grant_id') }),
    );
    assert.deepEqual(statement({ grant_id: null }).parameters, [null]);
  });
});
