import type { Command } from 'commander';
import type { HolderShown, NamedHolders } from './administration/administration.ts';
import { repeated, UsageError } from './run-command.ts';

/** Who is meant by the options of {@link withHolderOptions}. */
export type HolderOptions = {
  readonly user?: readonly string[];
  readonly client?: readonly string[];
  readonly group?: readonly string[];
};

/** Adds the options that name people and clients. */
export const withMemberOptions = (command: Command): Command =>
  command
    .option('--user <username>', 'a person, by username; may be repeated', repeated)
    .option('--client <client_id>', 'a client, by client_id; may be repeated', repeated);

/** Adds the options that name people, clients and groups. */
export const withHolderOptions = (command: Command): Command =>
  withMemberOptions(command).option('--group <group>', 'a group, by name or id; may be repeated', repeated);

/**
 * Who is named by options.
 * @param flags those that can name somebody, for people
 * @throws UsageError where nobody is
 */
export function namedHolders(
  flags: string,
  { user: people = [], client: clients = [], group: groups = [] }: HolderOptions,
): NamedHolders {
  if (people.length + clients.length + groups.length === 0) throw new UsageError(`name somebody: ${flags}`);
  return { people, clients, groups };
}

/** The one whose groups or roles are listed; undefined where all are. @throws UsageError */
export function onlyMember({
  user,
  client,
}: {
  readonly user?: string;
  readonly client?: string;
}): readonly [kind: 'person' | 'client', named: string] | undefined {
  if (user !== undefined && client !== undefined) throw new UsageError('--user or --client, not both');
  if (user !== undefined) return ['person', user];
  return client === undefined ? undefined : ['client', client];
}

/** People and clients who belong to something, as commands show them with `--json`. */
export const namedAnswer = (people: readonly HolderShown[], clients: readonly HolderShown[]) => ({
  people: people.map(({ id, name }) => ({ sub: id, username: name })),
  clients: clients.map(({ id, name }) => ({ client_id: id, client_name: name })),
});

/** One who belongs to something, for people. */
export const holderLine = ({ kind, id, name }: HolderShown): string =>
  `${kind.padEnd(7)} ${name}${kind === 'client' && name !== id ? `  ${id}` : ''}`;

/** Says how many, of people, clients or groups. */
export const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;
