import { confirmationFor } from '../token/confirmation.ts';
import { requestedDetails } from './authorization-details.ts';
import type { TokenGrant } from './grant.ts';
import { requestedTarget } from './resource.ts';
import { grantedScope, isClientScope } from './scope.ts';

/** `client_credentials` (RFC 6749 §4.4): a token for the client itself; touches no database. */
export const clientCredentials: TokenGrant = {
  grant_type: 'client_credentials',
  async plan({ form, client, issuer, resources, detailsTypes }) {
    const { known } = client;
    const cnf = confirmationFor(client);
    const details = requestedDetails(form.get('authorization_details'), known, detailsTypes);
    return {
      client_id: known.client.client_id,
      sub: known.client.client_id,
      ...requestedTarget(
        {
          requested: form.getAll('resource'),
          scope: grantedScope(form.get('scope'), known, { allowed: isClientScope, resources }),
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
