import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { removeCredentials } from '../registration/credential-removal.ts';
import { everyItem } from '../storage/every-item.ts';
import type { GroupStore } from '../storage/storage.ts';
import {
  ADMINISTRATOR_ROLES,
  type AdministratorRole,
  isAdministratorRole,
  isLimitableRole,
  LIMITABLE_ROLES,
  type LimitedRole,
  limitedRoleText,
} from '../user/administrator-roles.ts';
import type { AttributeDefinition } from '../user/attribute-definition.ts';
import { generatePassword } from '../user/password.ts';
import { attributeType } from '../user/person-attributes.ts';
import type { User } from '../user/user.ts';
import { valueOfText } from '../user/value-type.ts';
import type { EndedAccess } from '../user-authentication/session-endings.ts';
import { knownSubjectLine, knownSubjectsOf } from './known-subjects.ts';
import { collected, type ProgressOptions, withProgressOption } from './progress.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  repeated,
  UsageError,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';

function rolesOf(text: string | undefined): readonly AdministratorRole[] {
  return (text ?? '')
    .split(/[,\s]+/)
    .filter((name) => name !== '')
    .map((name) => {
      if (isAdministratorRole(name)) return name;
      throw new UsageError(
        `${name} is not an administrator role; there are ${ADMINISTRATOR_ROLES.join(', ')}`,
      );
    });
}

/** A role and its group, `clients_reader@partners`; the name of a group may hold anything. @throws UsageError */
function limitedRoleOf(text: string): { readonly role: LimitedRole['role']; readonly group: string } {
  const [, role = '', group = ''] = /^(\w+)@(.+)$/su.exec(text) ?? [];
  if (isLimitableRole(role)) return { role, group };
  throw new UsageError(
    `${JSON.stringify(text)} is no role limited to a group: ROLE@GROUP, where ROLE is one of ${LIMITABLE_ROLES.join(', ')}`,
  );
}

/** @throws Refused where there is no such group */
async function limitedRolesOf(
  texts: readonly string[],
  groups: Pick<GroupStore, 'findByName'>,
): Promise<readonly LimitedRole[]> {
  const limited = new Map<string, LimitedRole>();
  for (const { role, group } of texts.map(limitedRoleOf)) {
    const found = await groups.findByName(group);
    if (!found) throw new Refused(`${JSON.stringify(group)} is no group`);
    const one = { role, group_id: found.group_id };
    limited.set(limitedRoleText(one), one);
  }
  return [...limited.values()];
}

type RoleOptions = { readonly roles?: string; readonly limitedRole?: readonly string[] };
const ROLES = `administrator roles, separated by commas: ${ADMINISTRATOR_ROLES.join(', ')}`;
const LIMITED_ROLE = `an administrator role for the clients of a group alone, ROLE@GROUP; may be given several times. ROLE is one of ${LIMITABLE_ROLES.join(', ')}`;

/** The first line of standard input: a password there shows in no process list and no shell history. */
async function passwordFromInput(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new UsageError('no password on standard input');
}

const answerOf = ({ sub, username, roles, limited_roles, claims, enabled, awaits_confirmation }: User) => ({
  sub,
  username,
  roles,
  ...(limited_roles && { limited_roles }),
  claims,
  enabled,
  ...(awaits_confirmation && { awaits_confirmation }),
});

/** What keeps a person out, for people. */
const stateOf = ({ username, enabled, awaits_confirmation }: User): string => {
  if (enabled) return '';
  return awaits_confirmation
    ? `(disabled by a restore until somebody confirms it: countersign confirm --user ${username})`
    : '(disabled)';
};

/**
 * The claims of an account with what `name=value` pairs say of them.
 * @throws UsageError
 */
function attributesSet(
  before: User['claims'],
  pairs: readonly string[],
  definitions: readonly AttributeDefinition[],
): User['claims'] {
  const read = pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`${pair} is not name=value`);
    return { name: pair.slice(0, at), text: pair.slice(at + 1) };
  });
  const after: Record<string, unknown> = { ...before };
  for (const [name, given] of Map.groupBy(read, (each) => each.name)) {
    const definition = definitions.find((each) => each.name === name);
    const type = attributeType(name, definitions) ?? 'string';
    const values = given.filter(({ text }) => text !== '').map(({ text }) => valueOfText(type, text));
    if (values.length === 0) delete after[name];
    else after[name] = definition?.list || values.length > 1 ? values : values[0];
  }
  return after;
}

type PasswordOptions = { readonly passwordStdin?: boolean; readonly temporary?: boolean };

