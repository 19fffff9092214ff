import { z } from 'zod';
import { changesBetween } from '../event/changes.ts';
import type { AccountRegistrar } from '../registration/account-registrar.ts';
import { type ChangeContext, commitChange } from '../storage/commit-change.ts';
import type { GroupStore, UserStore } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import { ADMINISTRATOR_ROLES, LIMITABLE_ROLES, type LimitedRole } from '../user/administrator-roles.ts';
import { isPasswordHash } from '../user/password.ts';
import { REQUIRED_ACTIONS } from '../user/required-action.ts';
import type { User } from '../user/user.ts';
import type { GuessingGuard } from '../user-authentication/guessing-guard.ts';
import type { KnownSubjects } from '../user-authentication/known-subjects.ts';
import type { EndAccess } from '../user-authentication/session-endings.ts';
import type { SignInLinks } from '../user-authentication/sign-in-link.ts';
import type { Administrator } from './administrator.ts';
import { ByUsername, eventOfDone, userNamed } from './of-person.ts';
import { isOverEverybody, refuseOverAdministrators } from './over-administrators.ts';
import {
  matchingIn,
  matchingMember,
  pageAnswer,
  pageOf,
  pageRequest,
  searchOf,
  sortedQuery,
  sortingOf,
} from './page.ts';
import { type AdminRoute, adminRoute, InvalidInput, PreconditionRequired } from './route.ts';
import { SignedOut } from './signed-out.ts';
import { Timestamp, timestamp } from './timestamp.ts';

export const RoleAnswer = z.enum(ADMINISTRATOR_ROLES).meta({ id: 'Role' });

const LimitedTo = {
  role: z.enum(LIMITABLE_ROLES).meta({ id: 'LimitableRole' }),
  group: z
    .string()
    .min(1)
    .max(200)
    .describe('The name of the group; the clients in groups that it contains count too.'),
};
export const LimitedRoleAnswer = z
  .object({
    ...LimitedTo,
    group: z
      .string()
      .optional()
      .describe('Its name; absent where it is gone, so that the role gives nothing.'),
    group_id: z.string(),
  })
  .meta({ id: 'LimitedRole' });
const NewLimitedRole = z.strictObject(LimitedTo).meta({ id: 'NewLimitedRole' });

const RequiredActionAnswer = z.enum(REQUIRED_ACTIONS).meta({ id: 'RequiredAction' });

export const UserAnswer = z
  .object({
    sub: z.string(),
    username: z.string(),
    roles: z.array(RoleAnswer).describe('Administrator roles that count for the whole server.'),
    limited_roles: z
      .array(LimitedRoleAnswer)
      .optional()
      .describe('Administrator roles that count for the clients of a group.'),
    claims: z.record(z.string(), z.unknown()).describe('Claims of OIDC Core §5.1, and others.'),
    enabled: z.boolean(),
    awaits_confirmation: z.literal(true).exactOptional(),
    created_at: Timestamp,
    has_password: z
      .boolean()
      .describe('Whether there is a password; somebody moved from another server may have none.'),
    password_temporary: z
      .boolean()
      .describe('Whether another password must be chosen at the next sign-in: update_password is required.'),
    required_actions: z
      .array(RequiredActionAnswer)
      .exactOptional()
      .describe(
        'What must be done at the next sign-in, before anything is issued; absent where there is nothing.',
      ),
    locked_at: Timestamp.optional().describe(
      'Since when too many wrong passwords keep the account locked; in answers about one account alone.',
    ),
    sign_in_link: z
      .object({ made_by: z.string(), made_at: Timestamp, expires_at: Timestamp })
      .optional()
      .describe(
        'The link that would sign the person in, if there is one; in answers about one account alone.',
      ),
  })
  .meta({ id: 'User' });

/** Where the groups that roles are limited to are found. */
export type LimitingGroups = Pick<GroupStore, 'find' | 'findByName'>;

/** Limited roles with the names that their groups have now. */
export const limitedRolesAnswer = (
  groups: LimitingGroups,
  limited: readonly LimitedRole[],
): Promise<z.infer<typeof LimitedRoleAnswer>[]> =>
  Promise.all(
    limited.map(async ({ role, group_id }) => {
      const group = await unlessUnreadable(groups.find(group_id));
      return { role, ...(group && { group: group.name }), group_id };
    }),
  );

