import { answeredMetadata } from '../client/certificate-binding.ts';
import type { ClientMetadata } from '../client/client-metadata.ts';
import type { DynamicRegistration } from '../client/dynamic-registration.ts';
import { Scope } from '../client/scope.ts';
import type { SentMetadata } from './stated-metadata.ts';

/**
 * The metadata as a client that registered itself is answered (RFC 7591 §3.2.1). It is told of no more than it asked for:
 * of binding only where it asked for that (RFC 8705 §3.4), and of `openid` alone where it named no scope, though it may
 * ask for the others it was registered for: there are clients that refuse what they did not ask for.
 */
export function registrationAnswer(
  metadata: ClientMetadata,
  { scope_asked = true }: Pick<DynamicRegistration, 'scope_asked'>,
) {
  const answered = answeredMetadata(metadata);
  if (scope_asked) return answered;
  return { ...answered, scope: `${Scope.of(metadata.scope).filter((scope) => scope === 'openid')}` };
}

/**
 * The metadata a client sends to replace its own, without what it was answered because it had said nothing: it repeats
 * that, and says no more than before.
 */
export function withoutRepeatedAnswer(
  sent: SentMetadata,
  before: ClientMetadata,
  registration: Pick<DynamicRegistration, 'scope_asked'>,
): SentMetadata {
  const answered = registrationAnswer(before, registration);
  const said: Readonly<Record<string, boolean>> = {
    scope: registration.scope_asked ?? true,
    tls_client_certificate_bound_access_tokens:
      before.tls_client_certificate_bound_access_tokens !== undefined,
  };
  const repeats: Readonly<Record<string, unknown>> = {
    scope: answered.scope,
    tls_client_certificate_bound_access_tokens: answered.tls_client_certificate_bound_access_tokens,
  };
  return Object.fromEntries(
    Object.entries(sent).filter(([field, value]) => said[field] !== false || value !== repeats[field]),
  );
}
