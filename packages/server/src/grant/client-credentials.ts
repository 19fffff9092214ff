import { isAdminScope } from '../client/scope.ts';
import { confirmationFor } from '../token/confirmation.ts';
import { requestedDetails } from './authorization-details.ts';
import type { TokenGrant } from './grant.ts';
import { requestedTarget } from './resource.ts';
import { grantedScope, isClientScope, refuseUnboundAdministration } from './scope.ts';

/** What a client may have by its own credentials: scopes of the admin API too, in a token bound to its certificate. */
const mayAdminister = (scope: string): boolean => isClientScope(scope) || isAdminScope(scope);

/** `client_credentials` (RFC 6749 §4.4): a token for the client itself; touches no database. */
export const clientCredentials: TokenGrant = {
  grant_type: 'client_credentials',
  async plan({ form, client, issuer, resources, detailsTypes }) {
    const { known } = client;
    const cnf = confirmationFor(client);
    refuseUnboundAdministration(form.get('scope'), known, cnf);
    const details = requestedDetails(form.get('authorization_details'), known, detailsTypes);
    return {
      client_id: known.client.client_id,
      sub: known.client.client_id,
      ...requestedTarget(
        {
          requested: form.getAll('resource'),
          scope: grantedScope(form.get('scope'), known, {
            allowed: mayAdminister,
            unasked: isClientScope,
            resources,
          }),
        },
        known,
        issuer,
        resources,
      ),
      ...(details && { authorization_details: details }),
      ...(cnf && { cnf }),
    };
  },
};
