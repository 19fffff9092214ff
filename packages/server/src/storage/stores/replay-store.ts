import type { CompiledQuery } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database.ts';
import { indexKey } from '../index-key.ts';
import { inOneTurn } from '../one-turn.ts';
import type { ReplayStore } from '../storage.ts';

type Claim = { readonly key: string; readonly expires_at: number };

/** Claims in one statement. */
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
 * Claimed identifiers. One that expired can be claimed again once it was swept. The claims of one turn are one statement, in
 * the order of their keys, so that two that wait for one another never do so for each other.
 */
export function replayStore(database: Database): ReplayStore {
  const statementFor = claimStatements(database);
  const claimAll = async (claims: readonly Claim[]): Promise<readonly boolean[]> => {
    const first = new Map<string, Claim>();
    for (const claim of claims) if (!first.has(claim.key)) first.set(claim.key, claim);
    const inOrder = [...first.values()].sort(({ key: one }, { key: other }) => (one < other ? -1 : 1));
    const { rows } = await database.db.executeQuery(statementFor(inOrder));
    const won = new Set(Claimed.parse(rows).map(({ replay_key }) => replay_key));
    return claims.map((claim) => first.get(claim.key) === claim && won.has(claim.key));
  };
  const claim = inOneTurn(claimAll, MOST_AT_ONCE);
  return { claim: (key, expires_at) => claim({ key: indexKey(key), expires_at }) };
}
