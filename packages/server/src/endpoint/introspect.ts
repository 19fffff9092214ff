import type { GiveClaims } from '../claim/claim-giving.ts';
import { isProtocolClaim } from '../claim/reserved-claims.ts';
import type { Client } from '../client/client.ts';
import { CONTENT_ENCRYPTION_ALGORITHMS, KEY_MANAGEMENT_ALGORITHMS } from '../client/client-encryption.ts';
import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import type { ClientDirectory } from '../client-authentication/client-directory.ts';
import type { EncryptResponse } from '../client-authentication/response-encryption.ts';
import type { Clock } from '../clock.ts';
import type { TellSubjects } from '../grant/told-subjects.ts';
import { Refusal } from '../refusal/refusal.ts';
import type { DynamicRegistrationStore, GrantStore, RefreshTokenStore } from '../storage/storage.ts';
import { clientSigner } from '../token/client-signer.ts';
import type { KeyRing } from '../token/key-ring.ts';
import { hashOpaqueToken, isOpaqueToken } from '../token/opaque-token.ts';
import type { Subjects } from '../token/pairwise-subject.ts';
import { SIGNING_ALGORITHMS } from '../token/server-key.ts';
import { clientAuthenticationMetadata } from './client-authentication-metadata.ts';
import { type ClientForms, checkConfidential } from './client-form.ts';
import type { Endpoint } from './endpoint.ts';
import type { IssuedAccessTokens } from './issued-access-token.ts';
import { prefersMediaType } from './media-range.ts';
import {
  answerRefusals,
  neverStored,
  type RefusalContext,
  readFormBodies,
  refuseOtherMethods,
} from './oauth-replies.ts';

export type IntrospectOptions = RefusalContext & {
  readonly issuer: string;
  readonly clientForms: ClientForms;
  readonly accessTokens: IssuedAccessTokens;
  readonly refreshTokens: RefreshTokenStore;
  readonly grants: GrantStore;
  readonly clock: Clock;
  readonly giveClaims: GiveClaims;
  readonly keyRing: KeyRing;
  readonly encryptResponse: EncryptResponse;
  readonly tokenEndpointAuthMethods: readonly string[];
  readonly directory: Pick<ClientDirectory, 'find'>;
  readonly dynamicRegistrations: Pick<DynamicRegistrationStore, 'find'>;
  readonly subjects: Pick<Subjects, 'of'>;
  readonly tellSubjects: TellSubjects;
};

const PATH = '/oauth2/introspect';
const JWT = 'application/token-introspection+jwt';

/** What introspection says of a token (RFC 7662 §2.2). */
type Introspection = { readonly active: boolean; readonly [claim: string]: unknown };

/** The same for every token that is not in force or not for the caller to see (RFC 7662 §2.2). */
const INACTIVE: Introspection = { active: false };

/** Claims for this server's own use. */
const INTERNAL = new Set(['client_generation', 'grant_id', 'sid', 'userinfo_claims']);

/** What operators have a token say is as it was when it was issued; introspection says what is so now, by their rules. */
const isShown = (claim: string): boolean => isProtocolClaim(claim) && !INTERNAL.has(claim);

/**
 * Token introspection (RFC 7662) for resource servers, which register as clients and authenticate. A token whose
 * audience is this server is meant for every API of the deployment and shown to all of them; one with an audience of
 * its own only to that audience; a client may look at its own tokens. `cnf` says which certificate and which
 * key's proof must come with the token (RFC 8705 §3.2, RFC 9449 §6.2). Persons are named as the caller knows them.
 */
