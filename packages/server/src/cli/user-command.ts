import { Command } from 'commander';
import {
  ADMINISTRATOR_ROLES,
  type AdministratorRole,
  isAdministratorRole,
  isLimitableRole,
  LIMITABLE_ROLES,
  limitedRoleText,
} from '../user/administrator-roles.ts';
import { generatePassword } from '../user/password.ts';
import { REQUIRED_ACTIONS, type RequiredAction } from '../user/required-action.ts';
import { accountAnswer } from './account-answer.ts';
import type { NamedLimitedRole, ShownUser } from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { endedLine, KEEP_SESSIONS } from './ended-access.ts';
import { knownSubjectLine } from './known-subjects.ts';
import { passwordFromInput } from './password-input.ts';
import { collected, type ProgressOptions, withProgressOption } from './progress.ts';
import { print, repeated, UsageError } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';
import { setAttributeCommand } from './user-attribute-command.ts';
import {
  removeSecondFactorsCommand,
  secondFactorsCommand,
  signInLinkCommand,
} from './user-credential-commands.ts';

const namesIn = (text: string): readonly string[] => text.split(/[,\s]+/).filter((name) => name !== '');

function rolesOf(text: string | undefined): readonly AdministratorRole[] {
  return namesIn(text ?? '').map((name) => {
    if (isAdministratorRole(name)) return name;
    throw new UsageError(`${name} is not an administrator role; there are ${ADMINISTRATOR_ROLES.join(', ')}`);
  });
}

/** A role and its group, `clients_reader@partners`; the name of a group may hold anything. @throws UsageError */
function limitedRoleOf(text: string): NamedLimitedRole {
  const [, role = '', group = ''] = /^(\w+)@(.+)$/su.exec(text) ?? [];
  if (isLimitableRole(role)) return { role, group };
  throw new UsageError(
    `${JSON.stringify(text)} is no role limited to a group: ROLE@GROUP, where ROLE is one of ${LIMITABLE_ROLES.join(', ')}`,
  );
}

type RoleOptions = { readonly roles?: string; readonly limitedRole?: readonly string[] };
const ROLES = `administrator roles, separated by commas: ${ADMINISTRATOR_ROLES.join(', ')}`;
const LIMITED_ROLE = `an administrator role for the clients of a group alone, ROLE@GROUP; may be given several times. ROLE is one of ${LIMITABLE_ROLES.join(', ')}`;

/** What keeps a person out, for people. */
const stateOf = ({ username, enabled, awaits_confirmation, required_actions }: ShownUser): string => {
  if (enabled) return required_actions ? `(must first: ${required_actions.join(', ')})` : '';
  return awaits_confirmation
    ? `(disabled by a restore until somebody confirms it: countersign confirm --user ${username})`
    : '(disabled)';
};

type PasswordOptions = { readonly passwordStdin?: boolean; readonly temporary?: boolean };

const TEMPORARY = 'the person must choose another password at the next sign-in, before anything else';
/** @returns the password and whether it was made here and must be printed */
async function chosenPassword(options: PasswordOptions): Promise<{ password: string; generated: boolean }> {
  return options.passwordStdin
    ? { password: await passwordFromInput(), generated: false }
    : { password: generatePassword(), generated: true };
}

const limitedTexts = ({ limited_roles = [] }: ShownUser): readonly string[] =>
  limited_roles.map(limitedRoleText);

const REQUIRED = `what must be done at the next sign-in before anything is issued, separated by commas: ${REQUIRED_ACTIONS.join(', ')}`;

/** @throws UsageError */
function requiredActionsOf(text: string): readonly RequiredAction[] {
  return namesIn(text).map((name) => {
    const action = REQUIRED_ACTIONS.find((known) => known === name);
    if (action) return action;
    throw new UsageError(`${name} is no required action; there are ${REQUIRED_ACTIONS.join(', ')}`);
  });
}

/** `countersign user update`: what an account may administer, and what its person must do. */
function updateCommand(): Command {
  return withAdministrationOptions(new Command('update').argument('<username>'), [
    'user update alice --roles keys_writer --limited-role clients_writer@partners',
    'user update alice --required-actions update_password,configure_totp',
  ])
    .description(
      'say which administrator roles an account has and what its person must do at the next sign-in, in place of those it had; what is not given stays. The new ones count at once',
    )
    .option('--roles <list>', `${ROLES}; an empty text takes all of them away`)
    .option('--limited-role <role@group>', LIMITED_ROLE, repeated)
    .option('--no-limited-roles', 'take away every role that is limited to a group')
    .option('--required-actions <list>', `${REQUIRED}; an empty text takes all of it away`)
    .action(
      async (
        username: string,
        options: AdministrationOptions &
          RoleOptions & { readonly limitedRoles: boolean; readonly requiredActions?: string },
      ) => {
        const { limitedRole = [], limitedRoles, requiredActions } = options;
        limitedRole.forEach(limitedRoleOf);
        const roles = options.roles === undefined ? undefined : rolesOf(options.roles);
        if (!limitedRoles && limitedRole.length > 0) {
          throw new UsageError('--limited-role and --no-limited-roles contradict one another');
        }
        const isLimitedGiven = !limitedRoles || limitedRole.length > 0;
        const required_actions =
          requiredActions === undefined ? undefined : requiredActionsOf(requiredActions);
        if (roles === undefined && !isLimitedGiven && required_actions === undefined) {
          throw new UsageError('give --roles, --limited-role, --no-limited-roles or --required-actions');
        }
        await withAdministration(options, async ({ people }) => {
          const limited_roles = limitedRole.map(limitedRoleOf);
          const updated = await people.change(username, {
            ...(roles && { roles }),
            ...(isLimitedGiven && { limited_roles }),
            ...(required_actions && { required_actions }),
          });
          const held = [...updated.roles, ...limitedTexts(updated)];
          print(options, accountAnswer(updated), [
            [username, held.length === 0 ? 'administers nothing' : held.join('  '), stateOf(updated)]
              .join('  ')
              .trimEnd(),
          ]);
        });
      },
    );
}

