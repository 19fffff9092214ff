import { clientSecretMatches } from '../client/client-secret.ts';
import { clauseOf } from '../client/profile.ts';
import type { TokenEndpointAuthMethod } from '../client/token-endpoint-auth-method.ts';
import { invalidClient, invalidRequest } from '../refusal/error-codes.ts';
import { UnreadableRecord } from '../storage/storage-errors.ts';
import { span } from '../telemetry/span.ts';
import type { AuthenticatedClient, ClientAuthenticator } from './client-authenticator.ts';
import type { ClientDirectory, KnownClient } from './client-directory.ts';
import type { Presentation } from './presentation.ts';

/** Authenticates the client of a request. @throws Refusal */
export type AuthenticateClient = (presentation: Presentation) => Promise<AuthenticatedClient>;

/** Methods whose clients send no credentials in the request: HTTP Basic still makes them send a password, an empty one. */
const WITHOUT_CREDENTIALS: readonly TokenEndpointAuthMethod[] = [
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
];

/** The two places of a client secret (RFC 6749 §2.3.1). */
const SECRET_PLACES: readonly TokenEndpointAuthMethod[] = ['client_secret_basic', 'client_secret_post'];

/** The explicit method whose credentials the request carries; a certificate alone names none. */
function explicitMethod(
  { basic, client_secret, client_assertion }: Presentation,
  registered: TokenEndpointAuthMethod,
): TokenEndpointAuthMethod | undefined {
  const namesAlone = basic?.client_secret === '' && WITHOUT_CREDENTIALS.includes(registered);
  if (basic && !namesAlone) return 'client_secret_basic';
  if (client_secret !== undefined) return 'client_secret_post';
  if (client_assertion !== undefined) return 'private_key_jwt';
  return undefined;
}

/** Refuses the secret of a client that is to sign with it and never to send it (OIDC Core §9). @throws Refusal */
function refuseSecretInClear(
  { basic, client_secret }: Presentation,
  { client }: KnownClient,
  presented: TokenEndpointAuthMethod,
): void {
  const secret = basic?.client_secret ?? basic?.plain_secret ?? client_secret;
  if (secret === undefined || secret === '') return;
  const { client_id, client_secret_sha256: registered, client_secret_argon2id } = client;
  throw invalidClient('client_secret_in_clear', {
    client_id,
    expected: 'a client_assertion that the client secret signs',
    presented,
    // A slow hash is not computed for whoever asks.
    ...(client_secret_argon2id === undefined && {
      its_own: registered !== undefined && clientSecretMatches(secret, registered),
    }),
  });
}

/** Of a client that cannot be read nothing is known that could let it in. */
async function findClient(directory: ClientDirectory, client_id: string): Promise<KnownClient | undefined> {
  try {
    return await directory.find(client_id);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    const { record, why } = error;
    throw invalidClient('record_unreadable', { client_id, record, why });
  }
}

function checkEnabled({ client }: KnownClient): void {
  if (!client.enabled) throw invalidClient('client_disabled', { client_id: client.client_id });
}

/**
 * Only the registered method counts, and credentials of another one beside it are refused (RFC 6749 §2.3).
 * A certificate beside a secret or an assertion is no second method: it binds the token (RFC 8705 §3). A client secret
 * may stand in either of its places, unless the client has a security profile.
 */
function checkMethod(presentation: Presentation, known: KnownClient): void {
  const { metadata } = known.client;
  const registered = metadata.token_endpoint_auth_method;
  const sent = explicitMethod(presentation, registered);
  if (sent === undefined || sent === registered) return;
  if (sent === 'private_key_jwt' && registered === 'client_secret_jwt') return;
  if (metadata.profile === undefined && [sent, registered].every((method) => SECRET_PLACES.includes(method)))
    return;
  if (registered === 'client_secret_jwt') refuseSecretInClear(presentation, known, sent);
  if (presentation.certificate && registered.endsWith('tls_client_auth')) {
    throw invalidRequest(
      'The client must not use more than one authentication method in a request.',
      'several_methods',
      { expected: registered, presented: [registered, sent] },
    );
  }
  throw invalidClient('other_method_registered', { expected: registered, presented: sent });
}

/**
 * Puts authenticators in an order and asks them one after the other. A plug-in may vouch for a client before the
 * method authenticators are reached; otherwise the authenticator of the client's registered method decides.
 */
export function createAuthenticatorChain(
  authenticators: readonly ClientAuthenticator[],
  directory: ClientDirectory,
): AuthenticateClient {
  const vouchedFor = async (presentation: Presentation, name: string, client_id: string) => {
    const known = await findClient(directory, client_id);
    if (!known) throw invalidClient('client_unknown', { presented: client_id, authenticator: name });
    checkEnabled(known);
    const clause = clauseOf(known.client.metadata, 'client_authentication');
    if (clause !== undefined)
      throw invalidClient('profile_rule_broken', { client_id, clause, authenticator: name });
    return { known, method: name, certificate: presentation.certificate };
  };

  const authenticate: AuthenticateClient = async (presentation) => {
    const known =
      presentation.client_id === undefined ? undefined : await findClient(directory, presentation.client_id);
    for (const authenticator of authenticators) {
      if (authenticator.kind === 'plug-in') {
        const client_id = await authenticator.identify(presentation);
        if (client_id !== undefined) return vouchedFor(presentation, authenticator.name, client_id);
      } else if (known && authenticator.methods.includes(known.client.metadata.token_endpoint_auth_method)) {
        checkEnabled(known);
        checkMethod(presentation, known);
        await authenticator.authenticate(presentation, known);
        return {
          known,
          method: known.client.metadata.token_endpoint_auth_method,
          certificate: presentation.certificate,
        };
      }
    }
    if (presentation.client_id === undefined) {
      throw invalidClient('client_not_named', { expected: 'client_id or client credentials' });
    }
    if (!known) throw invalidClient('client_unknown', { presented: presentation.client_id });
    throw invalidClient('method_not_enabled', { expected: known.client.metadata.token_endpoint_auth_method });
  };
  return (presentation) =>
    span('authenticate client', (note) => {
      const authenticating = authenticate(presentation);
      if (note === undefined) return authenticating;
      return authenticating.then((authenticated) => {
        note({
          'countersign.client_id': authenticated.known.client.client_id,
          'countersign.client_authentication_method': authenticated.method,
        });
        return authenticated;
      });
    });
}
