import type { RefreshToken } from '../token/refresh-token.ts';
import type { Step } from '../unit-of-work.ts';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';
import { partiesProblem } from './named-parties.ts';
import type { MovedGrant } from './record.ts';

/** A refresh token as it is stored: what its grant says stands with each. */
const tokenOf = (
  { grant_id, client_id, sub }: MovedGrant,
  { used_at: _used, ...token }: MovedGrant['refresh_tokens'][number],
): RefreshToken => ({ ...token, grant_id, client_id, sub });

/** Judges and writes grants with their refresh tokens, whose hashes move: clients go on with those they have. */
export function grantWriter({ storage, names, by, source, clock }: WriterContext): RecordWriter<'grant'> {
  const { grants, refreshTokens } = storage;

  const stepsOf = (record: MovedGrant): readonly Step[] => {
    const { grant_id, client_id, sub, scope, created_at, expires_at } = record;
    return [
      grants.steps.insert({ grant_id, client_id, sub, scope, created_at, expires_at }),
      ...record.refresh_tokens.flatMap((token) => [
        refreshTokens.steps.insert(tokenOf(record, token)),
        ...(token.used_at === undefined
          ? []
          : [refreshTokens.steps.redeem(token.token_sha256, token.used_at)]),
      ]),
    ];
  };

  return {
    async judge(record) {
      const problem = await partiesProblem(record, storage, names);
      if (problem) return problem;
      const { grant_id, username, sub, client_id } = record;
      const present = await grants.find(grant_id);
      if (present) {
        const fields = (['sub', 'client_id', 'scope'] as const).filter(
          (name) => present[name] !== record[name],
        );
        return fields.length === 0 ? { verdict: 'present' } : { verdict: 'differs', fields };
      }
      if (record.expires_at <= clock()) {
        return { verdict: 'refused', field: 'expires_at', why: 'it has ended' };
      }
      return {
        verdict: 'add',
        writing: {
          in: 'shared unit',
          prepare: async () => ({
            steps: stepsOf(record),
            event: {
              type: 'authorization.granted',
              outcome: 'success',
              actor: by,
              client_id,
              username,
              object: { kind: 'grant', id: grant_id },
              detail: {
                grant_id,
                sub,
                scope: record.scope,
                refresh_tokens: record.refresh_tokens.length,
                imported_from: source,
              },
            },
          }),
        },
      };
    },
  };
}
