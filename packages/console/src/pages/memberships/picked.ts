import type { ApplicationRole, Client, Group, User } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import type { Picked } from '../../components/pick-form.tsx';
import { text } from '../../words/words.tsx';
import { textOf } from '../users/text-claim.ts';

export const PERSON: Picked<User> = {
  read: queries.users,
  wordFor: ({ username }) => username,
  hintOf: ({ claims }) => textOf(claims.name),
};

export const CLIENT: Picked<Client> = {
  read: queries.clients,
  wordFor: ({ client_id }) => client_id,
  hintOf: ({ client_name }) => client_name,
};

export const GROUP: Picked<Group> = {
  read: queries.groups,
  wordFor: ({ name }) => name,
  hintOf: ({ parent_name }) => parent_name && text('memberships.namehint', { group: parent_name }),
};

export const ROLE: Picked<ApplicationRole> = {
  read: queries.roles,
  wordFor: ({ name }) => name,
  hintOf: ({ description }) => description || undefined,
};
