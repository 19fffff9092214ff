import { randomUUID } from 'node:crypto';
import type { InitialAccessToken } from '../client/initial-access-token.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { InitialAccessTokenStore } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../token/opaque-token.ts';
import type { Actor } from './actor.ts';

/** What an initial access token is for. */
export type NewInitialAccessToken = {
  /** Whom it is given to. */
  readonly label: string;
  /** Seconds. */
  readonly lifetime: number;
  readonly clients: number;
};

/** Makes and removes the tokens that let others register clients (RFC 7591 §3); each change is one event. */
export type InitialAccessTokens = {
  /** @returns the token itself, shown now and never again, and its record */
  add(
    token: NewInitialAccessToken,
    by: Actor,
  ): Promise<{ readonly token: string; readonly record: InitialAccessToken }>;
  /** Newest first, those too that ended within a day. */
  list(): Promise<readonly InitialAccessToken[]>;
  /** @returns whether there was one */
  remove(token_id: string, by: Actor): Promise<boolean>;
};

export function createInitialAccessTokens(
  store: InitialAccessTokenStore,
  events: EventRecorder,
  clock: Clock,
): InitialAccessTokens {
  const recordChange = (type: string, token_id: string, by: Actor, detail: object = {}) =>
    events.record({
      type,
      outcome: 'success',
      actor: by,
      object: { kind: 'registration_token', id: token_id },
      detail: { token_id, ...detail },
    });

  return {
    list: () => store.list(),

    async add({ label, lifetime, clients }, by) {
      const token = generateOpaqueToken();
      const now = clock();
      const record = {
        token_id: randomUUID(),
        token_sha256: hashOpaqueToken(token),
        label,
        clients_allowed: clients,
        clients_registered: 0,
        created_at: now,
        expires_at: now + lifetime * 1000,
      };
      await store.insert(record);
      recordChange('registration_token.created', record.token_id, by, { label, clients, lifetime });
      return { token, record };
    },

    async remove(token_id, by) {
      const removed = await store.remove(token_id);
      if (removed) recordChange('registration_token.removed', token_id, by);
      return removed;
    },
  };
}
