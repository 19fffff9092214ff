import { isVisible } from '../event/printable.ts';
import type { Storage } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import type { Holder } from '../user/group.ts';
import { AccountNotFound } from './account-changing.ts';
import { ClientNotFound } from './client-registrar.ts';

/** Thrown when a group or role cannot be as asked; `field` names the part at fault. */
export class InvalidGrouping extends Error {
  override readonly name = 'InvalidGrouping';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** Thrown where there is no such group or role, or where one is not in it or does not hold it. */
export class GroupingNotFound extends Error {
  override readonly name = 'GroupingNotFound';
}

/** Characters of a name, and of a description, at most. */
const LONGEST_NAME = 200;
const LONGEST_DESCRIPTION = 1_000;
/** Bytes of a name as it is compared: what an index of PostgreSQL takes, with room. */
const LONGEST_KEY = 2_000;

/** @throws InvalidGrouping */
export function checkName(name: string): void {
  const characters = [...name].length;
  if (characters < 1 || characters > LONGEST_NAME || !isVisible(name) || name.trim() !== name)
    throw new InvalidGrouping(
      'name',
      `must have 1 to ${LONGEST_NAME} characters, without invisible ones or outer spaces`,
    );
  // One character may stand for a word: U+FDFA is compared as eighteen.
  if (Buffer.byteLength(name.normalize('NFKC')) > LONGEST_KEY)
    throw new InvalidGrouping('name', `must have at most ${LONGEST_KEY} bytes as it is compared, in NFKC`);
}

/** @throws InvalidGrouping */
export function checkDescription(description: string): void {
  if ([...description].length <= LONGEST_DESCRIPTION && isVisible(description)) return;
  throw new InvalidGrouping(
    'description',
    `must have at most ${LONGEST_DESCRIPTION} characters, without invisible ones`,
  );
}

/** What changes of groups and roles need of the storage. */
export type GroupingStorage = Pick<Storage, 'groups' | 'roles' | 'users' | 'clients' | 'commit'>;

/**
 * What one is called: by username, client_name, or the name of the group.
 * @throws AccountNotFound, ClientNotFound, GroupingNotFound
 */
export async function nameOfHolder(
  { users, clients, groups }: Pick<GroupingStorage, 'users' | 'clients' | 'groups'>,
  { kind, id }: Holder,
): Promise<string> {
  if (kind === 'person') {
    const user = await users.find(id);
    if (!user) throw new AccountNotFound(`no account has the sub ${JSON.stringify(id)}`);
    return user.username;
  }
  if (kind === 'client') {
    const client = await clients.find(id);
    if (!client) throw new ClientNotFound(`no client is registered under ${id}`);
    return client.metadata.client_name;
  }
  const group = await groups.find(id);
  if (!group) throw noGroup(id);
  return group.name;
}

export const noGroup = (group_id: string) =>
  new GroupingNotFound(`there is no group ${JSON.stringify(group_id)}`);

/** What one is called who is to lose something: one that is not there or cannot be read by its id. */
export async function nameOrId(
  { users, clients, groups }: Pick<GroupingStorage, 'users' | 'clients' | 'groups'>,
  { kind, id }: Holder,
): Promise<string> {
  if (kind === 'person') return (await unlessUnreadable(users.find(id)))?.username ?? id;
  if (kind === 'client') return (await unlessUnreadable(clients.find(id)))?.metadata.client_name ?? id;
  return (await unlessUnreadable(groups.find(id)))?.name ?? id;
}

/** How an event names one who came in or went: by kind, id and name, and by the members that events are found by. */
export const asEventNames = (holder: Holder & { readonly name: string }) => ({
  ...(holder.kind === 'person' && { username: holder.name }),
  ...(holder.kind === 'client' && { client_id: holder.id }),
});

/** Each once, whoever named it twice. */
export const distinct = <H extends Holder>(holders: readonly H[]): readonly H[] => [
  ...new Map(holders.map((holder) => [`${holder.kind} ${holder.id}`, holder])).values(),
];
