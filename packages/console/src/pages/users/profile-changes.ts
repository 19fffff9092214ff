import type { User } from '../../api/admin-api.ts';
import { textOf } from './text-claim.ts';

/** The claims that the console changes: those that a person touched. */
export type ProfileChanges = { readonly name?: string; readonly email?: string };

/** What differs from the claims as they were opened. */
export function profileChanges(
  claims: User['claims'],
  { name, email }: Required<ProfileChanges>,
): ProfileChanges {
  return {
    ...(name !== textOf(claims.name) && { name: name.trim() }),
    ...(email !== textOf(claims.email) && { email: email.trim() }),
  };
}

/** Claims with what a person touched; an emptied one goes, the others stay as they are. */
export const withProfile = (claims: User['claims'], touched: ProfileChanges): User['claims'] =>
  Object.fromEntries(
    Object.entries({ ...claims, ...touched }).filter(([name, value]) => !(name in touched && value === '')),
  );
