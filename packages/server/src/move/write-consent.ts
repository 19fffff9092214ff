import { isDeepStrictEqual } from 'node:util';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';
import { partiesProblem } from './named-parties.ts';

/** Judges and writes what people agreed to. */
export function consentWriter({ storage, names, by, source }: WriterContext): RecordWriter<'consent'> {
  return {
    async judge(record) {
      const problem = await partiesProblem(record, storage, names);
      if (problem) return problem;
      const { username, sub, client_id, scopes, granted_at } = record;
      const present = await storage.consents.find(sub, client_id);
      if (present) {
        return isDeepStrictEqual(present.scopes.toSorted(), scopes.toSorted())
          ? { verdict: 'present' }
          : { verdict: 'differs', fields: ['scopes'] };
      }
      return {
        verdict: 'add',
        writing: {
          in: 'shared unit',
          prepare: async () => ({
            steps: [storage.consents.steps.insert({ sub, client_id, scopes, granted_at })],
            event: {
              type: 'consent.granted',
              outcome: 'success',
              actor: by,
              client_id,
              username,
              object: { kind: 'consent', id: `${sub} ${client_id}` },
              detail: { scopes, remembered: true, imported_from: source },
            },
          }),
        },
      };
    },
  };
}
