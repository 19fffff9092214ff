import { Command } from 'commander';
import { SIGN_IN_LINK_LIFETIME } from '../registration/sign-in-link-making.ts';
import { timeSpan } from '../time-span.ts';
import type { CredentialKind } from '../user/credential.ts';
import { withAdministration } from './administration/with-administration.ts';
import { endedLine, KEEP_SESSIONS } from './ended-access.ts';
import { print, UsageError } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

const KINDS = [
  'totp',
  'passkey',
  'recovery_code',
  'certificate',
] as const satisfies readonly CredentialKind[];

/** @throws UsageError */
function kindOf(text: string): CredentialKind {
  const kind = KINDS.find((known) => known === text);
  if (kind) return kind;
  throw new UsageError(`${text} is no kind of second factor; there are ${KINDS.join(', ')}`);
}

/** A lifetime in seconds. @throws UsageError */
function lifetimeOf(text: string): number {
  const { least, most } = SIGN_IN_LINK_LIFETIME;
  const seconds = (timeSpan(text) ?? Number.NaN) / 1000;
  if (seconds >= least && seconds <= most) return seconds;
  throw new UsageError(`--lifetime ${text}: give 1m to 24h, as in 90m`);
}

/** `countersign user second-factors`. */
export function secondFactorsCommand(): Command {
  return withAdministrationOptions(new Command('second-factors').argument('<username>'), [
    'user second-factors alice',
  ])
    .description('list second factors, recovery codes and personal certificates of an account')
    .action(async (username: string, options: AdministrationOptions) => {
      await withAdministration(options, async ({ people }) => {
        const held = await people.secondFactors(username);
        const codes = held.filter(({ kind }) => kind === 'recovery_code').length;
        const lines = held.flatMap(({ kind, credential_id, created_at, last_used_at, label = '' }) =>
          credential_id === undefined
            ? []
            : [
                [
                  kind,
                  label,
                  `added ${created_at}`,
                  last_used_at ? `last used ${last_used_at}` : 'never used',
                  credential_id,
                ]
                  .filter((part) => part !== '')
                  .join('  '),
              ],
        );
        const all = codes > 0 ? [...lines, `recovery_code  ${codes} left`] : lines;
        print(options, held, all.length > 0 ? all : [`${username} has none`]);
      });
    });
}

type RemovalOptions = AdministrationOptions & {
  readonly keepSessions?: boolean;
  readonly kind?: string;
  readonly id?: string;
};

/** `countersign user remove-second-factors`. */
export function removeSecondFactorsCommand(): Command {
  return withAdministrationOptions(new Command('remove-second-factors').argument('<username>'), [
    'user remove-second-factors alice',
    'user remove-second-factors alice --kind totp',
  ])
    .description(
      'remove second factors, recovery codes and personal certificates of someone who lost them: all, those of a kind, or one. Sessions and everything issued to the person end',
    )
    .option('--kind <kind>', `those of one kind alone: ${KINDS.join(', ')}`)
    .option('--id <credential_id>', 'one of that kind alone, as second-factors lists it')
    .option('--keep-sessions', KEEP_SESSIONS)
    .action(async (username: string, options: RemovalOptions) => {
      const isKept = options.keepSessions === true;
      const { id } = options;
      const kind = options.kind === undefined ? undefined : kindOf(options.kind);
      if (id !== undefined && (kind === undefined || kind === 'recovery_code')) {
        throw new UsageError('--id names one of a --kind, which is not recovery_code: those go together');
      }
      const named = kind && { kind, ...(id !== undefined && { credential_id: id }) };
      await withAdministration(options, async ({ people }) => {
        const keeping = { keepsSessions: isKept };
        const { removed, ...ended } = await people.removeSecondFactors(username, keeping, named);
        print(options, { username, removed, ...ended }, [`${removed} removed`, endedLine(ended, isKept)]);
      });
    });
}

/** `countersign user sign-in-link`. */
export function signInLinkCommand(): Command {
  return withAdministrationOptions(new Command('sign-in-link').argument('<username>'), [
    'user sign-in-link alice --lifetime 30m',
    'user sign-in-link alice --end',
  ])
    .description(
      'make a link that signs a person in once and has them choose a new password; prints it, once. The one before ends, as it does with any change of the account. A second factor is asked for all the same',
    )
    .option('--lifetime <time>', 'how long it is good for, such as 30m or 24h; 1h unless given')
    .option('--end', 'end the link there is instead')
    .action(
      async (
        username: string,
        options: AdministrationOptions & { readonly lifetime?: string; readonly end?: boolean },
      ) => {
        const { lifetime, end = false } = options;
        if (end && lifetime !== undefined)
          throw new UsageError('--end and --lifetime contradict one another');
        const seconds = lifetime === undefined ? SIGN_IN_LINK_LIFETIME.usual : lifetimeOf(lifetime);
        await withAdministration(options, async ({ people }) => {
          if (end) {
            await people.endSignInLink(username);
            print(options, { username, ended: true }, [`the sign-in link of ${username} is ended`]);
            return;
          }
          const made = await people.makeSignInLink(username, seconds);
          print(options, made, [
            `sign_in_link  ${made.sign_in_link}   (shown once)`,
            `expires       ${made.expires_at}`,
            'whoever has it can use it: give it to nobody else, and in no public place',
          ]);
        });
      },
    );
}
