import { isDeepStrictEqual } from 'node:util';
import { initialAccessTokenEvent } from '../registration/initial-access-tokens.ts';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';

const COMPARED = ['token_id', 'label', 'clients_allowed', 'expires_at'] as const;

/** Judges and writes initial access tokens, whose hashes move: whoever holds one goes on with it. */
export function initialAccessTokenWriter({
  storage: { initialAccessTokens },
  by,
  source,
  clock,
}: WriterContext): RecordWriter<'initial_access_token'> {
  return {
    async judge({ kind: _kind, ...token }) {
      const present = await initialAccessTokens.find(token.token_sha256);
      if (present) {
        const fields = COMPARED.filter((name) => !isDeepStrictEqual(present[name], token[name]));
        return fields.length === 0 ? { verdict: 'present' } : { verdict: 'differs', fields };
      }
      if (token.expires_at <= clock()) {
        return { verdict: 'refused', field: 'expires_at', why: 'it has expired' };
      }
      return {
        verdict: 'add',
        writing: {
          in: 'shared unit',
          async prepare() {
            const event = initialAccessTokenEvent(
              'registration_token.created',
              token.token_id,
              by,
              undefined,
              token,
            );
            return {
              steps: [initialAccessTokens.steps.insert(token)],
              event: { ...event, detail: { ...event.detail, imported_from: source } },
            };
          },
        },
      };
    },
  };
}
