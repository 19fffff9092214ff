import type { OpenHome } from '../server/open-home.ts';
import {
  createKnownSubjects,
  type KnownSubject,
  type KnownSubjects,
} from '../user-authentication/known-subjects.ts';

/** By which `sub` the clients of a home know people. */
export async function knownSubjectsOf({ storage, configuration, clock }: OpenHome): Promise<KnownSubjects> {
  const { presentSubjects } = await import('../server/subjects.ts');
  const encryptionKey = configuration.atStart.encryption.key;
  return createKnownSubjects(storage, await presentSubjects({ storage, encryptionKey }), clock);
}

/** For people. */
export const knownSubjectLine = ({ client_id, client_name, sector, sub }: KnownSubject): string =>
  [client_id, client_name, sector === undefined ? 'public' : `sector ${sector}`, sub].join('  ');