/** An account as the admin API shows it, without its password hash. */
async function userAnswer(groups: LimitingGroups, user: User): Promise<z.infer<typeof UserAnswer>> {
  const { sub, username, roles, limited_roles, claims, enabled, awaits_confirmation, created_at } = user;
  const { password_hash, required_actions } = user;
  return {
    sub,
    username,
    roles: [...roles],
    ...(limited_roles && { limited_roles: await limitedRolesAnswer(groups, limited_roles) }),
    claims: { ...claims },
    enabled,
    ...(awaits_confirmation && { awaits_confirmation }),
    created_at: timestamp(created_at),
    has_password: isPasswordHash(password_hash),
    password_temporary: required_actions?.includes('update_password') ?? false,
    ...(required_actions && { required_actions: [...required_actions] }),
  };
}

const Roles = z.array(RoleAnswer).max(ADMINISTRATOR_ROLES.length);
const LimitedRoles = z.array(NewLimitedRole).max(100);
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
const RequiredActions = z
  .array(RequiredActionAnswer)
  .max(REQUIRED_ACTIONS.length)
  .describe(
    'What the person must do at the next sign-in, before anything is issued: update_password, configure_totp, verify_email. The last one is done by an administrator, who takes it away or sets the claim email_verified. Whoever is signed in has to sign in again; tokens issued before stay.',
  );
const NewUser = z
  .strictObject({
    username: z.string(),
    password: z.string(),
    temporary: Temporary,
    roles: Roles.default([]),
    limited_roles: LimitedRoles.default([]),
    claims: UserClaims.default({}),
    required_actions: RequiredActions.default([]),
  })
  .meta({ id: 'NewUser' });
