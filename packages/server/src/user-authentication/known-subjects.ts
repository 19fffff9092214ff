import { sectorOf } from '../client/sector.ts';
import { everyItem } from '../storage/every-item.ts';
import type { Storage } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import type { Subjects } from '../token/pairwise-subject.ts';
import type { User } from '../user/user.ts';

/** By what `sub` a client knows a person. */
export type KnownSubject = {
  readonly client_id: string;
  readonly client_name: string;
  readonly subject_type: 'public' | 'pairwise';
  /** The host that the client shares its pairwise subjects under, or `client` and its client_id where it shares them with nobody. */
  readonly sector?: string;
  readonly sub: string;
};

/** Who is behind a `sub`, and which of the clients that the person gave something know them by it. */
export type FoundSubject = {
  readonly user: User;
  readonly subject_type: 'public' | 'pairwise';
  readonly clients: readonly KnownSubject[];
};

/** For operators, who are asked of people by the names that clients have for them. */
export type KnownSubjects = {
  /** The person whom a client calls so; undefined where it is nobody’s `sub`. */
  personBehind(sub: string): Promise<User | undefined>;
  find(sub: string): Promise<FoundSubject | undefined>;
  /** The clients that hold a grant or a consent of the person, by client_id. */
  of(user: User): Promise<readonly KnownSubject[]>;
};

/** What a `sub` can be (OIDC Core §2). */
const IDENTIFIER = /^[\x21-\x7E]{1,255}$/;

/** @param subjects undefined where no server of the deployment ever ran: then nobody has a pairwise subject */
export function createKnownSubjects(
  { users, clients, grants, consents }: Pick<Storage, 'users' | 'clients' | 'grants' | 'consents'>,
  subjects: Subjects | undefined,
  clock: () => number,
): KnownSubjects {
  const clientsOf = async (sub: string): Promise<readonly string[]> => {
    const now = clock();
    const known = new Set<string>();
    for await (const { client_id } of everyItem((page) => consents.list({ sub }, page))) known.add(client_id);
    for await (const { client_id } of everyItem((page) => grants.list({ sub }, page, now))) {
      known.add(client_id);
    }
    return [...known].toSorted();
  };

  const knownSubject = async (client_id: string, sub: string): Promise<readonly KnownSubject[]> => {
    const client = await unlessUnreadable(clients.find(client_id));
    if (!client) return [];
    const { client_name, subject_type = 'public' } = client.metadata;
    const shown = { client_id, client_name, subject_type };
    if (subject_type === 'public') return [{ ...shown, sub }];
    return subjects ? [{ ...shown, sector: sectorOf(client), sub: subjects.of(client, sub) }] : [];
  };

  const of = async ({ sub }: User): Promise<readonly KnownSubject[]> =>
    (await Promise.all((await clientsOf(sub)).map((client_id) => knownSubject(client_id, sub)))).flat();

  const found = async (
    sub: string,
  ): Promise<{ readonly user: User; readonly subject_type: 'public' | 'pairwise' } | undefined> => {
    if (!IDENTIFIER.test(sub)) return undefined;
    const user = await users.find(sub);
    if (user) return { user, subject_type: 'public' };
    const candidate = subjects?.candidate(sub);
    const behind = candidate === undefined ? undefined : await users.find(candidate);
    return behind && { user: behind, subject_type: 'pairwise' };
  };

  return {
    of,
    personBehind: async (sub) => (await found(sub))?.user,
    async find(sub) {
      const person = await found(sub);
      if (!person) return undefined;
      return { ...person, clients: (await of(person.user)).filter((known) => known.sub === sub) };
    },
  };
}
