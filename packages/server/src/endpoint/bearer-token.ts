import type { FastifyRequest } from 'fastify';
import { Refusal } from '../refusal/refusal.ts';
import type { VerifiedAccessToken } from '../token/access-token-verification.ts';
import type { OriginOf } from './endpoint.ts';
import type { IssuedAccessTokens } from './issued-access-token.ts';

/** How every protected endpoint of this server accepts access tokens. */
export type BearerTokens = {
  /**
   * Accepts the token a request carries (RFC 6750 §2).
   * @param inBody `access_token` of a form body, where the endpoint reads one (RFC 6750 §2.2)
   * @throws Refusal `invalid_token` when there is none, `invalid_request` when there are two; see {@link accept}
   */
  read(request: FastifyRequest, inBody?: string): Promise<VerifiedAccessToken>;
  /**
   * Accepts a token that was sent with `request`: in force, meant for this server, and, when it is bound to a
   * certificate, sent over a connection that proves this very certificate (RFC 8705 §3).
   * @throws Refusal `invalid_token`
   */
  accept(token: string, request: FastifyRequest): Promise<VerifiedAccessToken>;
};

/** @param audience what must stand in `aud`: the issuer, for the endpoints of the server itself */
export function createBearerTokens(
  accessTokens: IssuedAccessTokens,
  audience: string,
  originOf: OriginOf,
): BearerTokens {
  const checkBinding = ({ cnf, client_id, jti }: VerifiedAccessToken, request: FastifyRequest) => {
    if (cnf === undefined) return;
    // A binding this server cannot check must not count as none.
    const expected = cnf['x5t#S256'] ?? Object.keys(cnf);
    const presented = originOf(request).certificate?.certificate.thumbprint;
    if (Object.keys(cnf).length === 1 && expected === presented) return;
    throw new Refusal('invalid_token', 'The access token is not valid.', 'token_binding_differs', {
      client_id,
      jti,
      expected,
      presented: presented ?? 'no certificate',
    });
  };

  const accept: BearerTokens['accept'] = async (token, request) => {
    const claims = await accessTokens.find(token);
    if (!claims.aud.includes(audience)) {
      throw new Refusal('invalid_token', 'The access token is not valid.', 'token_invalid', {
        client_id: claims.client_id,
        expected: { aud: audience },
        presented: { aud: claims.aud },
      });
    }
    checkBinding(claims, request);
    return claims;
  };

  return {
    accept,
    async read(request, inBody) {
      const { authorization } = request.headers;
      const [, inHeader] = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '') ?? [];
      if (inHeader !== undefined && inBody !== undefined) {
        throw new Refusal(
          'invalid_request',
          'The access token was sent in more than one way.',
          'parameter_repeated',
          { expected: 'RFC 6750 §2: one way', presented: ['Authorization', 'access_token'] },
        );
      }
      const token = inHeader ?? inBody;
      if (token === undefined) {
        throw new Refusal('invalid_token', 'An access token is needed.', 'token_absent', {
          expected: 'Authorization: Bearer',
          presented: authorization === undefined ? 'no Authorization header' : 'another scheme',
        });
      }
      return accept(token, request);
    },
  };
}
