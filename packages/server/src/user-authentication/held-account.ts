import { invalidGrant } from '../refusal/error-codes.ts';
import type { User } from '../user/user.ts';

/**
 * Refuses somebody who must do something first, where there is no page to do it on.
 * @throws Refusal `invalid_grant`, whose description says where to do it
 */
export function refuseHeld({ username, required_actions = [] }: User): void {
  if (required_actions.length === 0) return;
  if (required_actions.includes('update_password')) {
    throw invalidGrant(
      'The password is temporary: sign in on the account page and choose another one.',
      'password_temporary',
      { username, required_actions },
    );
  }
  throw invalidGrant(
    'Something is to be done before the account opens anything: sign in on the account page, which says what.',
    'action_required',
    { username, required_actions },
  );
}
