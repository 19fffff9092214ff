import { timeText } from '@countersign/x509';
import type { Clock } from '../clock.ts';
import type { EventObject } from '../event/event.ts';
import { unauthorizedClient } from '../refusal/error-codes.ts';
import { Refusal } from '../refusal/refusal.ts';
import { commitChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import { verifyAccessToken } from '../token/access-token-verification.ts';
import type { KeyRing } from '../token/key-ring.ts';
import { hashOpaqueToken, isOpaqueToken } from '../token/opaque-token.ts';
import type { Step } from '../unit-of-work.ts';
import { clientAuthenticationMetadata } from './client-authentication-metadata.ts';
import type { ClientForms } from './client-form.ts';
import type { Endpoint } from './endpoint.ts';
import {
  answerRefusals,
  neverStored,
  type RefusalContext,
  readFormBodies,
  refuseOtherMethods,
} from './oauth-replies.ts';

export type RevokeOptions = RefusalContext & {
  readonly issuer: string;
  readonly clientForms: ClientForms;
  readonly clock: Clock;
  readonly storage: Pick<
    Storage,
    'refreshTokens' | 'grants' | 'referenceTokens' | 'revokedTokens' | 'commit'
  >;
  readonly keyRing: KeyRing;
  readonly tokenEndpointAuthMethods: readonly string[];
};

const PATH = '/oauth2/revoke';

/** A token that was found, whose it is, and how to end it. */
type Found = {
  readonly kind: 'access_token' | 'refresh_token';
  readonly client_id: string;
  readonly object: EventObject;
  readonly detail: Readonly<Record<string, unknown>>;
  revoke(now: number): Step;
};

/**
 * Token revocation (RFC 7009): a client ends a token of its own. A refresh token takes its grant with it, and so
 * every access token that came of it (§2.1). A token that is unknown or over is as good as revoked.
 */
export function revokeEndpoint(options: RevokeOptions): Endpoint {
  const { issuer, clock, clientForms, storage, keyRing, events } = options;

  const findOpaque = async (token: string): Promise<Found | undefined> => {
    const token_sha256 = hashOpaqueToken(token);
    const refresh = await storage.refreshTokens.find(token_sha256);
    if (refresh) {
      const { client_id, grant_id, sub } = refresh;
      return {
        kind: 'refresh_token',
        client_id,
        object: { kind: 'grant', id: grant_id },
        detail: { grant_id, sub },
        revoke: (now) => storage.grants.steps.revoke(grant_id, now),
      };
    }
    const access = await storage.referenceTokens.find(token_sha256);
    if (!access) return undefined;
    const { client_id, jti, sub } = access;
    return {
      kind: 'access_token',
      client_id,
      object: { kind: 'token', id: jti },
      detail: { jti, sub },
      revoke: (now) => storage.referenceTokens.steps.revoke(token_sha256, now),
    };
  };

  const findJwt = async (token: string): Promise<Found | undefined> => {
    try {
      const verified = await verifyAccessToken(token, issuer, keyRing, clock());
      const { client_id, jti, grant_id, exp } = verified;
      const grant = grant_id === undefined ? undefined : await storage.grants.find(grant_id);
      // What the token says may be what its client calls the person.
      const sub = grant?.sub ?? verified.sub;
      return {
        kind: 'access_token',
        client_id,
        object: { kind: 'token', id: jti },
        detail: { jti, sub, expires_at: timeText(exp * 1000) },
        revoke: () => storage.revokedTokens.steps.revoke(jti, exp * 1000),
      };
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  };

  return {
    metadata: {
      revocation_endpoint: `${issuer}${PATH}`,
      ...clientAuthenticationMetadata('revocation_endpoint', options.tokenEndpointAuthMethods),
    },
    register(root) {
      root.register(async (app) => {
        readFormBodies(app);
        answerRefusals(app, 'revocation.refused', options);
        refuseOtherMethods(app, PATH, ['POST']);
        app.post<{ Body: string | undefined }>(PATH, async (request, reply) => {
          const { form, client } = await clientForms.read(request, `${issuer}${PATH}`);
          const token = form.require('token');
          const found = await (isOpaqueToken(token) ? findOpaque(token) : findJwt(token));
          const { client_id } = client.known.client;
          if (found && found.client_id !== client_id) {
            throw unauthorizedClient('The token was not issued to this client.', 'token_of_another_client', {
              client_id,
              expected: found.client_id,
              presented: client_id,
            });
          }
          if (found) {
            await commitChange({ storage, events }, [found.revoke(clock())], {
              type: 'token.revoked',
              outcome: 'success',
              actor: {
                name: client_id,
                through: 'client-request',
                remote_address: request.origin.remote_address,
              },
              object: found.object,
              client_id,
              remote_address: request.origin.remote_address,
              detail: { ...found.detail, token_type: found.kind },
            });
          }
          neverStored(reply);
          return {};
        });
      });
    },
  };
}