const UserChanges = z
  .strictObject({
    roles: Roles.optional(),
    limited_roles: LimitedRoles.optional(),
    claims: UserClaims.optional(),
    enabled: z.boolean().optional(),
    required_actions: RequiredActions.optional(),
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
const REPLACED_WHOLE = ['roles', 'limited_roles', 'claims', 'required_actions'] as const;
const tag = 'users';

/** Limited roles by the stable names of their groups. @throws InvalidInput */
async function limitedRolesOf(
  given: readonly z.infer<typeof NewLimitedRole>[],
  groups: LimitingGroups,
): Promise<LimitedRole[]> {
  const limited = new Map<string, LimitedRole>();
  for (const { role, group } of given) {
    const found = await groups.findByName(group);
    if (!found) throw new InvalidInput('limited_roles', `${JSON.stringify(group)} is no group`);
    limited.set(`${role} ${found.group_id}`, { role, group_id: found.group_id });
  }
  return [...limited.values()];
}

/** Refuses what is done to administrators by those who may not. @throws NotFound; Refusal 403 */
async function checkOver(users: UserStore, administrator: Administrator, username: string): Promise<void> {
  if (isOverEverybody(administrator)) return;
  refuseOverAdministrators(administrator, await userNamed(users, username));
}

/** The password of an account, and the lock that wrong ones set. */
function passwordRoutes(
  users: UserStore,
  registrar: AccountRegistrar,
  guard: GuessingGuard,
  endAccess: EndAccess,
  context: ChangeContext,
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'PUT',
      path: '/users/{username}/password',
      summary:
        'Set the password and lift a lock; unless end_sessions is false sessions and grants end in the same unit of work',
      tag,
      area: 'people',
      access: 'write',
      params: ByUsername,
      body: NewPassword,
      response: SignedOut,
      handle: async ({ params, body, administrator }) => {
        await checkOver(users, administrator, params.username);
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
      area: 'people',
      access: 'write',
      params: ByUsername,
      handle: async ({ params, administrator }) => {
        const user = await userNamed(users, params.username);
        refuseOverAdministrators(administrator, user);
        const { sub, username } = user;
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
  ];
}

const SORTED_BY = { username: 'texts', created_at: 'times', enabled: 'states' } as const;
const UserQuery = sortedQuery(SORTED_BY).extend({ enabled: z.enum(['true', 'false']).optional() });
const UserPage = pageOf('UserPage', UserAnswer).extend(matchingMember).meta({ id: 'UserPage' });

/** `/users`: the accounts that can sign in. */
export function userRoutes(
  users: UserStore,
  registrar: AccountRegistrar,
  guard: GuessingGuard,
  endAccess: EndAccess,
  knownSubjects: Pick<KnownSubjects, 'personBehind'>,
  context: ChangeContext,
  groups: LimitingGroups,
  signInLinks: Pick<SignInLinks, 'open'>,
): readonly AdminRoute[] {
  const answerOf = (user: User) => userAnswer(groups, user);
  const shown = async (user: User) => {
    const lock = await guard.lockOn(user.username, 'none');
    const link = await signInLinks.open(user);
    return {
      ...(await answerOf(user)),
      ...(typeof lock?.locked_at === 'string' && { locked_at: lock.locked_at }),
      ...(link && {
        sign_in_link: {
          made_by: link.made_by,
          made_at: timestamp(link.made_at),
          expires_at: timestamp(link.expires_at),
        },
      }),
    };
  };
  return [
    adminRoute({
      method: 'GET',
      path: '/users',
      summary:
        'List accounts, by username unless sort says otherwise; a search finds any part of username, name or email, usernames that begin with it first, and the person behind a sub, also behind that of a sector',
      tag,
      area: 'people',
      access: 'read',
      query: UserQuery,
      response: UserPage,
      handle: async ({ query }) => {
        const { search, enabled } = query;
        const behind = search === undefined ? undefined : await knownSubjects.personBehind(search);
        if (behind) {
          const matching = await matchingIn(query, async () => 1);
          return { ...(await pageAnswer({ items: [behind] }, answerOf)), ...matching };
        }
        const request = pageRequest(query);
        const filter = enabled === undefined ? {} : { enabled: enabled === 'true' };
        const [page, matching] = await Promise.all([
          users.list({ ...request, ...sortingOf(SORTED_BY, query), ...filter }),
          matchingIn(query, (most) => users.countMatching({ ...searchOf(request), ...filter }, most)),
        ]);
        return { ...(await pageAnswer(page, answerOf)), ...matching };
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/users',
      summary: 'Add an account',
      tag,
      area: 'people',
      access: 'write',
      body: NewUser,
      response: UserAnswer,
      status: 201,
      versioned: 'shown',
      handle: async ({ body, administrator, showRevision }) => {
        const { limited_roles, ...account } = body;
        const limited = await limitedRolesOf(limited_roles, groups);
        const roles = { roles: body.roles, limited_roles: limited };
        refuseOverAdministrators(administrator, roles);
        const user = await registrar.add(
          { ...account, ...(limited.length > 0 && { limited_roles: limited }) },
          administrator,
        );
        showRevision(user.revision);
        return answerOf(user);
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/users/{username}',
      summary: 'Show an account',
      tag,
      area: 'people',
      access: 'read',
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
        'Change administrator roles, claims, required actions or whether the account is enabled; lists and claims, which are replaced whole, only with If-Match',
      tag,
      area: 'people',
      access: 'write',
      params: ByUsername,
      body: UserChanges,
      response: UserAnswer,
      versioned: 'conditional',
      handle: async ({ params, body, administrator, expected, isConditional, showRevision }) => {
        const { roles, limited_roles, claims, enabled, required_actions } = body;
        const blind = REPLACED_WHOLE.find((name) => body[name] !== undefined);
        if (blind !== undefined && !isConditional) throw new PreconditionRequired(blind);
        await checkOver(users, administrator, params.username);
        const limited = limited_roles && (await limitedRolesOf(limited_roles, groups));
        refuseOverAdministrators(administrator, { roles: roles ?? [], limited_roles: limited ?? [] });
        const changes = {
          ...(roles && { roles }),
          ...(limited && { limited_roles: limited }),
          ...(claims && { claims }),
          ...(enabled !== undefined && { enabled }),
          ...(required_actions && { required_actions }),
        };
        const user = await registrar.update(params.username, changes, administrator, expected);
        showRevision(user.revision);
        return answerOf(user);
      },
    }),
    ...passwordRoutes(users, registrar, guard, endAccess, context),
    adminRoute({
      method: 'DELETE',
      path: '/users/{username}',
      summary: 'Remove an account with its sessions, grants, tokens and consents',
      tag,
      area: 'people',
      access: 'write',
      params: ByUsername,
      versioned: 'conditional',
      handle: async ({ params, administrator, expected }) => {
        await checkOver(users, administrator, params.username);
        await registrar.remove(params.username, administrator, expected);
      },
    }),
  ];
}