/** `countersign user …`: the accounts that can sign in. */
export function userCommand(): Command {
  const user = new Command('user');

  withAdministrationOptions(user.command('add <username>'), ['user add alice --roles auditor --temporary'])
    .description('add an account; without --password-stdin its password is generated and printed once')
    .option('--password-stdin', 'read the password from standard input')
    .option('--temporary', TEMPORARY)
    .option('--roles <list>', ROLES)
    .option('--limited-role <role@group>', LIMITED_ROLE, repeated)
    .option('--name <name>', 'the claim name')
    .option('--email <address>', 'the claim email')
    .option('--required-actions <list>', REQUIRED)
    .action(
      async (
        username: string,
        options: AdministrationOptions &
          PasswordOptions &
          RoleOptions & { name?: string; email?: string; requiredActions?: string },
      ) => {
        const required_actions = requiredActionsOf(options.requiredActions ?? '');
        const roles = rolesOf(options.roles);
        const { limitedRole = [] } = options;
        limitedRole.forEach(limitedRoleOf);
        const { password, generated } = await chosenPassword(options);
        const claims = {
          ...(options.name !== undefined && { name: options.name }),
          ...(options.email !== undefined && { email: options.email }),
        };
        await withAdministration(options, async ({ people }) => {
          const temporary = options.temporary === true;
          const limited_roles = limitedRole.map(limitedRoleOf);
          const added = await people.add({
            ...{ username, password, temporary, roles, limited_roles, claims, required_actions },
          });
          print(options, { ...accountAnswer(added), ...(generated && { password }) }, [
            `username  ${added.username}`,
            `sub       ${added.sub}`,
            ...(generated ? [`password  ${password}   (shown once)`] : []),
          ]);
        });
      },
    );

  withProgressOption(withAdministrationOptions(user.command('list'), ['user list --json']))
    .description('list accounts')
    .action(async (options: AdministrationOptions & ProgressOptions) => {
      await withAdministration(options, async ({ people }) => {
        const found = await collected(options, 'accounts', people.list());
        print(
          options,
          found.map(accountAnswer),
          found.map((each) =>
            [each.username, ...each.roles, ...limitedTexts(each), stateOf(each)].join('  ').trimEnd(),
          ),
        );
      });
    });

  user.addCommand(updateCommand());
  user.addCommand(setAttributeCommand());

  withAdministrationOptions(user.command('remove <username>'), ['user remove alice'])
    .description('remove an account with its sessions, grants, tokens and consents')
    .action(async (username: string, options: AdministrationOptions) => {
      await withAdministration(options, async ({ people }) => {
        await people.remove(username);
        print(options, { username, removed: true }, [`${username} removed`]);
      });
    });

  withAdministrationOptions(user.command('set-password <username>'), ['user set-password alice --temporary'])
    .description(
      'set the password and lift a lock; generated unless --password-stdin is given. Sessions and everything issued to the person end',
    )
    .option('--password-stdin', 'read the password from standard input')
    .option('--temporary', TEMPORARY)
    .option('--keep-sessions', KEEP_SESSIONS)
    .action(
      async (
        username: string,
        options: AdministrationOptions & PasswordOptions & { keepSessions?: boolean },
      ) => {
        const { password, generated } = await chosenPassword(options);
        const isKept = options.keepSessions === true;
        await withAdministration(options, async ({ people }) => {
          const temporary = options.temporary === true;
          const ended = await people.setPassword(username, { password, temporary, keepsSessions: isKept });
          print(options, { username, ...ended, ...(generated && { password }) }, [
            `the password of ${username} is set`,
            endedLine(ended, isKept),
            ...(generated ? [`password  ${password}   (shown once)`] : []),
          ]);
        });
      },
    );

  user.addCommand(signInLinkCommand());
  user.addCommand(secondFactorsCommand());
  user.addCommand(removeSecondFactorsCommand());

  withAdministrationOptions(user.command('subjects <username>'), ['user subjects alice'])
    .description('by which sub each client knows someone that holds a grant or a consent of theirs')
    .action(async (username: string, options: AdministrationOptions) => {
      await withAdministration(options, async ({ people }) => {
        const known = await people.subjectsOf(username);
        print(
          options,
          known,
          known.length > 0
            ? known.map(knownSubjectLine)
            : [`no client holds a grant or a consent of ${username}`],
        );
      });
    });

  return user;
}
