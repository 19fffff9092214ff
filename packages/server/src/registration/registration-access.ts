import { z } from 'zod';
import type { Client } from '../client/client.ts';
import type { DynamicRegistration } from '../client/dynamic-registration.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { accessDenied, invalidToken } from '../refusal/error-codes.ts';
import { UnitRefused } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken, isOpaqueTokenOf } from '../token/opaque-token.ts';
import { MOST_REPEATS, SAME_MOMENT, type SuccessorOf } from '../token/succession.ts';
import type { Step } from '../unit-of-work.ts';
import { changeAgain } from './unit-of-change.ts';

/** What whoever comes with the wrong bearer token is told. */
export const TOKEN_REFUSED = 'The access token does not allow this.';

const KIND = 'replaced-registration-access-token';
const Replaced = z.object({
  client_id: z.string(),
  repeats: z.int(),
  /** Milliseconds since the epoch. */
  repeated_at: z.int().optional(),
});

/** Who comes with a registration access token, and from where. */
export type RegistrationHolder = {
  readonly client_id: string;
  /** The token, as presented. */
  readonly presented: string;
  readonly remote_address: string;
};

/** The registration that a token opens, as it is at this moment. */
export type OpenRegistration = {
  readonly registration: DynamicRegistration;
  readonly client: Client;
  /**
   * Writes the registration.
   * @param rotates whether the token is due to be replaced; one that was replaced already is not again
   * @returns the token that is answered, and the steps of the unit that make it count
   */
  rewriting(
    changes: Pick<DynamicRegistration, 'software_statement' | 'scope_asked'>,
    rotates: boolean,
  ): { readonly token: string; readonly steps: readonly Step[] };
  /** What a unit begins with that removes the registration. */
  ending(): readonly Step[];
};

export type RegistrationAccessContext = {
  readonly storage: Pick<Storage, 'clients' | 'dynamicRegistrations' | 'ephemerals' | 'commit'>;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly successorOf: SuccessorOf;
  /** Milliseconds for which a token that was replaced yields its successor once more. */
  readonly reuseWindow: () => number;
  readonly clock: Clock;
};

/**
 * The registration access tokens, by which clients reach their own registration (RFC 7592 §1.2, §3). One that was
 * replaced opens it once more for a short time and is answered the same successor: the answer may have been lost. That
 * time ends early when the successor's own successor is used, for then the answer had arrived.
 */
export class RegistrationAccess {
  readonly #context: RegistrationAccessContext;

  constructor(context: RegistrationAccessContext) {
    this.#context = context;
  }

  /**
   * Opens a registration and works on it: again where another request with the token was faster.
   * @throws Refusal `invalid_token`, 403 `access_denied`
   */
  async open<T>(holder: RegistrationHolder, work: (opened: OpenRegistration) => Promise<T>): Promise<T> {
    return changeAgain(async () => work(await this.#authenticate(holder)));
  }

  /** Writes the registration alone. @returns the token that is answered */
  async renew({ rewriting }: OpenRegistration): Promise<string> {
    const { token, steps } = rewriting({}, true);
    const result = await this.#context.storage.commit(steps);
    if (result.outcome === 'refused') throw new UnitRefused(result.condition);
    return token;
  }

  async #authenticate(holder: RegistrationHolder): Promise<OpenRegistration> {
    const { client_id, presented } = holder;
    const { clients, dynamicRegistrations } = this.#context.storage;
    const registration = await dynamicRegistrations.find(client_id);
    const isPresent =
      registration && isOpaqueTokenOf(presented, registration.registration_access_token_sha256);
    if (!registration || !(isPresent || (await this.#isRepeat(holder, registration)))) {
      throw invalidToken(TOKEN_REFUSED, 'registration_access_token_wrong', {
        client_id: client_id.slice(0, 200),
      });
    }
    const client = await clients.find(client_id);
    if (!client) throw invalidToken(TOKEN_REFUSED, 'registration_access_token_wrong', { client_id });
    if (!client.enabled) {
      throw accessDenied('The client is disabled.', 'client_disabled', { client_id }, 403);
    }
    return this.#opened(registration, client, presented, isPresent === true);
  }

  #opened(
    registration: DynamicRegistration,
    client: Client,
    presented: string,
    isPresent: boolean,
  ): OpenRegistration {
    const { storage, successorOf, reuseWindow, clock } = this.#context;
    const { client_id, registration_access_token_sha256: present } = registration;
    const replacing = (changes: Partial<DynamicRegistration>) =>
      storage.dynamicRegistrations.steps.replace({ ...registration, ...changes }, present);
    return {
      registration,
      client,
      rewriting: (changes, rotates) => {
        if (!isPresent) return { token: successorOf(presented), steps: [replacing(changes)] };
        if (!rotates) return { token: presented, steps: [replacing(changes)] };
        const token = successorOf(presented);
        const replaced = { client_id, repeats: 0 };
        const until = clock() + reuseWindow();
        return {
          token,
          steps: [
            replacing({ ...changes, registration_access_token_sha256: hashOpaqueToken(token) }),
            storage.ephemerals.steps.put(KIND, hashOpaqueToken(presented), replaced, until),
          ],
        };
      },
      ending: () => [replacing({ registration_access_token_sha256: hashOpaqueToken(generateOpaqueToken()) })],
    };
  }

  /** Whether a token that was replaced may be presented once more; counts that it was. */
  async #isRepeat(
    { client_id, presented, remote_address }: RegistrationHolder,
    { registration_access_token_sha256: present }: DynamicRegistration,
  ): Promise<boolean> {
    const { storage, events, successorOf, clock } = this.#context;
    const now = clock();
    const key = hashOpaqueToken(presented);
    const found = await storage.ephemerals.get(KIND, key, now);
    if (!found) return false;
    const replaced = Replaced.parse(found);
    const successor = successorOf(presented);
    const isInTime = [successor, successorOf(successor)].some((token) => isOpaqueTokenOf(token, present));
    if (replaced.client_id !== client_id || !isInTime) return false;
    const { repeats, repeated_at } = replaced;
    if (repeated_at !== undefined && now < repeated_at + SAME_MOMENT) return true;
    if (repeats >= MOST_REPEATS) return false;
    await storage.ephemerals.replace(KIND, key, { client_id, repeats: repeats + 1, repeated_at: now }, now);
    events.record({
      type: 'client.registration_repeated',
      outcome: 'success',
      client_id,
      remote_address,
      object: { kind: 'client', id: client_id },
      detail: { repeats: repeats + 1 },
    });
    return true;
  }
}
