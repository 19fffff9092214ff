import type { ClientDirectory } from '../client-authentication/client-directory.ts';
import type { ActorClaim } from '../token/access-token.ts';
import type { SubjectClient, Subjects } from '../token/pairwise-subject.ts';

/** Whom a token speaks of, and who acts for them. */
type Spoken = { readonly sub: string; readonly act?: ActorClaim | undefined };

/** As a client reads it: persons by the names it knows them by, clients by their `client_id`. */
export type TellSubjects = (client: SubjectClient, spoken: Spoken) => Promise<Told>;

type Told = { readonly sub: string; readonly act?: ActorClaim };

/** @param directory tells clients from persons: whoever is no client is taken for a person, also one who is gone */
export function createTellSubjects(
  subjects: Pick<Subjects, 'of'>,
  directory: Pick<ClientDirectory, 'find'>,
): TellSubjects {
  const told = async (client: SubjectClient, { sub, act }: Spoken): Promise<Told> => ({
    sub: (await directory.find(sub)) ? sub : subjects.of(client, sub),
    ...(act && { act: await told(client, act) }),
  });
  return async (client, spoken) => {
    const { sub, act } = spoken;
    return client.metadata.subject_type === 'pairwise' ? told(client, spoken) : { sub, ...(act && { act }) };
  };
}
