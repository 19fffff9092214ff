import type { Client } from '../client/client.ts';
import type { DynamicRegistration } from '../client/dynamic-registration.ts';
import { accessDenied, invalidToken } from '../refusal/error-codes.ts';
import { UnitRefused } from '../storage/commit-change.ts';
import type { ClientStore, DynamicRegistrationStore, Storage } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken, isOpaqueTokenOf } from '../token/opaque-token.ts';
import type { Step } from '../unit-of-work.ts';

/** What whoever comes with the wrong bearer token is told. */
export const TOKEN_REFUSED = 'The access token does not allow this.';

/** The registration access tokens, by which clients reach their own registration (RFC 7592 §1.2, §3). */
export class RegistrationAccess {
  readonly #clients: Pick<ClientStore, 'find'>;
  readonly #registrations: DynamicRegistrationStore;
  readonly #commit: Storage['commit'];

  constructor(storage: Pick<Storage, 'clients' | 'dynamicRegistrations' | 'commit'>) {
    this.#clients = storage.clients;
    this.#registrations = storage.dynamicRegistrations;
    this.#commit = (steps) => storage.commit(steps);
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
   * What writes the registration under a new token if it is due. Of callers with the same token one succeeds.
   * @returns the token that counts from then on, and the step of the unit that makes it so
   */
  rewriting(
    before: DynamicRegistration,
    changes: Pick<DynamicRegistration, 'software_statement'>,
    presented: string,
    rotates: boolean,
  ): { readonly token: string; readonly step: Step } {
    const token = rotates ? generateOpaqueToken() : presented;
    const after = { ...before, ...changes, registration_access_token_sha256: hashOpaqueToken(token) };
    return { token, step: this.#registrations.steps.replace(after, before.registration_access_token_sha256) };
  }

  /**
   * A change that has the step in its unit.
   * @throws Refusal `invalid_token` when another caller with the same token was faster
   */
  async orRefused<T>(step: Step, change: Promise<T>): Promise<T> {
    try {
      return await change;
    } catch (error) {
      if (!(error instanceof UnitRefused && error.condition === step.condition)) throw error;
      throw invalidToken(TOKEN_REFUSED, 'registration_access_token_wrong');
    }
  }

  /**
   * Writes the registration under a new token.
   * @returns the token that counts from then on
   * @throws Refusal `invalid_token`
   */
  async renew(before: DynamicRegistration, presented: string): Promise<string> {
    const { token, step } = this.rewriting(before, {}, presented, true);
    const { outcome } = await this.#commit([step]);
    if (outcome === 'committed') return token;
    throw invalidToken(TOKEN_REFUSED, 'registration_access_token_wrong', { client_id: before.client_id });
  }
}
