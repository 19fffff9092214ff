/** What a person must do at the next sign-in, before anything is issued; in the order in which it is asked for. */
export const REQUIRED_ACTIONS = [
  /** Choose another password. */
  'update_password',
  /** Set up an authenticator app. */
  'configure_totp',
  /** Wait until an administrator has verified the e-mail address. */
  'verify_email',
] as const;
export type RequiredAction = (typeof REQUIRED_ACTIONS)[number];

type Requiring = { readonly required_actions?: readonly RequiredAction[] };

/** What an account must do, which says nothing of it where there is nothing. */
export const requiring = (actions: readonly RequiredAction[]): Requiring =>
  actions.length === 0
    ? {}
    : { required_actions: REQUIRED_ACTIONS.filter((action) => actions.includes(action)) };

/** An account that need not do this any more. */
export function without<Account extends Requiring>(
  action: RequiredAction,
  { required_actions = [], ...account }: Account,
): Omit<Account, 'required_actions'> & Requiring {
  return { ...account, ...requiring(required_actions.filter((each) => each !== action)) };
}

/** Whether there is something that the person must do first, so that nothing is issued until then. */
export const isHeld = ({ required_actions = [] }: Requiring): boolean => required_actions.length > 0;
