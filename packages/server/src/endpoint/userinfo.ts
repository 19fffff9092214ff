import type { FastifyInstance } from 'fastify';
import type { GiveClaims } from '../claim/claim-giving.ts';
import { CONTENT_ENCRYPTION_ALGORITHMS, KEY_MANAGEMENT_ALGORITHMS } from '../client/client-encryption.ts';
import { Scope } from '../client/scope.ts';
import type { ClientDirectory, KnownClient } from '../client-authentication/client-directory.ts';
import { type EncryptResponse, encryptsResponse } from '../client-authentication/response-encryption.ts';
import type { Clock } from '../clock.ts';
import { parseForm } from '../grant/token-form.ts';
import { insufficientScope, invalidToken } from '../refusal/error-codes.ts';
import type { UserStore } from '../storage/storage.ts';
import type { VerifiedAccessToken } from '../token/access-token-verification.ts';
import type { KeyRing } from '../token/key-ring.ts';
import type { Subjects } from '../token/pairwise-subject.ts';
import { SIGNING_ALGORITHMS } from '../token/server-key.ts';
import { claimsAbout, claimsOfScopes, STANDARD_CLAIMS } from '../user/standard-claims.ts';
import type { BearerTokens } from './bearer-token.ts';
import { tokenChallenges } from './dpop.ts';
import type { Endpoint } from './endpoint.ts';
import {
  answerRefusals,
  neverStored,
  type RefusalContext,
  readFormBodies,
  refuseOtherMethods,
} from './oauth-replies.ts';

export type UserinfoOptions = RefusalContext & {
  readonly clock: Clock;
  readonly issuer: string;
  readonly bearerTokens: BearerTokens;
  readonly users: UserStore;
  readonly directory: ClientDirectory;
  readonly giveClaims: GiveClaims;
  readonly keyRing: KeyRing;
  readonly encryptResponse: EncryptResponse;
  readonly subjects: Pick<Subjects, 'of'>;
};

const PATH = '/oauth2/userinfo';
const WITHOUT_CERTIFICATE =
  'scope_claims_in_id_token in the registration of the client has the ID token tell what UserInfo does.';

/** A form is read, for it may hold the token (RFC 6750 §2.2); of any other body, empty or not, nothing is. */
function readTokenBodies(app: FastifyInstance): void {
  readFormBodies(app);
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, undefined));
}

/** UserInfo (OIDC Core §5.3): what a person lets a client know of them, as JSON or as a JWT, signed or encrypted or both. */
export function userinfoEndpoint(options: UserinfoOptions): Endpoint {
  const { issuer, clock, bearerTokens, users, directory, giveClaims, keyRing } = options;
  const { encryptResponse, subjects } = options;

  const claimsFor = async (
    token: VerifiedAccessToken,
    known: KnownClient | undefined,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const { client_id, sub, grant_id } = token;
    const scope = Scope.of(token.scope);
    if (!scope.has('openid')) {
      throw insufficientScope('The scope openid is needed.', 'scope_insufficient', {
        client_id,
        expected: 'openid',
        presented: token.scope,
      });
    }
    const user = await users.find(sub);
    if (!user) {
      throw invalidToken('The access token is not valid.', 'user_unknown', {
        client_id,
        sub,
      });
    }
    const names = [...claimsOfScopes([...scope]), ...(token.userinfo_claims ?? [])];
    const given = await giveClaims({ client_id, sub, grant_id, scope: token.scope, user }, 'userinfo');
    return { ...given, ...claimsAbout(user, names), sub: known ? subjects.of(known.client, sub) : sub };
  };

  return {
    metadata: {
      userinfo_endpoint: `${issuer}${PATH}`,
      userinfo_signing_alg_values_supported: [...SIGNING_ALGORITHMS],
      userinfo_encryption_alg_values_supported: [...KEY_MANAGEMENT_ALGORITHMS],
      userinfo_encryption_enc_values_supported: [...CONTENT_ENCRYPTION_ALGORITHMS],
      claims_supported: ['sub', 'iss', 'auth_time', 'acr', 'amr', 'sid', ...STANDARD_CLAIMS],
      claim_types_supported: ['normal'],
    },
    register(root) {
      root.register(async (app) => {
        readTokenBodies(app);
        answerRefusals(app, 'userinfo.refused', options, tokenChallenges);
        bearerTokens.offerNonces(app);
        refuseOtherMethods(app, PATH, ['GET', 'POST']);
        app.route({
          method: ['GET', 'POST'],
          url: PATH,
          exposeHeadRoute: false,
          async handler(request, reply) {
            const inBody = parseForm(typeof request.body === 'string' ? request.body : '').get(
              'access_token',
            );
            const token = await bearerTokens.read(request, inBody, WITHOUT_CERTIFICATE);
            const known = await directory.find(token.client_id);
            const claims = await claimsFor(token, known);
            const alg = known?.client.metadata.userinfo_signed_response_alg;
            neverStored(reply);
            if (!known || (alg === undefined && !encryptsResponse(known, 'userinfo'))) return claims;
            reply.type('application/jwt');
            // Claims that nobody asked to be signed are encrypted as they are (OIDC Core §5.3.2).
            if (alg === undefined) {
              return encryptResponse(JSON.stringify(claims), known, 'userinfo', 'JSON');
            }
            const sign = await keyRing.signer('JWT', alg);
            const iat = Math.floor(clock() / 1000);
            const signed = sign({ ...claims, iss: issuer, aud: token.client_id, iat });
            return encryptResponse(signed, known, 'userinfo');
          },
        });
      });
    },
  };
}