const TEMPORARY = 'the person must choose another password at the next sign-in, before anything else';
const KEEP_SESSIONS = 'leave the sessions and everything issued to the person in force';

const endedLine = ({ sessions, grants }: EndedAccess, isKept: boolean): string =>
  isKept
    ? 'sessions and grants are left in force'
    : `ended: ${sessions} ${sessions === 1 ? 'session' : 'sessions'}, ${grants} ${grants === 1 ? 'grant' : 'grants'} with their tokens`;

/** @returns the password and whether it was made here and must be printed */
async function chosenPassword(options: PasswordOptions): Promise<{ password: string; generated: boolean }> {
  return options.passwordStdin
    ? { password: await passwordFromInput(), generated: false }
    : { password: generatePassword(), generated: true };
}

const limitedTexts = ({ limited_roles = [] }: User): readonly string[] => limited_roles.map(limitedRoleText);

/** `countersign user update`: what an account may administer. */
function updateCommand(): Command {
  return withGlobalOptions(
    new Command('update').argument('<username>'),
    'user update alice --roles keys_writer --limited-role clients_writer@partners',
  )
    .description(
      'say which administrator roles an account has, in place of those it had; what is not given stays. The new ones count at once',
    )
    .option('--roles <list>', `${ROLES}; an empty text takes all of them away`)
    .option('--limited-role <role@group>', LIMITED_ROLE, repeated)
    .option('--no-limited-roles', 'take away every role that is limited to a group')
    .action(
      async (username: string, options: GlobalOptions & RoleOptions & { readonly limitedRoles: boolean }) => {
        const { limitedRole = [], limitedRoles } = options;
        limitedRole.forEach(limitedRoleOf);
        const roles = options.roles === undefined ? undefined : rolesOf(options.roles);
        if (!limitedRoles && limitedRole.length > 0) {
          throw new UsageError('--limited-role and --no-limited-roles contradict one another');
        }
        const isLimitedGiven = !limitedRoles || limitedRole.length > 0;
        if (roles === undefined && !isLimitedGiven) {
          throw new UsageError('give --roles, --limited-role or --no-limited-roles');
        }
        await withOpenHome(options, async ({ accounts, storage }) => {
          const limited_roles = await limitedRolesOf(limitedRole, storage.groups);
          const changes = { ...(roles && { roles }), ...(isLimitedGiven && { limited_roles }) };
          const updated = await accounts.update(username, changes, operator());
          const held = [...updated.roles, ...limitedTexts(updated)];
          print(options, answerOf(updated), [
            `${username}  ${held.length === 0 ? 'administers nothing' : held.join('  ')}`,
          ]);
        });
      },
    );
}

/** `countersign user subjects`. */
function addSubjectsCommand(user: Command): void {
  withGlobalOptions(user.command('subjects <username>'), 'user subjects alice')
    .description('by which sub each client knows someone that holds a grant or a consent of theirs')
    .action(async (username: string, options: GlobalOptions) => {
      await withOpenHome(options, async (opened) => {
        const found = await opened.storage.users.findByUsername(username);
        if (!found) throw new Refused(`no account has the username ${JSON.stringify(username)}`);
        const known = await (await knownSubjectsOf(opened)).of(found);
        print(
          options,
          known,
          known.length > 0
            ? known.map(knownSubjectLine)
            : [`no client holds a grant or a consent of ${username}`],
        );
      });
    });
}

