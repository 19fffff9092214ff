import { Command, InvalidArgumentError } from 'commander';
import { withAdministration } from './administration/with-administration.ts';
import { print, Refused } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('must be a whole number, at least 1');
  return Number(text);
}

/** `countersign registration-token …`: leave for others to register clients (RFC 7591 §3). */
export function registrationTokenCommand(): Command {
  const command = new Command('registration-token');

  withAdministrationOptions(command.command('add'), [
    'registration-token add --label "Partner AG" --clients 1',
    'registration-token add --label "Partner AG" --group partners',
  ])
    .description('make an initial access token; prints it, once')
    .requiredOption('--label <text>', 'whom it is given to')
    .option('--lifetime <seconds>', 'how long it is good for; [registration] says otherwise', wholeNumber)
    .option('--clients <number>', 'how many clients it may register', wholeNumber)
    .option('--group <name>', 'the group that these clients are put into')
    .action(
      async (
        options: AdministrationOptions & {
          label: string;
          lifetime?: number;
          clients?: number;
          group?: string;
        },
      ) => {
        await withAdministration(options, async ({ registrationTokens }) => {
          const { label, lifetime, clients, group } = options;
          const answer = await registrationTokens.add({ label, lifetime, clients, group });
          print(options, answer, [
            `initial_access_token  ${answer.initial_access_token}   (shown once)`,
            `token_id              ${answer.token_id}`,
            `clients               ${answer.clients_allowed}`,
            `expires               ${answer.expires_at}`,
            ...(answer.group === undefined ? [] : [`group                 ${answer.group}`]),
          ]);
        });
      },
    );

  withAdministrationOptions(command.command('list'), ['registration-token list'])
    .description('list initial access tokens, newest first')
    .action(async (options: AdministrationOptions) => {
      await withAdministration(options, async ({ registrationTokens }) => {
        const answers = await registrationTokens.list();
        const lines = answers.map(
          ({ token_id, clients_registered, clients_allowed, expires_at, label, group }) =>
            `${token_id}  ${clients_registered} of ${clients_allowed} clients  until ${expires_at}  ${label}${group === undefined ? '' : `  into ${group}`}`,
        );
        print(options, answers, lines.length > 0 ? lines : ['no initial access tokens']);
      });
    });

  withAdministrationOptions(command.command('remove <token_id>'), ['registration-token remove 7GZ0W2'])
    .description('remove an initial access token; clients registered with it stay')
    .action(async (token_id: string, options: AdministrationOptions) => {
      await withAdministration(options, async ({ registrationTokens }) => {
        if (!(await registrationTokens.remove(token_id))) {
          throw new Refused(`there is no initial access token ${token_id}`);
        }
        print(options, { token_id, removed: true }, [`${token_id} removed`]);
      });
    });

  return command;
}
