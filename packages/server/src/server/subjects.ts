import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { SubjectSecretStore } from '../storage/storage.ts';
import {
  createSubjects,
  SUBJECT_SECRET_LENGTH,
  SUBJECT_SECRET_PURPOSE,
  type Subjects,
} from '../token/pairwise-subject.ts';
import { seal, unseal } from '../token/sealing.ts';

type SubjectsContext = {
  readonly storage: { readonly subjectSecret: SubjectSecretStore };
  /** 32 bytes, `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
  readonly clock: Clock;
};

/**
 * The subjects of this deployment, made with the secret that its database keeps.
 * @returns undefined where no server made it yet
 * @throws CannotUnseal where it was sealed with another `[encryption] key`; another secret is never made in its place
 */
export async function presentSubjects({
  storage,
  encryptionKey,
}: Omit<SubjectsContext, 'clock'>): Promise<Subjects | undefined> {
  const sealed = await storage.subjectSecret.find();
  return sealed === undefined
    ? undefined
    : createSubjects(Buffer.from(unseal(sealed, encryptionKey, SUBJECT_SECRET_PURPOSE), 'base64url'));
}

/**
 * As {@link presentSubjects}, and makes the secret where there is none: of several nodes at once the database takes that
 * of one, and all go by it.
 * @throws CannotUnseal
 */
export async function openSubjects(context: SubjectsContext): Promise<Subjects> {
  const present = await presentSubjects(context);
  if (present) return present;
  const secret = randomBytes(SUBJECT_SECRET_LENGTH).toString('base64url');
  await context.storage.subjectSecret.insertIfNone(
    seal(secret, context.encryptionKey, SUBJECT_SECRET_PURPOSE),
    context.clock(),
  );
  const made = await presentSubjects(context);
  if (made) return made;
  throw new Error('the secret of pairwise subjects was written and is not there');
}
