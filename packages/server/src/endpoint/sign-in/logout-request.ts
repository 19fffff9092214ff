import type { TokenForm } from '../../grant/token-form.ts';
import { invalidRequest } from '../../refusal/error-codes.ts';
import type { ClientStore } from '../../storage/storage.ts';
import { readIdTokenHint } from '../../token/id-token.ts';
import type { KeyRing } from '../../token/key-ring.ts';

/** A request to sign out (RP-Initiated Logout 1.0 §2), checked. */
export type LogoutRequest = {
  /** Whom it is about and who asks, by an ID token of this server. */
  readonly hint: { readonly sub: string } | undefined;
  readonly client: { readonly client_id: string; readonly client_name: string } | undefined;
  /** Where the browser goes afterwards, `state` included; registered for the client. */
  readonly returnUrl: string | undefined;
  readonly ui_locales: string | undefined;
};

/** The parameters as they are passed on from page to page. */
export const LOGOUT_PARAMETERS = [
  'id_token_hint',
  'client_id',
  'post_logout_redirect_uri',
  'state',
  'ui_locales',
] as const;

const CAUSE = 'sign_out_request_invalid';

/**
 * Reads and checks a request to sign out.
 * @param encryptionKey 32 bytes, `[encryption] key`
 * @throws Refusal when its parts do not fit together; nothing may then be redirected (§3)
 */
export async function readLogoutRequest(
  parameters: TokenForm,
  issuer: string,
  clients: Pick<ClientStore, 'find'>,
  keyRing: KeyRing,
  encryptionKey: Uint8Array,
): Promise<LogoutRequest> {
  const token = parameters.get('id_token_hint');
  const hint = token === undefined ? undefined : await readIdTokenHint(token, issuer, keyRing, encryptionKey);
  if (token !== undefined && !hint) {
    throw invalidRequest('The id_token_hint is not an ID token of this server.', CAUSE, {
      expected: `a JWT signed by ${issuer}`,
    });
  }
  const named = parameters.get('client_id');
  if (hint && named !== undefined && !hint.aud.includes(named)) {
    throw invalidRequest('The client_id is not that of the id_token_hint.', CAUSE, {
      expected: hint.aud,
      presented: named,
    });
  }
  const client_id = named ?? hint?.aud[0];
  const client = client_id === undefined ? undefined : await clients.find(client_id);
  const uri = parameters.get('post_logout_redirect_uri');
  const registered = client?.enabled ? client.metadata.post_logout_redirect_uris : [];
  if (uri !== undefined && !registered.includes(uri)) {
    throw invalidRequest('The post_logout_redirect_uri is not registered for the application.', CAUSE, {
      ...(client_id !== undefined && { client_id }),
      expected: registered,
      presented: uri.slice(0, 500),
    });
  }
  return {
    hint: hint && { sub: hint.sub },
    client: client && { client_id: client.client_id, client_name: client.metadata.client_name },
    returnUrl: uri === undefined ? undefined : withState(uri, parameters.get('state')),
    ui_locales: parameters.get('ui_locales'),
  };
}

/** The registered URI as it stands, and the state behind it. */
function withState(uri: string, state: string | undefined): string {
  if (state === undefined) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`;
}
