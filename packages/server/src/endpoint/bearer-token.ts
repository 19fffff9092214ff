import type { PresentedCertificate } from '@countersign/x509';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Profiled } from '../client/profile.ts';
import { certificateOf } from '../client-authentication/origin.ts';
import { invalidRequest, invalidToken } from '../refusal/error-codes.ts';
import type { VerifiedAccessToken } from '../token/access-token-verification.ts';
import { unproven } from '../token/confirmation.ts';
import type { DpopProofs } from './dpop.ts';
import type { IssuedAccessTokens } from './issued-access-token.ts';

/** How every protected endpoint of this server accepts access tokens. */
export type BearerTokens = {
  /**
   * Accepts the token a request carries (RFC 6750 §2, RFC 9449 §7.1): in force, meant for this server, and, when it
   * is bound to a certificate or to a key, sent with what proves this very certificate (RFC 8705 §3) and this very
   * key. A token bound to a key must not be sent as a bearer token (RFC 9449 §7.2).
   * @param inBody `access_token` of a form body, where the endpoint reads one (RFC 6750 §2.2)
   * @param withoutCertificate what a program can do that has no certificate here: told when that is what is missing
   * @throws Refusal `invalid_token` when there is none that is accepted, `invalid_request` when there are two,
   *   `invalid_dpop_proof`, `use_dpop_nonce`
   */
  read(request: FastifyRequest, inBody?: string, withoutCertificate?: string): Promise<VerifiedAccessToken>;
  /** Has the answers of the routes in `app` say which nonce the next DPoP proof needs (RFC 9449 §8.2). */
  offerNonces(app: FastifyInstance): void;
};

type TokenScheme = 'bearer' | 'dpop';

/** The access token of an `Authorization` header (RFC 6750 §2.1, RFC 9449 §7.1). */
export function authorizationToken(
  authorization: string | undefined,
): { readonly token: string; readonly scheme: TokenScheme } | undefined {
  const [, dpop, token] = /^(?:bearer|(dpop)) +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) return undefined;
  return { token, scheme: dpop === undefined ? 'bearer' : 'dpop' };
}

const REFUSED = 'The access token is not valid.';

/** What is told of a token that is bound to what the request does not prove. */
function bindingDescription(
  cnf: Readonly<Record<string, unknown>>,
  certificate: PresentedCertificate | undefined,
  withoutCertificate: string,
): string {
  const thumbprint = cnf['x5t#S256'];
  if (thumbprint === undefined || thumbprint === certificate?.certificate.thumbprint) return REFUSED;
  if (certificate !== undefined) {
    return 'The access token is bound to another client certificate than that of the request (RFC 8705 section 3).';
  }
  const why =
    'The access token is bound to a client certificate, and the request came without one (RFC 8705 section 3).';
  return `${why} ${withoutCertificate}`.trimEnd();
}

/**
 * @param audience what must stand in `aud`: the issuer, for the endpoints of the server itself
 * @param profileOf the profile of a client, which may demand nonces
 */
export function createBearerTokens(
  accessTokens: IssuedAccessTokens,
  audience: string,
  dpopProofs: Pick<DpopProofs, 'keyOfToken' | 'offerNonces'>,
  profileOf: (client_id: string) => Promise<Profiled>,
): BearerTokens {
  const checkBinding = async (
    { cnf, client_id, jti }: VerifiedAccessToken,
    token: string,
    request: FastifyRequest,
    scheme: TokenScheme,
    withoutCertificate: string,
  ) => {
    const bound = cnf?.jkt !== undefined;
    if (bound !== (scheme === 'dpop')) {
      throw invalidToken(REFUSED, 'token_binding_differs', {
        client_id,
        jti,
        expected: bound ? 'Authorization: DPoP, with a proof of its key' : 'Authorization: Bearer',
        presented: scheme,
      });
    }
    if (cnf === undefined) return;
    const certificate = certificateOf(request.origin);
    const dpop_jkt = bound
      ? await dpopProofs.keyOfToken(token, request, await profileOf(client_id))
      : undefined;
    const missing = unproven(cnf, { certificate, ...(dpop_jkt !== undefined && { dpop_jkt }) });
    if (missing) {
      throw invalidToken(bindingDescription(cnf, certificate, withoutCertificate), 'token_binding_differs', {
        client_id,
        jti,
        ...missing,
      });
    }
  };

  const accept = async (
    token: string,
    request: FastifyRequest,
    scheme: TokenScheme,
    withoutCertificate: string,
  ) => {
    const claims = await accessTokens.find(token);
    request.client_id = claims.client_id;
    if (!claims.aud.includes(audience)) {
      throw invalidToken(REFUSED, 'token_for_another_audience', {
        client_id: claims.client_id,
        expected: { aud: audience },
        presented: { aud: claims.aud },
      });
    }
    await checkBinding(claims, token, request, scheme, withoutCertificate);
    request.is_authenticated = true;
    return claims;
  };

  return {
    offerNonces: dpopProofs.offerNonces,
    async read(request, inBody, withoutCertificate = '') {
      const { authorization } = request.headers;
      const inHeader = authorizationToken(authorization);
      if (inHeader !== undefined && inBody !== undefined) {
        throw invalidRequest('The access token was sent in more than one way.', 'parameter_repeated', {
          expected: 'RFC 6750 §2: one way',
          presented: ['Authorization', 'access_token'],
        });
      }
      const sent =
        inHeader ?? (inBody === undefined ? undefined : { token: inBody, scheme: 'bearer' as const });
      if (sent === undefined) {
        throw invalidToken('An access token is needed.', 'token_absent', {
          expected: 'Authorization: Bearer or DPoP',
          presented: authorization === undefined ? 'no Authorization header' : 'another scheme',
        });
      }
      return accept(sent.token, request, sent.scheme, withoutCertificate);
    },
  };
}
