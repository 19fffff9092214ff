import { randomUUID } from 'node:crypto';
import { timeText } from '@countersign/x509';
import type { InitialAccessToken } from '../client/initial-access-token.ts';
import type { Clock } from '../clock.ts';
import { changesBetween } from '../event/changes.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { EventType } from '../event/event-types.ts';
import { commitChange, tryChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../token/opaque-token.ts';
import type { Actor } from './actor.ts';
import { InvalidGrouping } from './grouping.ts';

/** What an initial access token is for. */
export type NewInitialAccessToken = {
  /** Whom it is given to. */
  readonly label: string;
  /** Seconds. */
  readonly lifetime: number;
  readonly clients: number;
  /** The name of the group that the clients are put into; none when absent. */
  readonly group?: string | undefined;
};

/** Makes and removes the tokens that let others register clients (RFC 7591 §3); each change is one event. */
export type InitialAccessTokens = {
  /** @returns the token itself, shown now and never again, and its record @throws InvalidGrouping */
  add(
    token: NewInitialAccessToken,
    by: Actor,
  ): Promise<{ readonly token: string; readonly record: InitialAccessToken }>;
  /** Newest first, those too that ended within a day. */
  list(): Promise<readonly InitialAccessToken[]>;
  /** @returns whether there was one */
  remove(token_id: string, by: Actor): Promise<boolean>;
};

/** A token as its audit trail compares it. */
const audited = ({
  label,
  clients_allowed,
  clients_registered,
  expires_at,
  group_id,
}: InitialAccessToken) => ({
  label,
  clients_allowed,
  clients_registered,
  expires_at: timeText(expires_at),
  ...(group_id !== undefined && { group_id }),
});

/** What is told of a token that was made or removed. */
export const initialAccessTokenEvent = (
  type: EventType,
  token_id: string,
  by: Actor,
  before: InitialAccessToken | undefined,
  after: InitialAccessToken | undefined,
): EventDraft => ({
  type,
  outcome: 'success',
  actor: by,
  object: { kind: 'registration_token', id: token_id },
  changes: changesBetween(before && audited(before), after && audited(after)),
  detail: { token_id },
});

export function createInitialAccessTokens(
  storage: Pick<Storage, 'initialAccessTokens' | 'groups' | 'commit'>,
  events: Pick<EventRecorder, 'prepare'>,
  clock: Clock,
): InitialAccessTokens {
  const store = storage.initialAccessTokens;
  /** @throws InvalidGrouping */
  const idOf = async (group: string): Promise<string> => {
    const found = await storage.groups.findByName(group);
    if (!found) throw new InvalidGrouping('group', `there is no group ${JSON.stringify(group)}`);
    return found.group_id;
  };
  return {
    list: () => store.list(),

    async add({ label, lifetime, clients, group }, by) {
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
        ...(group !== undefined && { group_id: await idOf(group) }),
      };
      const event = initialAccessTokenEvent(
        'registration_token.created',
        record.token_id,
        by,
        undefined,
        record,
      );
      await commitChange({ storage, events }, [store.steps.insert(record)], event);
      return { token, record };
    },

    async remove(token_id, by) {
      const before = (await store.list()).find((token) => token.token_id === token_id);
      const event = initialAccessTokenEvent('registration_token.removed', token_id, by, before, undefined);
      // One that cannot be read can be removed all the same.
      const { outcome } = await tryChange({ storage, events }, [store.steps.remove(token_id)], event);
      return outcome === 'committed';
    },
  };
}
