import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { generatePassword } from '../user/password.ts';
import { ADMINISTRATOR_ROLES, type AdministratorRole } from '../user/user.ts';
import type { EndedAccess } from '../user-authentication/session-endings.ts';
import type { ShownUser } from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { collected, type ProgressOptions, withProgressOption } from './progress.ts';
import { print, UsageError } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

function rolesOf(text: string | undefined): readonly AdministratorRole[] {
  return (text ?? '')
    .split(/[,\s]+/)
    .filter((name) => name !== '')
    .map((name) => {
      const role = ADMINISTRATOR_ROLES.find((known) => known === name);
      if (!role) throw new UsageError(`${name} is not a role; there are ${ADMINISTRATOR_ROLES.join(', ')}`);
      return role;
    });
}

/** The first line of standard input: a password there shows in no process list and no shell history. */
async function passwordFromInput(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new UsageError('no password on standard input');
}

const answerOf = ({ sub, username, roles, claims, enabled, awaits_confirmation }: ShownUser) => ({
  sub,
  username,
  roles,
  claims,
  enabled,
  ...(awaits_confirmation && { awaits_confirmation }),
});

/** What keeps a person out, for people. */
const stateOf = ({ username, enabled, awaits_confirmation }: ShownUser): string => {
  if (enabled) return '';
  return awaits_confirmation
    ? `(disabled by a restore until somebody confirms it: countersign confirm --user ${username})`
    : '(disabled)';
};

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

/** `countersign user …`: the accounts that can sign in. */
export function userCommand(): Command {
  const user = new Command('user');

  withAdministrationOptions(user.command('add <username>'), ['user add alice --roles auditor --temporary'])
    .description('add an account; without --password-stdin its password is generated and printed once')
    .option('--password-stdin', 'read the password from standard input')
    .option('--temporary', TEMPORARY)
    .option('--roles <list>', `administrator roles: ${ADMINISTRATOR_ROLES.join(', ')}`)
    .option('--name <name>', 'the claim name')
    .option('--email <address>', 'the claim email')
    .action(
      async (
        username: string,
        options: AdministrationOptions & PasswordOptions & { roles?: string; name?: string; email?: string },
      ) => {
        const roles = rolesOf(options.roles);
        const { password, generated } = await chosenPassword(options);
        const claims = {
          ...(options.name !== undefined && { name: options.name }),
          ...(options.email !== undefined && { email: options.email }),
        };
        await withAdministration(options, async ({ people }) => {
          const temporary = options.temporary === true;
          const added = await people.add({ username, password, temporary, roles, claims });
          print(options, { ...answerOf(added), ...(generated && { password }) }, [
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
          found.map(answerOf),
          found.map((each) => [each.username, ...each.roles, stateOf(each)].join('  ').trimEnd()),
        );
      });
    });

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

  withAdministrationOptions(user.command('remove-second-factors <username>'), [
    'user remove-second-factors alice',
  ])
    .description(
      'remove second factors, recovery codes and personal certificates of someone who lost them. Sessions and everything issued to the person end',
    )
    .option('--keep-sessions', KEEP_SESSIONS)
    .action(async (username: string, options: AdministrationOptions & { keepSessions?: boolean }) => {
      const isKept = options.keepSessions === true;
      await withAdministration(options, async ({ people }) => {
        const { removed, ...ended } = await people.removeSecondFactors(username, { keepsSessions: isKept });
        print(options, { username, removed, ...ended }, [`${removed} removed`, endedLine(ended, isKept)]);
      });
    });

  return user;
}
