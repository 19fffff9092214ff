import { type LifetimeRules, lifetimeOf } from '../client/client-lifetimes.ts';
import type { KnownClient } from '../client-authentication/client-directory.ts';
import type { EncryptResponse } from '../client-authentication/response-encryption.ts';
import { span } from '../telemetry/span.ts';
import { clientAlgorithm } from '../token/client-signer.ts';
import { type IdTokenCompanions, type IdTokenPlan, issueIdToken } from '../token/id-token.ts';
import { jtiOf } from '../token/id-token-origin.ts';
import type { KeyRing } from '../token/key-ring.ts';
import type { Subjects } from '../token/pairwise-subject.ts';

/**
 * Makes an ID token, at whichever endpoint: signed, and encrypted too where the client registered that. The plan names
 * person and session as they are; the client reads what it knows them by.
 * @param companions what it is answered beside
 * @param now milliseconds since the epoch
 */
export type IdTokenIssuance = (
  plan: IdTokenPlan,
  companions: IdTokenCompanions,
  known: KnownClient,
  now: number,
) => Promise<string>;

export type IdTokenIssuanceContext = {
  readonly issuer: string;
  readonly keyRing: KeyRing;
  readonly encryptResponse: EncryptResponse;
  /** 32 bytes, `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
  readonly subjects: Pick<Subjects, 'of' | 'sessionOf'>;
  /** Asked on every request, so that a reload counts at once. */
  readonly lifetimes: () => LifetimeRules<'id_token_lifetime'>;
};

export function createIdTokenIssuance(context: IdTokenIssuanceContext): IdTokenIssuance {
  const { issuer, keyRing, encryptResponse, encryptionKey, subjects, lifetimes } = context;
  return async (plan, companions, known, now) => {
    const { metadata } = known.client;
    const alg = clientAlgorithm(keyRing, metadata, metadata.id_token_signed_response_alg);
    const sign = await keyRing.signer('JWT', alg);
    const lifetime = lifetimeOf('id_token_lifetime', metadata, lifetimes());
    const sub = subjects.of(known.client, plan.sub);
    const { grant_id, session_id } = plan;
    const origin = {
      grant_id,
      ...(session_id !== undefined && { session_id }),
      ...(sub !== plan.sub && { sub: plan.sub }),
    };
    const named = {
      ...plan,
      sub,
      ...(plan.sid !== undefined && { sid: subjects.sessionOf(known.client, plan.sid) }),
      jti: jtiOf(origin, encryptionKey),
    };
    const signed = span('sign ID token', () =>
      issueIdToken(named, issuer, companions, lifetime, alg, sign, now),
    );
    return encryptResponse(signed, known, 'id_token');
  };
}
