import { clauseOf } from '../client/profile.ts';
import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import { invalidRequest } from '../refusal/error-codes.ts';
import { confirmationFor } from '../token/confirmation.ts';

/**
 * A client under a security profile gets tokens only that are bound to what its request proves.
 * @throws Refusal `invalid_request`
 */
export function checkSenderConstraint(client: AuthenticatedClient): void {
  const { client_id, metadata } = client.known.client;
  if (metadata.profile === undefined) return;
  const cnf = confirmationFor(client);
  const unbound = (clause: string, expected: string) =>
    invalidRequest('The token must be bound to its sender.', 'profile_rule_broken', {
      client_id,
      clause,
      expected,
      presented: cnf ?? 'neither certificate nor DPoP proof',
    });
  const byCertificate = clauseOf(metadata, 'certificate_constraint');
  if (byCertificate !== undefined && cnf?.['x5t#S256'] === undefined) {
    throw unbound(byCertificate, 'a client certificate');
  }
  const either = clauseOf(metadata, 'sender_constraint');
  if (either !== undefined && cnf === undefined)
    throw unbound(either, 'a client certificate or a DPoP proof');
}
