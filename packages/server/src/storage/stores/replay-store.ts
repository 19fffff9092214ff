import type { CompiledQuery } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database.ts';
import { indexKey } from '../index-key.ts';
import { inOneTurn } from '../one-turn.ts';
import type { ReplayStore } from '../storage.ts';

type Claim = { readonly key: string; readonly expires_at: number };

/** Claims in one statement of PostgreSQL. */
const MOST_AT_ONCE = 200;
const Claimed = z.array(z.object({ replay_key: z.string() }));

/** What claims so many identifiers, and gives those it has claimed; compiled once. */
function claimStatements({ db }: Database): (claims: readonly Claim[]) => CompiledQuery {
  const compiled = new Map<number, CompiledQuery>();
  return (claims) => {
    let statement = compiled.get(claims.length);
    if (statement === undefined) {
      statement = db
        .insertInto('replay')
        .values(claims.map(({ key, expires_at }) => ({ replay_key: key, expires_at })))
        .onConflict((conflict) => conflict.doNothing())
        .returning('replay_key')
        .compile();
      compiled.set(claims.length, statement);
    }
    return { ...statement, parameters: claims.flatMap(({ key, expires_at }) => [key, expires_at]) };
  };
}

/**
 * Claimed identifiers. One that expired can be claimed again once it was swept. With SQLite all that is written in one
 * turn is one transaction anyway; with PostgreSQL the claims of a turn are one statement, in the order of their keys, so
 * that two that wait for one another never do so for each other.
 */
export function replayStore(database: Database): ReplayStore {
  const statementFor = claimStatements(database);
  const claimed = async (claims: readonly Claim[]): Promise<ReadonlySet<string>> => {
    const [result] =
      database.dialect === 'sqlite'
        ? await database.together([statementFor(claims)])
        : [await database.db.executeQuery(statementFor(claims))];
    return new Set(Claimed.parse(result?.rows).map(({ replay_key }) => replay_key));
  };
  const claimAll = async (claims: readonly Claim[]): Promise<readonly boolean[]> => {
    const first = new Map<string, Claim>();
    for (const claim of claims) if (!first.has(claim.key)) first.set(claim.key, claim);
    const inOrder = [...first.values()].sort(({ key: one }, { key: other }) => (one < other ? -1 : 1));
    const won = await claimed(inOrder);
    return claims.map((claim) => first.get(claim.key) === claim && won.has(claim.key));
  };
  const claimOne =
    database.dialect === 'sqlite'
      ? async (claim: Claim) => (await claimed([claim])).has(claim.key)
      : inOneTurn(claimAll, MOST_AT_ONCE);
  return { claim: (key, expires_at) => claimOne({ key: indexKey(key), expires_at }) };
}
