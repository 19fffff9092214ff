import type { KnownClient } from '../../client-authentication/client-directory.ts';
import { sidFor } from '../../grant/authorized-person.ts';
import type { IdTokenIssuance } from '../../grant/id-token-issuance.ts';
import type { SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { AuthorizationRequest } from './authorization-request.ts';

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

export function detachedIdTokens(issueIdToken: IdTokenIssuance): IssueDetachedIdToken {
  return async (known, { code, grant_id, request, signedIn }, now) => {
    const { metadata, client_id } = known.client;
    const { session } = signedIn;
    const plan = {
      client_id,
      sub: session.sub,
      grant_id,
      session_id: session.session_id,
      auth_time: session.auth_time,
      ...(request.nonce !== undefined && { nonce: request.nonce }),
      ...(session.acr !== undefined && { acr: session.acr }),
      ...(session.amr.length > 0 && { amr: session.amr }),
      ...sidFor(metadata, session.session_id),
      claims: {},
    };
    const companions = { code, ...(request.state !== undefined && { state: request.state }) };
    return issueIdToken(plan, companions, known, now);
  };
}
