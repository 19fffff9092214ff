import { Command } from 'commander';
import type { Client } from '../client/client.ts';
import type { Administration, ShownUser } from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { print, repeated } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';

type ConfirmOptions = AdministrationOptions & {
  readonly client?: readonly string[];
  readonly user?: readonly string[];
  readonly all?: true;
};

type Waiting = { readonly clients: readonly Client[]; readonly people: readonly ShownUser[] };

async function waitingIn(administration: Administration): Promise<Waiting> {
  const clients: Client[] = [];
  const people: ShownUser[] = [];
  for await (const client of administration.clients.list({ enabled: false })) {
    if (client.awaits_confirmation) clients.push(client);
  }
  for await (const user of administration.people.list()) {
    if (user.awaits_confirmation) people.push(user);
  }
  return { clients, people };
}

/** `countersign confirm`: who waits since a restore, and that they may come in again. */
export function confirmCommand(): Command {
  return withAdministrationOptions(new Command('confirm'), ['confirm --client first-client'])
    .option('--client <client_id>', 'confirm a client; repeatable', repeated)
    .option('--user <username>', 'confirm a person; repeatable', repeated)
    .option('--all', 'confirm everybody')
    .action((options: ConfirmOptions) =>
      withAdministration(options, async (administration) => {
        const waiting = await waitingIn(administration);
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
          await administration.clients.change(client_id, { enabled: true });
        }
        for (const username of confirmed.users) {
          await administration.people.enable(username);
        }
        print(options, confirmed, [
          ...confirmed.clients.map((client_id) => `client ${client_id} is confirmed`),
          ...confirmed.users.map((username) => `${username} is confirmed`),
        ]);
      }),
    );
}