export function introspectEndpoint(options: IntrospectOptions): Endpoint {
  const { issuer, clock, clientForms, accessTokens, refreshTokens, grants, keyRing } = options;
  const { encryptResponse, directory, giveClaims, dynamicRegistrations, subjects, tellSubjects } = options;

  /**
   * In whose names the caller is told of persons: in its own. One that registered itself learns no more than the client
   * of the token knows: whoever has clients of pairwise subjects could register another to look behind them.
   */
  const listenerFor = async (client_id: string, caller: Client): Promise<Client> => {
    if (client_id === caller.client_id || caller.metadata.subject_type === 'pairwise') return caller;
    const known = await directory.find(client_id);
    if (known?.client.metadata.subject_type !== 'pairwise') return caller;
    return (await dynamicRegistrations.find(caller.client_id)) ? known.client : caller;
  };

  const accessToken = async (token: string, client: Client): Promise<Introspection> => {
    const caller = client.client_id;
    let claims: Awaited<ReturnType<IssuedAccessTokens['find']>>;
    try {
      claims = await accessTokens.find(token);
    } catch (error) {
      if (error instanceof Refusal && error.error === 'invalid_token') return INACTIVE;
      throw error;
    }
    const mayKnow = claims.client_id === caller || claims.aud.includes(issuer) || claims.aud.includes(caller);
    if (!mayKnow) return INACTIVE;
    const [audience] = claims.aud;
    const shown = Object.entries(claims).filter(([claim]) => isShown(claim));
    const { client_id, sub, grant_id, scope } = claims;
    return {
      ...(await giveClaims({ client_id, sub, grant_id, scope }, 'introspection')),
      active: true,
      token_type: claims.cnf?.jkt === undefined ? 'Bearer' : 'DPoP',
      ...Object.fromEntries(shown),
      ...(await tellSubjects(await listenerFor(claims.client_id, client), claims)),
      aud: claims.aud.length === 1 ? audience : claims.aud,
    };
  };

  const refreshToken = async (token: string, client: Client): Promise<Introspection> => {
    const caller = client.client_id;
    const found = await refreshTokens.find(hashOpaqueToken(token));
    const now = clock();
    if (!found || found.client_id !== caller || found.used_at !== undefined || found.expires_at <= now) {
      return INACTIVE;
    }
    const grant = await grants.find(found.grant_id);
    if (!grant || grant.revoked_at !== undefined || grant.expires_at <= now) return INACTIVE;
    return {
      active: true,
      iss: issuer,
      client_id: found.client_id,
      sub: subjects.of(client, found.sub),
      scope: found.scope,
      iat: Math.floor(found.issued_at / 1000),
      exp: Math.floor(Math.min(found.expires_at, grant.expires_at) / 1000),
      ...(found.cnf && { cnf: found.cnf }),
    };
  };

  const introspect = async (token: string, caller: Client): Promise<Introspection> => {
    const found = await accessToken(token, caller);
    return found.active || !isOpaqueToken(token) ? found : refreshToken(token, caller);
  };

  /** The answer as a JWT for this resource server alone (RFC 9701 §5). */
  const asJwt = async (token_introspection: Introspection, { known }: AuthenticatedClient) => {
    const { client } = known;
    const { metadata } = client;
    const typ = 'token-introspection+jwt';
    const sign = await clientSigner(keyRing, typ, metadata, metadata.introspection_signed_response_alg);
    const iat = Math.floor(clock() / 1000);
    const signed = sign({ iss: issuer, aud: client.client_id, iat, token_introspection });
    return encryptResponse(signed, known, 'introspection');
  };

  return {
    metadata: {
      introspection_endpoint: `${issuer}${PATH}`,
      ...clientAuthenticationMetadata(
        'introspection_endpoint',
        options.tokenEndpointAuthMethods.filter((method) => method !== 'none'),
      ),
      introspection_signing_alg_values_supported: [...SIGNING_ALGORITHMS],
      introspection_encryption_alg_values_supported: [...KEY_MANAGEMENT_ALGORITHMS],
      introspection_encryption_enc_values_supported: [...CONTENT_ENCRYPTION_ALGORITHMS],
    },
    register(root) {
      root.register(async (app) => {
        readFormBodies(app);
        answerRefusals(app, 'introspection.refused', options);
        refuseOtherMethods(app, PATH, ['POST']);
        app.post<{ Body: string | undefined }>(PATH, async (request, reply) => {
          const { form, client } = await clientForms.read(request, `${issuer}${PATH}`);
          checkConfidential(client);
          const answer = await introspect(form.require('token'), client.known.client);
          neverStored(reply);
          if (!prefersMediaType(request.headers.accept, JWT, 'application/json')) return answer;
          reply.type(JWT);
          return asJwt(answer, client);
        });
      });
    },
  };
}
