import type { Command } from 'commander';
import { asClient, asGroup, asPerson } from '../admin/holder-answers.ts';
import type { OpenHome } from '../server/open-home.ts';
import { everyItem } from '../storage/every-item.ts';
import type { FoundGroup, Holder, NamedHolder, Role } from '../user/group.ts';
import type { Member } from '../user/membership.ts';
import { Refused, repeated, UsageError } from './run-command.ts';

type Storage = OpenHome['storage'];

/** Who is meant by the options of {@link withMemberOptions}. */
export type NamedMembers = { readonly user?: readonly string[]; readonly client?: readonly string[] };

/** Who is meant by the options of {@link withHolderOptions}. */
export type NamedHolders = NamedMembers & { readonly group?: readonly string[] };

/** Adds the options that name people and clients. */
export const withMemberOptions = (command: Command): Command =>
  command
    .option('--user <username>', 'a person, by username; may be repeated', repeated)
    .option('--client <client_id>', 'a client, by client_id; may be repeated', repeated);

/** Adds the options that name people, clients and groups. */
export const withHolderOptions = (command: Command): Command =>
  withMemberOptions(command).option('--group <group>', 'a group, by name or id; may be repeated', repeated);

/** @throws Refused */
export async function groupNamed({ groups }: Pick<Storage, 'groups'>, named: string): Promise<FoundGroup> {
  const group = (await groups.find(named)) ?? (await groups.findByName(named));
  if (!group) throw new Refused(`there is no group ${JSON.stringify(named)}`);
  return group;
}

/** @throws Refused */
export async function roleNamed({ roles }: Pick<Storage, 'roles'>, named: string): Promise<Role> {
  const role = (await roles.find(named)) ?? (await roles.findByName(named));
  if (!role) throw new Refused(`there is no role ${JSON.stringify(named)}`);
  return role;
}

/** The people and clients that are named. @throws Refused; UsageError where nobody is */
export async function membersNamed(
  { users }: Pick<Storage, 'users'>,
  { user = [], client = [] }: NamedMembers,
): Promise<readonly Member[]> {
  if (user.length + client.length === 0) throw new UsageError('name somebody: --user or --client');
  return [...(await peopleNamed(users, user)), ...client.map(asClient)];
}

/** The people, clients and groups that are named. @throws Refused; UsageError where nobody is */
export async function holdersNamed(
  storage: Pick<Storage, 'users' | 'groups'>,
  { user = [], client = [], group = [] }: NamedHolders,
): Promise<readonly Holder[]> {
  if (user.length + client.length + group.length === 0)
    throw new UsageError('name somebody: --user, --client or --group');
  const groups = await Promise.all(group.map((named) => groupNamed(storage, named)));
  return [
    ...(await peopleNamed(storage.users, user)),
    ...client.map(asClient),
    ...groups.map(({ group_id }) => asGroup(group_id)),
  ];
}

/** The one whose groups or roles are listed; undefined where all are. @throws Refused, UsageError */
export async function onlyMember(
  { users, clients }: Pick<Storage, 'users' | 'clients'>,
  { user, client }: { readonly user?: string; readonly client?: string },
): Promise<Member | undefined> {
  if (user !== undefined && client !== undefined) throw new UsageError('--user or --client, not both');
  if (user !== undefined) return (await peopleNamed(users, [user]))[0];
  if (client === undefined) return undefined;
  if (!(await clients.find(client))) throw new Refused(`no client is registered under ${client}`);
  return asClient(client);
}

const peopleNamed = (users: Storage['users'], usernames: readonly string[]) =>
  Promise.all(
    usernames.map(async (username) => {
      const sub = await users.subOf(username);
      if (sub === undefined) throw new Refused(`no account has the username ${JSON.stringify(username)}`);
      return asPerson(sub);
    }),
  );

/** Everything a listing has. */
export async function all<T>(list: Parameters<typeof everyItem<T>>[0]): Promise<readonly T[]> {
  return Array.fromAsync(everyItem(list));
}

/** People and clients who belong to something, as commands show them with `--json`. */
export const namedAnswer = (people: readonly NamedHolder[], clients: readonly NamedHolder[]) => ({
  people: people.map(({ id, name }) => ({ sub: id, username: name })),
  clients: clients.map(({ id, name }) => ({ client_id: id, client_name: name })),
});

/** One who belongs to something, for people. */
export const holderLine = ({ kind, id, name }: NamedHolder): string =>
  `${kind.padEnd(7)} ${name}${kind === 'client' && name !== id ? `  ${id}` : ''}`;

/** Says how many, of people, clients or groups. */
export const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;
