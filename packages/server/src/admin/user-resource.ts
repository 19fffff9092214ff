import { z } from 'zod';
import { changesBetween } from '../event/changes.ts';
import type { AccountRegistrar } from '../registration/account-registrar.ts';
import { type ChangeContext, commitChange } from '../storage/commit-change.ts';
import type { UserStore } from '../storage/storage.ts';
import { ADMINISTRATOR_ROLES, type User } from '../user/user.ts';
import type { GuessingGuard } from '../user-authentication/guessing-guard.ts';
import type { EndAccess } from '../user-authentication/session-endings.ts';
import { ByUsername, eventOfDone, userNamed } from './of-person.ts';
import { PageQuery, pageAnswer, pageOf, pageRequest } from './page.ts';
import { type AdminRoute, adminRoute, PreconditionRequired } from './route.ts';
import { SignedOut } from './signed-out.ts';
import { Timestamp, timestamp } from './timestamp.ts';

export const RoleAnswer = z.enum(ADMINISTRATOR_ROLES).meta({ id: 'Role' });

export const UserAnswer = z
  .object({
    sub: z.string(),
    username: z.string(),
    roles: z.array(RoleAnswer),
    claims: z.record(z.string(), z.unknown()).describe('Claims of OIDC Core §5.1, and others.'),
    enabled: z.boolean(),
    awaits_confirmation: z.literal(true).exactOptional(),
    created_at: Timestamp,
    password_temporary: z
      .boolean()
      .describe('Whether another password must be chosen at the next sign-in, before anything else.'),
    locked_at: Timestamp.optional().describe(
      'Since when too many wrong passwords keep the account locked; in answers about one account alone.',
    ),
  })
  .meta({ id: 'User' });

/** An account as the admin API shows it, without its password hash. */
function userAnswer(user: User): z.infer<typeof UserAnswer> {
  const { sub, username, roles, claims, enabled, awaits_confirmation, created_at } = user;
  const { password_temporary = false } = user;
  return {
    sub,
    username,
    roles: [...roles],
    claims: { ...claims },
    enabled,
    ...(awaits_confirmation && { awaits_confirmation }),
    created_at: timestamp(created_at),
    password_temporary,
  };
}

const Roles = z.array(RoleAnswer).max(3);
/** Deeper than any claim of OIDC Core §5.1; what nests without end could not be stored. */
const DEEPEST_CLAIM = 8;
const isWithin = (value: unknown, depth: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((member) => isWithin(member, depth - 1)));
const UserClaims = z
  .record(z.string().max(100), z.unknown())
  .refine((claims) => isWithin(claims, DEEPEST_CLAIM), 'is nested too deep');
const Temporary = z
  .boolean()
  .default(false)
  .describe('Whether the person must choose another password at the next sign-in, before anything else.');
const NewUser = z
  .strictObject({
    username: z.string(),
    password: z.string(),
    temporary: Temporary,
    roles: Roles.default([]),
    claims: UserClaims.default({}),
  })
  .meta({ id: 'NewUser' });
const UserChanges = z
  .strictObject({
    roles: Roles.optional(),
    claims: UserClaims.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'UserChanges' });
const NewPassword = z
  .strictObject({
    password: z.string(),
    temporary: Temporary,
    end_sessions: z
      .boolean()
      .default(true)
      .describe('Whether sessions and grants, with every token from them, end with the old password.'),
  })
  .meta({ id: 'NewPassword' });
const tag = 'users';

/** `/users`: the accounts that can sign in. */
export function userRoutes(
  users: UserStore,
  registrar: AccountRegistrar,
  guard: GuessingGuard,
  endAccess: EndAccess,
  context: ChangeContext,
): readonly AdminRoute[] {
  const shown = async (user: User) => {
    const lock = await guard.lockOn(user.username, 'none');
    return { ...userAnswer(user), ...(typeof lock?.locked_at === 'string' && { locked_at: lock.locked_at }) };
  };
  return [
    adminRoute({
      method: 'GET',
      path: '/users',
      summary:
        'List accounts by username; a search finds any part of username, name or email, usernames that begin with it first',
      tag,
      scope: 'admin:read',
      query: PageQuery,
      response: pageOf('UserPage', UserAnswer),
      handle: async ({ query }) => {
        return pageAnswer(await users.list(pageRequest(query)), userAnswer);
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/users',
      summary: 'Add an account',
      tag,
      scope: 'admin:users',
      body: NewUser,
      response: UserAnswer,
      status: 201,
      versioned: 'shown',
      handle: async ({ body, administrator, showRevision }) => {
        const user = await registrar.add(body, administrator);
        showRevision(user.revision);
        return userAnswer(user);
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/users/{username}',
      summary: 'Show an account',
      tag,
      scope: 'admin:read',
      params: ByUsername,
      response: UserAnswer,
      versioned: 'shown',
      handle: async ({ params, showRevision }) => {
        const user = await userNamed(users, params.username);
        showRevision(user.revision);
        return shown(user);
      },
    }),
    adminRoute({
      method: 'PATCH',
      path: '/users/{username}',
      summary:
        'Change roles, claims or whether the account is enabled; roles and claims, which are replaced whole, only with If-Match',
      tag,
      scope: 'admin:users',
      params: ByUsername,
      body: UserChanges,
      response: UserAnswer,
      versioned: 'conditional',
      handle: async ({ params, body, administrator, expected, isConditional, showRevision }) => {
        const { roles, claims, enabled } = body;
        const blind = roles ? 'roles' : claims && 'claims';
        if (blind !== undefined && !isConditional) throw new PreconditionRequired(blind);
        const changes = {
          ...(roles && { roles }),
          ...(claims && { claims }),
          ...(enabled !== undefined && { enabled }),
        };
        const user = await registrar.update(params.username, changes, administrator, expected);
        showRevision(user.revision);
        return userAnswer(user);
      },
    }),
    adminRoute({
      method: 'PUT',
      path: '/users/{username}/password',
      summary:
        'Set the password and lift a lock; unless end_sessions is false sessions and grants end in the same unit of work',
      tag,
      scope: 'admin:users',
      params: ByUsername,
      body: NewPassword,
      response: SignedOut,
      handle: async ({ params, body, administrator }) => {
        const { end_sessions, ...wanted } = body;
        const { ended } = await registrar.setPassword(
          params.username,
          { ...wanted, endAccess: end_sessions ? endAccess : undefined },
          administrator,
        );
        return ended;
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/users/{username}/unlock',
      summary: 'Lift the lock that too many wrong passwords set',
      tag,
      scope: 'admin:users',
      params: ByUsername,
      handle: async ({ params, administrator }) => {
        const { sub, username } = await userNamed(users, params.username);
        const lock = await guard.lockOn(username, 'none');
        await commitChange(
          context,
          guard.unlocking(username),
          eventOfDone(
            'user.unlocked',
            administrator,
            { kind: 'user', id: sub },
            { username },
            changesBetween({ locked_at: lock?.locked_at }, {}),
          ),
        );
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/users/{username}',
      summary: 'Remove an account with its sessions, grants, tokens and consents',
      tag,
      scope: 'admin:users',
      params: ByUsername,
      versioned: 'conditional',
      handle: ({ params, administrator, expected }) =>
        registrar.remove(params.username, administrator, expected),
    }),
  ];
}