/** `countersign user …`: the accounts that can sign in. */
export function userCommand(): Command {
  const user = new Command('user');

  withGlobalOptions(user.command('add <username>'), 'user add alice --roles auditor --temporary')
    .description('add an account; without --password-stdin its password is generated and printed once')
    .option('--password-stdin', 'read the password from standard input')
    .option('--temporary', TEMPORARY)
    .option('--roles <list>', ROLES)
    .option('--limited-role <role@group>', LIMITED_ROLE, repeated)
    .option('--name <name>', 'the claim name')
    .option('--email <address>', 'the claim email')
    .action(
      async (
        username: string,
        options: GlobalOptions & PasswordOptions & RoleOptions & { name?: string; email?: string },
      ) => {
        const roles = rolesOf(options.roles);
        const { limitedRole = [] } = options;
        limitedRole.forEach(limitedRoleOf);
        const { password, generated } = await chosenPassword(options);
        const claims = {
          ...(options.name !== undefined && { name: options.name }),
          ...(options.email !== undefined && { email: options.email }),
        };
        await withOpenHome(options, async ({ accounts, storage }) => {
          const limited_roles = await limitedRolesOf(limitedRole, storage.groups);
          const account = { username, password, temporary: options.temporary === true, roles, claims };
          const added = await accounts.add(
            { ...account, ...(limited_roles.length > 0 && { limited_roles }) },
            operator(),
          );
          print(options, { ...answerOf(added), ...(generated && { password }) }, [
            `username  ${added.username}`,
            `sub       ${added.sub}`,
            ...(generated ? [`password  ${password}   (shown once)`] : []),
          ]);
        });
      },
    );

  withProgressOption(withGlobalOptions(user.command('list'), 'user list --json'))
    .description('list accounts')
    .action(async (options: ProgressOptions) => {
      await withOpenHome(options, async ({ storage }) => {
        const pages = everyItem((page) => storage.users.list(page));
        const found = await collected(options, 'accounts', pages);
        print(
          options,
          found.map(answerOf),
          found.map((each) =>
            [each.username, ...each.roles, ...limitedTexts(each), stateOf(each)].join('  ').trimEnd(),
          ),
        );
      });
    });

  user.addCommand(updateCommand());
  withGlobalOptions(
    user.command('set-attribute <username> <name=value...>'),
    'user set-attribute alice department=Sales locale=de',
    'user set-attribute alice cost_centre=41 cost_centre=42 nickname=',
  )
    .description('set attributes of a person: a name with no value takes it away, one named twice has a list')
    .action(async (username: string, pairs: readonly string[], options: GlobalOptions) => {
      await withOpenHome(options, async ({ accounts, storage }) => {
        const user = await storage.users.findByUsername(username);
        if (!user) throw new Refused(`no account has the username ${JSON.stringify(username)}`);
        const definitions = await storage.attributeDefinitions.list();
        const claims = attributesSet(user.claims, pairs, definitions);
        const changed = await accounts.update(username, { claims }, operator(), [user.revision]);
        print(
          options,
          answerOf(changed),
          Object.entries(changed.claims).map(([name, value]) => `${name}  ${JSON.stringify(value)}`),
        );
      });
    });

  withGlobalOptions(user.command('remove <username>'), 'user remove alice')
    .description('remove an account with its sessions, grants, tokens and consents')
    .action(async (username: string, options: GlobalOptions) => {
      await withOpenHome(options, async ({ accounts }) => {
        await accounts.remove(username, operator());
        print(options, { username, removed: true }, [`${username} removed`]);
      });
    });

  withGlobalOptions(user.command('set-password <username>'), 'user set-password alice --temporary')
    .description(
      'set the password and lift a lock; generated unless --password-stdin is given. Sessions and everything issued to the person end',
    )
    .option('--password-stdin', 'read the password from standard input')
    .option('--temporary', TEMPORARY)
    .option('--keep-sessions', KEEP_SESSIONS)
    .action(
      async (username: string, options: GlobalOptions & PasswordOptions & { keepSessions?: boolean }) => {
        const { password, generated } = await chosenPassword(options);
        const isKept = options.keepSessions === true;
        await withOpenHome(options, async ({ accounts, endAccess }) => {
          const { ended } = await accounts.setPassword(
            username,
            {
              password,
              temporary: options.temporary === true,
              endAccess: isKept ? undefined : endAccess,
            },
            operator(),
          );
          print(options, { username, ...ended, ...(generated && { password }) }, [
            `the password of ${username} is set`,
            endedLine(ended, isKept),
            ...(generated ? [`password  ${password}   (shown once)`] : []),
          ]);
        });
      },
    );

  withGlobalOptions(user.command('remove-second-factors <username>'), 'user remove-second-factors alice')
    .description(
      'remove second factors, recovery codes and personal certificates of someone who lost them. Sessions and everything issued to the person end',
    )
    .option('--keep-sessions', KEEP_SESSIONS)
    .action(async (username: string, options: GlobalOptions & { keepSessions?: boolean }) => {
      const isKept = options.keepSessions === true;
      await withOpenHome(options, async ({ storage, events, endAccess }) => {
        const found = await storage.users.findByUsername(username);
        if (!found) throw new Refused(`no account has the username ${JSON.stringify(username)}`);
        const ending = isKept ? undefined : endAccess;
        const { removed, ended } = await removeCredentials(storage, events, found, operator(), ending);
        print(options, { username, removed, ...ended }, [`${removed} removed`, endedLine(ended, isKept)]);
      });
    });

  addSubjectsCommand(user);

  return user;
}
