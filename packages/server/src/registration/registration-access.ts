import type { Client } from '../client/client.ts';
import type { DynamicRegistration } from '../client/dynamic-registration.ts';
import { accessDenied, invalidToken } from '../refusal/error-codes.ts';
import type { ClientStore, DynamicRegistrationStore } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken, isOpaqueTokenOf } from '../token/opaque-token.ts';

/** What whoever comes with the wrong bearer token is told. */
export const TOKEN_REFUSED = 'The access token does not allow this.';

/** The registration access tokens, by which clients reach their own registration (RFC 7592 §1.2, §3). */
export class RegistrationAccess {
  readonly #clients: Pick<ClientStore, 'find'>;
  readonly #registrations: DynamicRegistrationStore;

  constructor(clients: Pick<ClientStore, 'find'>, registrations: DynamicRegistrationStore) {
    this.#clients = clients;
    this.#registrations = registrations;
  }

  /** The registration a token belongs to, and its client. @throws Refusal `invalid_token`, 403 `access_denied` */
  async authenticate(
    client_id: string,
    presented: string,
  ): Promise<{ readonly registration: DynamicRegistration; readonly client: Client }> {
    const registration = await this.#registrations.find(client_id);
    if (!registration || !isOpaqueTokenOf(presented, registration.registration_access_token_sha256)) {
      throw invalidToken(TOKEN_REFUSED, 'registration_access_token_wrong', {
        client_id: client_id.slice(0, 200),
      });
    }
    const client = await this.#clients.find(client_id);
    if (!client) throw invalidToken(TOKEN_REFUSED, 'registration_access_token_wrong', { client_id });
    if (!client.enabled) {
      throw accessDenied('The client is disabled.', 'client_disabled', { client_id }, 403);
    }
    return { registration, client };
  }

  /**
   * Writes the registration under a new token if it is due. Of callers with the same token one succeeds.
   * @returns the token that counts from then on
   * @throws Refusal `invalid_token`
   */
  async rewrite(
    before: DynamicRegistration,
    changes: Pick<DynamicRegistration, 'software_statement'>,
    presented: string,
    rotates: boolean,
  ): Promise<string> {
    const token = rotates ? generateOpaqueToken() : presented;
    const after = { ...before, ...changes, registration_access_token_sha256: hashOpaqueToken(token) };
    if (await this.#registrations.replace(after, before.registration_access_token_sha256)) return token;
    throw invalidToken(TOKEN_REFUSED, 'registration_access_token_wrong', { client_id: before.client_id });
  }
}
