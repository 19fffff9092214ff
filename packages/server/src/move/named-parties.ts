import type { Storage } from '../storage/storage.ts';
import type { Judgement } from './judgement.ts';
import type { KnownNames } from './known-names.ts';

/** What a record of a person's decision names. */
export type NamedParties = { readonly username: string; readonly sub: string; readonly client_id: string };

/**
 * Why what somebody decided about a client cannot be written; undefined where both are here, or come before it in the
 * files. An account of the same name and another `sub` is somebody else, who decided nothing.
 */
export async function partiesProblem(
  { username, sub, client_id }: NamedParties,
  { users }: Pick<Storage, 'users'>,
  names: Pick<KnownNames, 'has'>,
): Promise<Judgement | undefined> {
  const present = await users.subOf(username);
  if (present !== undefined && present !== sub) {
    return {
      verdict: 'refused',
      field: 'sub',
      why: `the account ${JSON.stringify(username)} here is somebody else`,
    };
  }
  if (present === undefined && !(await names.has('person', username))) {
    return {
      verdict: 'refused',
      field: 'username',
      why: `there is no account ${JSON.stringify(username)}, in the files or here`,
    };
  }
  if (await names.has('client', client_id)) return undefined;
  return {
    verdict: 'refused',
    field: 'client_id',
    why: `there is no client ${JSON.stringify(client_id)}, in the files or here`,
  };
}
