import { z } from 'zod';
import type { UserStore } from '../storage/storage.ts';
import type { KnownSubject, KnownSubjects } from '../user-authentication/known-subjects.ts';
import { ByUsername, userNamed } from './of-person.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';

const SubjectType = z.enum(['public', 'pairwise']);

export const KnownSubjectAnswer = z
  .object({
    client_id: z.string(),
    client_name: z.string(),
    subject_type: SubjectType,
    sector: z
      .string()
      .exactOptional()
      .describe(
        'With pairwise: the host whose clients know the person by this sub, or client and its client_id where that is one client alone.',
      ),
    sub: z.string().describe('By which the client knows the person.'),
  })
  .meta({ id: 'KnownSubject' });

export const SubjectAnswer = z
  .object({
    sub: z.string().describe('The person’s own.'),
    username: z.string(),
    subject_type: SubjectType.describe('What the sub that was asked for is.'),
    clients: z
      .array(KnownSubjectAnswer)
      .describe('Of the clients that hold a grant or a consent of the person those that know them by it.'),
  })
  .meta({ id: 'FoundSubject' });

const answerOf = ({ sector, ...known }: KnownSubject): z.infer<typeof KnownSubjectAnswer> => ({
  ...known,
  ...(sector !== undefined && { sector }),
});

const tag = 'users';

/** By which `sub` clients know people (OIDC Core §8), for those who are asked about somebody by it. */
export function subjectRoutes(users: UserStore, known: KnownSubjects): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/subjects/{sub}',
      summary: 'Find the person behind a sub, be it pairwise or public, and the clients that know them by it',
      tag,
      area: 'people',
      access: 'read',
      params: z.object({ sub: z.string().max(255) }),
      response: SubjectAnswer,
      handle: async ({ params }) => {
        const found = await known.find(params.sub);
        if (!found) throw new NotFound('no client knows a person of this deployment by this sub');
        const { user, subject_type, clients } = found;
        return {
          sub: user.sub,
          username: user.username,
          subject_type,
          clients: clients.map(answerOf),
        };
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/users/{username}/subjects',
      summary: 'By which sub the clients know a person that hold a grant or a consent of theirs',
      tag,
      area: 'people',
      access: 'read',
      params: ByUsername,
      response: z.object({ items: z.array(KnownSubjectAnswer) }).meta({ id: 'KnownSubjects' }),
      handle: async ({ params }) => {
        const user = await userNamed(users, params.username);
        return { items: (await known.of(user)).map(answerOf) };
      },
    }),
  ];
}
