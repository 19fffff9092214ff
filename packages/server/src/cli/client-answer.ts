import { answeredMetadata, certificateBinding } from '../client/certificate-binding.ts';
import type { Client } from '../client/client.ts';

/** A client as commands show it: the members of RFC 7591, and what the server itself knows. */
export const clientAnswer = (client: Client) => ({
  client_id: client.client_id,
  client_id_issued_at: client.client_id_issued_at,
  enabled: client.enabled,
  ...(client.awaits_confirmation && { awaits_confirmation: client.awaits_confirmation }),
  revision: client.revision,
  ...answeredMetadata(client.metadata),
  certificate_binding: certificateBinding(client.metadata),
});

/** What of a client is registered: its metadata, and whether it comes in. */
export type RegisteredOfAnswer = {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
};

/**
 * What is to be registered of what {@link clientAnswer} made, so that a client that was shown can be added elsewhere.
 * Whatever else is given is metadata as it is.
 */
export function registeredOf(given: Readonly<Record<string, unknown>>): RegisteredOfAnswer {
  const { certificate_binding, ...answer } = given;
  if (certificate_binding === undefined) return { metadata: given, enabled: true };
  const {
    client_id_issued_at: _issued,
    enabled,
    awaits_confirmation: _awaits,
    revision: _revision,
    tls_client_certificate_bound_access_tokens: bound,
    ...metadata
  } = answer;
  return {
    // It is answered too where nobody asked for it.
    metadata:
      certificate_binding === 'when_presented'
        ? metadata
        : { ...metadata, tls_client_certificate_bound_access_tokens: bound },
    enabled: enabled !== false,
  };
}
