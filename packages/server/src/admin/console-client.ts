import type { Client } from '../client/client.ts';
import type { ClientMetadata } from '../client/client-metadata.ts';
import { InvalidClientMetadata } from '../client/client-registration.ts';
import type { Actor } from '../registration/actor.ts';
import type { ClientRegistrar } from '../registration/client-registrar.ts';
import type { ClientStore } from '../storage/storage.ts';
import { UnreadableRecord } from '../storage/storage-errors.ts';
import { ADMINISTRATOR_SCOPES } from '../user/administrator-scopes.ts';

/** The client_id of the console: a public client of this very server. */
export const CONSOLE_CLIENT_ID = 'countersign-console';
export const CONSOLE_PATH = '/console';

const BY: Actor = { name: '[console]', through: 'configuration' };

/** What the console is registered with; everything else is left to the defaults of registration. */
function consoleMetadata(issuer: string) {
  return {
    client_name: 'Countersign console',
    token_endpoint_auth_method: 'none',
    application_type: 'web',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: [`${issuer}${CONSOLE_PATH}/callback`],
    post_logout_redirect_uris: [`${issuer}${CONSOLE_PATH}/signed-out`],
    scope: `openid ${ADMINISTRATOR_SCOPES.join(' ')}`,
    tls_client_certificate_bound_access_tokens: false,
    skip_consent: true,
  } satisfies Partial<ClientMetadata>;
}

/**
 * Registers the console's client, or sets it right after the issuer or the product has changed. Several processes
 * may do so at once.
 */
export async function ensureConsoleClient(
  clients: ClientStore,
  registrar: ClientRegistrar,
  issuer: string,
): Promise<void> {
  const wanted = consoleMetadata(issuer);
  let known: Client | undefined;
  try {
    known = await clients.find(CONSOLE_CLIENT_ID);
  } catch (error) {
    // It is there, and a later version looks after it.
    if (error instanceof UnreadableRecord) return;
    throw error;
  }
  if (!known) {
    try {
      await registrar.register({ client_id: CONSOLE_CLIENT_ID, ...wanted }, BY);
    } catch (error) {
      // Another process starting at the same time made it.
      if (!(error instanceof InvalidClientMetadata) || error.field !== 'client_id') throw error;
    }
    return;
  }
  const registered: Readonly<Record<string, unknown>> = known.metadata;
  const differs = Object.entries(wanted).some(
    ([field, value]) => JSON.stringify(registered[field]) !== JSON.stringify(value),
  );
  if (differs || !known.enabled) {
    await registrar.change(CONSOLE_CLIENT_ID, { metadata: wanted, enabled: true }, BY);
  }
}
