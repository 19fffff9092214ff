import { randomUUID } from 'node:crypto';

/** Who asks, as the gate or the middleware found out: nothing of it comes from the caller itself. */
export type Caller = {
  readonly clientId: string;
  /** The person who consented; absent where the third party acts for itself. */
  readonly subject: string | undefined;
  /** What the person consented to (RFC 9396), of the type `account_information`. */
  readonly details: readonly { readonly [member: string]: unknown }[];
};

export type Asked = { readonly method: string; readonly path: string };
export type Told = { readonly status: number; readonly body: unknown };

export type Account = { readonly iban: string; readonly name: string; readonly balance: string };

/** The type of authorization details that account information is. */
export const DETAILS_TYPE = 'account_information';

/** What is needed beside a token that is good and bound to its caller's certificate; the gate and the middleware ask it. */
export const RULES = [
  { path: '/consents', scope: 'consents', needsDetails: false },
  { path: '/accounts', scope: 'accounts', needsDetails: true },
] as const;

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

const problem = (status: number, detail: string): Told => ({ status, body: { detail } });

/**
 * The bank's API for account information: a third party announces a consent, the person gives it on the bank's own pages,
 * and then the accounts it names can be read, by this third party alone.
 * @param accountsOf by the `sub` of a person
 */
export function accountApi(accountsOf: ReadonlyMap<string, readonly Account[]>) {
  /** Whose consents they are, by their numbers. */
  const consents = new Map<string, string>();

  return (caller: Caller, { method, path }: Asked): Told => {
    if (path === '/consents' && method === 'POST') {
      const consent_id = randomUUID();
      consents.set(consent_id, caller.clientId);
      return { status: 201, body: { consent_id, status: 'received' } };
    }
    const [, iban] = /^\/accounts(?:\/([A-Z0-9]+)\/balances)?$/.exec(path) ?? [];
    if (method !== 'GET' || (path !== '/accounts' && iban === undefined))
      return problem(404, 'There is no such resource.');
    const given = caller.details.find(
      ({ consent_id }) => consents.get(String(consent_id)) === caller.clientId,
    );
    if (given === undefined) return problem(403, 'This is the consent of another third party, or of nobody.');
    const named = texts(given.accounts);
    const seen = (accountsOf.get(caller.subject ?? '') ?? []).filter((account) =>
      named.includes(account.iban),
    );
    if (path === '/accounts') {
      return {
        status: 200,
        body: { accounts: seen.map(({ iban: number, name }) => ({ iban: number, name })) },
      };
    }
    const account = seen.find((each) => each.iban === iban);
    if (account === undefined || !texts(given.actions).includes('read_balances')) {
      return problem(403, 'The consent does not cover the balances of this account.');
    }
    return {
      status: 200,
      body: { iban: account.iban, balances: [{ type: 'closingBooked', amount: account.balance }] },
    };
  };
}
