import type { Origin } from '../client-authentication/origin.ts';
import type { Evidence, Refusal } from '../refusal/refusal.ts';

/** Whether a refusal is for want of a client certificate: its evidence expected one, whatever the cause is called. */
function lacksCertificate({ because, evidence: { expected } }: Refusal): boolean {
  if (because === 'token_binding_differs')
    return typeof expected === 'object' && expected !== null && 'x5t#S256' in expected;
  return typeof expected === 'string' && expected.startsWith('a client certificate');
}

/**
 * What there is to say of a refusal for want of a certificate where the request came to the one of two listeners that
 * asks for none (RFC 8705 §5); nothing of any other.
 * @param came_to_port the port of the request's connection
 */
export function wrongPort(
  refusal: Refusal,
  origin: Origin | undefined,
  came_to_port: number | undefined,
): Evidence {
  if (origin?.kind !== 'no-certificate' || origin.asked_at === undefined) return {};
  return lacksCertificate(refusal) ? { came_to_port, asked_at: origin.asked_at } : {};
}
