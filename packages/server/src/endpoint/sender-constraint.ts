import { certificateBinding } from '../client/certificate-binding.ts';
import { clauseOf } from '../client/profile.ts';
import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import { invalidRequest } from '../refusal/error-codes.ts';
import { confirmationFor } from '../token/confirmation.ts';

/** A client under a security profile gets tokens only that are bound to what its request proves. */
function checkProfile(client: AuthenticatedClient): void {
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

/**
 * A client gets tokens only that are bound as its profile wants it, and to its certificate where it asked for that.
 * @throws Refusal `invalid_request`
 */
export function checkSenderConstraint(client: AuthenticatedClient): void {
  checkProfile(client);
  const { client_id, metadata } = client.known.client;
  if (certificateBinding(metadata) !== 'required' || client.certificate !== undefined) return;
  throw invalidRequest(
    'A client certificate is needed, to bind the token to.',
    'certificate_to_bind_absent',
    {
      client_id,
      expected: 'a client certificate, for tls_client_certificate_bound_access_tokens (RFC 8705 §3.4)',
      presented: 'no certificate',
    },
  );
}
