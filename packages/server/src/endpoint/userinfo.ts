import type { FastifyInstance } from 'fastify';
import { Scope } from '../client/scope.ts';
import type { ClientDirectory } from '../client-authentication/client-directory.ts';
import type { Clock } from '../clock.ts';
import { parseForm } from '../grant/token-form.ts';
import { insufficientScope, invalidToken } from '../refusal/error-codes.ts';
import type { UserStore } from '../storage/storage.ts';
import type { VerifiedAccessToken } from '../token/access-token-verification.ts';
import type { KeyRing } from '../token/key-ring.ts';
import { SIGNING_ALGORITHMS } from '../token/signing-key.ts';
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
  readonly keyRing: KeyRing;
};

const PATH = '/oauth2/userinfo';
const WITHOUT_CERTIFICATE =
  'scope_claims_in_id_token in the registration of the client has the ID token tell what UserInfo does.';

/** A form is read, for it may hold the token (RFC 6750 §2.2); of any other body, empty or not, nothing is. */
function readTokenBodies(app: FastifyInstance): void {
  readFormBodies(app);
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, undefined));
}

/** UserInfo (OIDC Core §5.3): what a person lets a client know of them, as JSON or as a signed JWT. */
export function userinfoEndpoint(options: UserinfoOptions): Endpoint {
  const { issuer, clock, bearerTokens, users, directory, keyRing } = options;

  const claimsFor = async (token: VerifiedAccessToken): Promise<Readonly<Record<string, unknown>>> => {
    const { client_id, sub } = token;
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
    return { ...claimsAbout(user, names), sub };
  };

  return {
    metadata: {
      userinfo_endpoint: `${issuer}${PATH}`,
      userinfo_signing_alg_values_supported: [...SIGNING_ALGORITHMS],
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
            const claims = await claimsFor(token);
            const client = (await directory.find(token.client_id))?.client;
            const alg = client?.metadata.userinfo_signed_response_alg;
            neverStored(reply);
            if (alg === undefined) return reply.send(claims);
            const sign = await keyRing.signer('JWT', alg);
            return reply
              .type('application/jwt')
              .send(sign({ ...claims, iss: issuer, aud: token.client_id, iat: Math.floor(clock() / 1000) }));
          },
        });
      });
    },
  };
}
