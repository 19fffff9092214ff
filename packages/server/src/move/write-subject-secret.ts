import { SUBJECT_SECRET_PURPOSE } from '../token/pairwise-subject.ts';
import { seal, unseal } from '../token/sealing.ts';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';

/** Judges and writes the secret of pairwise subjects, which nothing replaces once a server has one. */
export function subjectSecretWriter({
  storage: { subjectSecret },
  encryptionKey,
  by,
  source,
  clock,
}: WriterContext): RecordWriter<'subject_secret'> {
  return {
    async judge({ secret }) {
      const present = await subjectSecret.find();
      if (present !== undefined) {
        if (unseal(present, encryptionKey, SUBJECT_SECRET_PURPOSE) === secret) return { verdict: 'present' };
        return {
          verdict: 'refused',
          field: 'secret',
          why: 'this server has one of its own since its first start, so that clients with pairwise subjects will know everybody by another one: to keep them, import into a home that countersign init made and no server ran on',
        };
      }
      return {
        verdict: 'add',
        writing: {
          in: 'shared unit',
          prepare: async () => ({
            steps: [subjectSecret.steps.insert(seal(secret, encryptionKey, SUBJECT_SECRET_PURPOSE), clock())],
            event: {
              type: 'subjects.taken_over',
              outcome: 'success',
              actor: by,
              object: { kind: 'configuration', id: SUBJECT_SECRET_PURPOSE },
              detail: { imported_from: source },
            },
          }),
        },
      };
    },
  };
}
