import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { removeCredentials } from '../registration/credential-removal.ts';
import { everyItem } from '../storage/every-item.ts';
import { generatePassword } from '../user/password.ts';
import { ADMINISTRATOR_ROLES, type AdministratorRole, type User } from '../user/user.ts';
import type { EndedAccess } from '../user-authentication/session-endings.ts';
import { knownSubjectLine, knownSubjectsOf } from './known-subjects.ts';
import { collected, type ProgressOptions, withProgressOption } from './progress.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  UsageError,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';

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

const answerOf = ({ sub, username, roles, claims, enabled, awaits_confirmation }: User) => ({
  sub,
  username,
  roles,
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

  withGlobalOptions(user.command('add <username>'), 'user add alice --roles auditor --temporary')
    .description('add an account; without --password-stdin its password is generated and printed once')
    .option('--password-stdin', 'read the password from standard input')
    .option('--temporary', TEMPORARY)
    .option('--roles <list>', `administrator roles: ${ADMINISTRATOR_ROLES.join(', ')}`)
    .option('--name <name>', 'the claim name')
    .option('--email <address>', 'the claim email')
    .action(
      async (
        username: string,
        options: GlobalOptions & PasswordOptions & { roles?: string; name?: string; email?: string },
      ) => {
        const roles = rolesOf(options.roles);
        const { password, generated } = await chosenPassword(options);
        const claims = {
          ...(options.name !== undefined && { name: options.name }),
          ...(options.email !== undefined && { email: options.email }),
        };
        await withOpenHome(options, async ({ accounts }) => {
          const added = await accounts.add(
            { username, password, temporary: options.temporary === true, roles, claims },
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
          found.map((each) => [each.username, ...each.roles, stateOf(each)].join('  ').trimEnd()),
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

  return user;
}
