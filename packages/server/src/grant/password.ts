import type { UserStore } from '../storage/storage.ts';
import { confirmationFor } from '../token/confirmation.ts';
import { AdministratorPower } from '../user/administrator-power.ts';
import type { PasswordSignIn } from '../user-authentication/password-sign-in.ts';
import type { TokenGrant } from './grant.ts';
import { type PersonGrantContext, personGrant } from './person-grant.ts';
import { requestedTarget } from './resource.ts';
import { grantedScope } from './scope.ts';

/**
 * `password` (RFC 6749 §4.3): a token for a person whose password the client knows. Legacy, and only for clients
 * registered for it: RFC 9700 §2.4 forbids it to new designs.
 */
export function passwordGrant(
  signIn: PasswordSignIn,
  users: Pick<UserStore, 'steps'>,
  context: PersonGrantContext,
): TokenGrant {
  return {
    grant_type: 'password',
    async plan({ form, client, issuer, resources, remote_address, now }) {
      const { known } = client;
      const username = form.require('username');
      const password = form.require('password');
      const user = await signIn(username, password, remote_address);
      const administers = AdministratorPower.ofRoles(user);
      const scope = grantedScope(form.get('scope'), known, {
        allowed: (candidate) => administers.mayHave(candidate),
        resources,
      });
      const cnf = confirmationFor(client);
      const { client_id } = known.client;
      const target = requestedTarget({ requested: form.getAll('resource'), scope }, known, issuer, resources);
      const { grant_id, steps } = personGrant(context, known, user.sub, target, now);
      return {
        client_id,
        sub: user.sub,
        ...target,
        grant_id,
        // A password that is changed meanwhile ends grants; none may begin with the old one afterwards.
        steps: [users.steps.hasPassword(user), ...steps],
        auth_time: Math.floor(now / 1000),
        ...(cnf && { cnf }),
      };
    },
  };
}
