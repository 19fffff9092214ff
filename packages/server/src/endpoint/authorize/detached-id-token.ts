import type { KnownClient } from '../../client-authentication/client-directory.ts';
import type { EncryptResponse } from '../../client-authentication/response-encryption.ts';
import { sidFor } from '../../grant/authorized-person.ts';
import { clientAlgorithm } from '../../token/client-signer.ts';
import { issueIdToken } from '../../token/id-token.ts';
import { jtiOf } from '../../token/id-token-origin.ts';
import type { KeyRing } from '../../token/key-ring.ts';
import type { TokenLifetimes } from '../../token/token-plan.ts';
import type { SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { AuthorizationRequest } from './authorization-request.ts';

export type DetachedIdTokenContext = {
  readonly issuer: string;
  readonly keyRing: KeyRing;
  readonly encryptResponse: EncryptResponse;
  /** 32 bytes, `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
  /** `[oauth]` of now. */
  readonly rules: () => Pick<TokenLifetimes, 'id_token_lifetime'>;
};

/** What the ID token comes with. */
export type Beside = {
  readonly code: string;
  readonly grant_id: string;
  readonly request: AuthorizationRequest;
  readonly signedIn: SignedIn;
};

/**
 * Makes the ID token of the hybrid flow, which signs the answer it is a part of: `c_hash` holds the code to it, `s_hash`
 * the state (OIDC Core §3.3.2.11, FAPI 1.0 Advanced §5.2.2.1). It passes through a browser, so that of the person it says
 * `sub` alone (OIDC Core §3.3.3.6).
 */
export type IssueDetachedIdToken = (known: KnownClient, beside: Beside, now: number) => Promise<string>;

export function detachedIdTokens(context: DetachedIdTokenContext): IssueDetachedIdToken {
  const { issuer, keyRing, encryptResponse, encryptionKey, rules } = context;
  return async (known, { code, grant_id, request, signedIn }, now) => {
    const { metadata, client_id } = known.client;
    const { session } = signedIn;
    const alg = clientAlgorithm(keyRing, metadata, metadata.id_token_signed_response_alg);
    const origin = { grant_id, session_id: session.session_id };
    const plan = {
      client_id,
      sub: session.sub,
      grant_id,
      auth_time: session.auth_time,
      ...(request.nonce !== undefined && { nonce: request.nonce }),
      ...(session.acr !== undefined && { acr: session.acr }),
      ...(session.amr.length > 0 && { amr: session.amr }),
      ...sidFor(metadata, session.session_id),
      claims: {},
      jti: jtiOf(origin, encryptionKey),
    };
    const companions = { code, ...(request.state !== undefined && { state: request.state }) };
    const sign = await keyRing.signer('JWT', alg);
    const { id_token_lifetime } = rules();
    const signed = issueIdToken(plan, issuer, companions, id_token_lifetime, alg, sign, now);
    return encryptResponse(signed, known, 'id_token');
  };
}
