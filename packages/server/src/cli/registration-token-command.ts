import { Command, InvalidArgumentError } from 'commander';
import { initialAccessTokenAnswer } from '../admin/initial-access-token-resource.ts';
import { createInitialAccessTokens } from '../registration/initial-access-tokens.ts';
import {
  type GlobalOptions,
  operator,
  print,
  Refused,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('must be a whole number, at least 1');
  return Number(text);
}

/** `countersign registration-token …`: leave for others to register clients (RFC 7591 §3). */
export function registrationTokenCommand(): Command {
  const command = new Command('registration-token');

  withGlobalOptions(command.command('add'), 'registration-token add --label "Partner AG" --clients 1')
    .description('make an initial access token; prints it, once')
    .requiredOption('--label <text>', 'whom it is given to')
    .option('--lifetime <seconds>', 'how long it is good for; [registration] says otherwise', wholeNumber)
    .option('--clients <number>', 'how many clients it may register', wholeNumber)
    .action(async (options: GlobalOptions & { label: string; lifetime?: number; clients?: number }) => {
      await withOpenHome(options, async ({ storage, events, configuration, clock }) => {
        const { initial_access_token_lifetime, clients_per_initial_access_token } =
          configuration.now().registration;
        const { token, record } = await createInitialAccessTokens(storage, events, clock).add(
          {
            label: options.label,
            lifetime: options.lifetime ?? initial_access_token_lifetime,
            clients: options.clients ?? clients_per_initial_access_token,
          },
          operator(),
        );
        const answer = initialAccessTokenAnswer(record);
        print(options, { ...answer, initial_access_token: token }, [
          `initial_access_token  ${token}   (shown once)`,
          `token_id              ${answer.token_id}`,
          `clients               ${answer.clients_allowed}`,
          `expires               ${answer.expires_at}`,
        ]);
      });
    });

  withGlobalOptions(command.command('list'), 'registration-token list')
    .description('list initial access tokens, newest first')
    .action(async (options: GlobalOptions) => {
      await withOpenHome(options, async ({ storage }) => {
        const answers = (await storage.initialAccessTokens.list()).map(initialAccessTokenAnswer);
        const lines = answers.map(
          ({ token_id, clients_registered, clients_allowed, expires_at, label }) =>
            `${token_id}  ${clients_registered} of ${clients_allowed} clients  until ${expires_at}  ${label}`,
        );
        print(options, answers, lines.length > 0 ? lines : ['no initial access tokens']);
      });
    });

  withGlobalOptions(command.command('remove <token_id>'), 'registration-token remove 7GZ0W2')
    .description('remove an initial access token; clients registered with it stay')
    .action(async (token_id: string, options: GlobalOptions) => {
      await withOpenHome(options, async ({ storage, events, clock }) => {
        const tokens = createInitialAccessTokens(storage, events, clock);
        if (!(await tokens.remove(token_id, operator()))) {
          throw new Refused(`there is no initial access token ${token_id}`);
        }
        print(options, { token_id, removed: true }, [`${token_id} removed`]);
      });
    });

  return command;
}
