import type { X509Certificate } from 'node:crypto';
import type { Scheme } from './authorization-header.ts';
import { checkCertificate } from './certificate-binding.ts';
import type { DpopCheck, ProvenRequest } from './dpop.ts';
import { isObject } from './json-object.ts';
import { TokenRefused } from './token-refused.ts';

/** What the caller had to prove to hold, beside the token. */
export type Binding = 'certificate' | 'dpop' | 'both' | 'none';

/** Which binding a token must have: any, a client certificate's, or a DPoP key's. */
export type RequiredBinding = boolean | 'certificate' | 'dpop';

/** How a token was presented. */
export type Presentation = {
  readonly scheme: Scheme;
  readonly token: string;
  readonly certificate: X509Certificate | undefined;
  readonly proven: ProvenRequest;
};

/** How a token was found to be bound, and the DPoP nonce that the answer carries, if one does (RFC 9449 §8.2). */
export type Constraint = { readonly binding: Binding; readonly dpopNonce?: string };

/** Keys that a token can be bound to and whose proof nobody defines for HTTP (RFC 7800 §3). */
const UNPROVABLE = ['jwk', 'jwe', 'kid', 'jku'];

/**
 * The two members of `cnf` that can be checked here. Beside one of them a member that nobody knows counts for nothing
 * (RFC 7800 §3.1): Keycloak writes one of its own beside `jkt`.
 * @throws TokenRefused where there is neither, or a key that cannot be proved
 */
function confirmations(cnf: unknown): { readonly x5t?: string; readonly jkt?: string } {
  if (cnf === undefined) return {};
  const known = isObject(cnf) ? cnf : {};
  const { 'x5t#S256': x5t, jkt } = known;
  const isText =
    (x5t === undefined || typeof x5t === 'string') && (jkt === undefined || typeof jkt === 'string');
  // A binding that cannot be checked here must not count as none.
  const isUnprovable = UNPROVABLE.some((name) => name in known);
  if (!isObject(cnf) || !isText || isUnprovable || (x5t ?? jkt) === undefined) {
    throw new TokenRefused(
      'invalid_token',
      'The access token is bound in a way that is not supported here.',
      'binding_unknown',
      { expected: ['x5t#S256', 'jkt'], presented: isObject(cnf) ? Object.keys(cnf) : typeof cnf },
    );
  }
  return { ...(typeof x5t === 'string' && { x5t }), ...(typeof jkt === 'string' && { jkt }) };
}

function checkRequired(binding: Binding, required: RequiredBinding): void {
  const isEnough =
    required === false || (required === true ? binding !== 'none' : [required, 'both'].includes(binding));
  if (isEnough) return;
  const expected =
    required === true ? 'cnf' : required === 'certificate' ? 'cnf with x5t#S256' : 'cnf with jkt';
  throw new TokenRefused(
    'invalid_token',
    required === 'dpop'
      ? 'The access token must be bound to a DPoP key.'
      : required === 'certificate'
        ? 'The access token must be bound to a client certificate.'
        : 'The access token must be bound to a client certificate or a DPoP key.',
    'binding_absent',
    { expected, presented: binding === 'none' ? 'no cnf' : `a binding to ${binding}` },
  );
}

/**
 * Holds a token to all it is bound to: a client certificate (RFC 8705 §3), a DPoP key (RFC 9449 §7), or both.
 * @param cnf the claim as it came (RFC 7800 §3.1)
 * @param dpop absent where this resource server takes no proofs: a token bound to a key is refused then
 * @returns at once, unless a proof has to be verified
 * @throws TokenRefused, ReplayStoreUnavailable
 */
export function checkSender(
  cnf: unknown,
  { scheme, token, certificate, proven }: Presentation,
  required: RequiredBinding,
  dpop: DpopCheck | undefined,
): Constraint | Promise<Constraint> {
  const { x5t, jkt } = confirmations(cnf);
  const binding: Binding =
    x5t === undefined ? (jkt === undefined ? 'none' : 'dpop') : jkt === undefined ? 'certificate' : 'both';
  checkRequired(binding, required);
  if (x5t !== undefined) checkCertificate(x5t, certificate);
  if (jkt === undefined) {
    if (scheme === 'Bearer') return { binding };
    throw new TokenRefused(
      'invalid_token',
      'The access token is bound to no DPoP key: send it as Bearer.',
      'dpop_scheme_differs',
      { expected: 'Authorization: Bearer', presented: 'Authorization: DPoP, a token without jkt' },
    );
  }
  if (dpop === undefined) {
    throw new TokenRefused(
      'invalid_token',
      'The access token is bound to a DPoP key, and no proofs are taken here.',
      'dpop_not_configured',
      { expected: 'a verifier with the option dpop', presented: 'cnf with jkt' },
    );
  }
  // Presented as Bearer it would be as good to whoever stole it (RFC 9449 §7.2).
  if (scheme === 'Bearer') {
    throw new TokenRefused(
      'invalid_token',
      'The access token is bound to a DPoP key: send it as DPoP, with a proof.',
      'dpop_scheme_differs',
      { expected: 'Authorization: DPoP', presented: 'Authorization: Bearer' },
    );
  }
  return dpop
    .check(jkt, token, proven)
    .then((dpopNonce) => ({ binding, ...(dpopNonce !== undefined && { dpopNonce }) }));
}
