import { isDeepStrictEqual } from 'node:util';
import { initialAccessTokenEvent } from '../registration/initial-access-tokens.ts';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';

const COMPARED = ['token_id', 'label', 'clients_allowed', 'expires_at'] as const;

/** Judges and writes initial access tokens, whose hashes move: whoever holds one goes on with it. */
export function initialAccessTokenWriter({
  storage: { initialAccessTokens },
  names,
  by,
  source,
  clock,
}: WriterContext): RecordWriter<'initial_access_token'> {
  return {
    async judge({ kind: _kind, group, ...token }) {
      const present = await initialAccessTokens.find(token.token_sha256);
      if (present) {
        const fields = COMPARED.filter((name) => !isDeepStrictEqual(present[name], token[name]));
        return fields.length === 0 ? { verdict: 'present' } : { verdict: 'differs', fields };
      }
      if (token.expires_at <= clock()) {
        return { verdict: 'refused', field: 'expires_at', why: 'it has expired' };
      }
      if (group !== undefined && !(await names.has('group', group))) {
        const why = `the group of its clients, ${JSON.stringify(group)}, is neither in the files before it nor here`;
        return { verdict: 'refused', field: 'group', why };
      }
      return {
        verdict: 'add',
        writing: {
          in: 'shared unit',
          async prepare() {
            const group_id = group === undefined ? undefined : await names.groupId(group);
            const written = { ...token, ...(group_id !== undefined && { group_id }) };
            const event = initialAccessTokenEvent(
              'registration_token.created',
              token.token_id,
              by,
              undefined,
              written,
            );
            return {
              steps: [initialAccessTokens.steps.insert(written)],
              event: { ...event, detail: { ...event.detail, imported_from: source } },
            };
          },
        },
      };
    },
  };
}
