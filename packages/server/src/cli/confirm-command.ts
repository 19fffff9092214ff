import { Command } from 'commander';
import type { Client } from '../client/client.ts';
import type { OpenHome } from '../server/open-home.ts';
import { everyItem } from '../storage/every-item.ts';
import type { User } from '../user/user.ts';
import {
  type GlobalOptions,
  operator,
  print,
  repeated,
  withGlobalOptions,
  withOpenHome,
} from './run-command.ts';

type ConfirmOptions = GlobalOptions & {
  readonly client?: readonly string[];
  readonly user?: readonly string[];
  readonly all?: true;
};

type Waiting = { readonly clients: readonly Client[]; readonly people: readonly User[] };

async function waitingIn({ storage }: OpenHome): Promise<Waiting> {
  const clients: Client[] = [];
  const people: User[] = [];
  for await (const client of everyItem((page) => storage.clients.list({ ...page, enabled: false }))) {
    if (client.awaits_confirmation) clients.push(client);
  }
  for await (const user of everyItem((page) => storage.users.list(page))) {
    if (user.awaits_confirmation) people.push(user);
  }
  return { clients, people };
}

/** `countersign confirm`: who waits since a restore, and that they may come in again. */
export function confirmCommand(): Command {
  return withGlobalOptions(new Command('confirm'), 'confirm --client first-client')
    .option('--client <client_id>', 'confirm a client; repeatable', repeated)
    .option('--user <username>', 'confirm a person; repeatable', repeated)
    .option('--all', 'confirm everybody')
    .action((options: ConfirmOptions) =>
      withOpenHome(options, async (opened) => {
        const waiting = await waitingIn(opened);
        const ids = waiting.clients.map(({ client_id }) => client_id);
        const names = waiting.people.map(({ username }) => username);
        const isAsked = options.all ?? options.client ?? options.user;
        if (isAsked === undefined) {
          print(options, { clients: ids, users: names }, [
            ...waiting.clients.map(
              ({ client_id, metadata }) => `client  ${client_id}  ${metadata.client_name}`,
            ),
            ...names.map((name) => `user    ${name}`),
            ids.length + names.length === 0 ? 'nobody waits' : 'confirm them with --client, --user or --all',
          ]);
          return;
        }
        const confirmed = {
          clients: options.all ? ids : (options.client ?? []),
          users: options.all ? names : (options.user ?? []),
        };
        for (const client_id of confirmed.clients) {
          await opened.clients.change(client_id, { enabled: true }, operator());
        }
        for (const username of confirmed.users) {
          await opened.accounts.update(username, { enabled: true }, operator());
        }
        print(options, confirmed, [
          ...confirmed.clients.map((client_id) => `client ${client_id} is confirmed`),
          ...confirmed.users.map((username) => `${username} is confirmed`),
        ]);
      }),
    );
}
