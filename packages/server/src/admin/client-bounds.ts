import { isDeepStrictEqual } from 'node:util';
import type { Client } from '../client/client.ts';
import { ClientMetadata, OPERATOR_METADATA } from '../client/client-metadata.ts';
import { generateClientId } from '../client/client-secret.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { checkPossession, type ReservedClaims } from '../registration/certificate-possession.ts';
import { memberAddedEvent } from '../registration/group-registrar.ts';
import type { IdempotentRegistration } from '../registration/idempotency.ts';
import { UnitRefused } from '../storage/commit-change.ts';
import type { GroupStore } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';
import type { FoundGroup } from '../user/group.ts';
import { type Administrator, powerMissing } from './administrator.ts';
import { InvalidInput } from './route.ts';

/** What an operator decides for one client alone; the rest of it reaches further than the client. */
const OF_ONE_CLIENT: ReadonlySet<string> = new Set(['trust_anchors', 'refresh_token_reuse_window']);
const REACHING_FURTHER = OPERATOR_METADATA.filter((member) => !OF_ONE_CLIENT.has(member));

/** A client that is about to be registered, and what puts it into its group. */
export type PlacedClient = {
  readonly client_id: string;
  readonly last: readonly Step[];
  /** Makes of a refusal by the group, which may be gone by then, what the caller is told. */
  readonly placed: <T>(registering: Promise<T>) => Promise<T>;
};

/** What holds for those who administer the clients of groups alone, beside which clients they reach. */
export type ClientBounds = {
  /**
   * Where a new client comes to stand: in the group that is named, or in the one group that the caller's power is
   * limited to. Such a caller does not choose its `client_id`: whether one is taken would tell of other clients.
   * @throws InvalidInput; Refusal 403 where the group of the caller is gone
   */
  place(
    administrator: Administrator,
    group: string | undefined,
    asked: { readonly client_id?: unknown; readonly client_name?: unknown },
    now: number,
    idempotent?: IdempotentRegistration,
  ): Promise<PlacedClient>;
  /**
   * Judges what a client becomes: what reaches further than the client stays as it is, and certificates and keys that
   * others rest on are not taken out of use.
   * @param before undefined for a new one
   * @throws Refusal 403, and 400 for such a certificate
   */
  check(
    administrator: Administrator,
    before: Pick<Client, 'metadata'> | undefined,
    after: Pick<Client, 'client_id' | 'metadata'>,
  ): Promise<void>;
};

/** What a member of a client is that nobody gave. */
const byDefault = (member: (typeof REACHING_FURTHER)[number]): unknown =>
  ClientMetadata.shape[member].safeParse(undefined).data;

const isLimited = ({ power }: Administrator) => !power.hasEverywhere('clients:write');

/** @param reserved what others rest on, of now */
export function createClientBounds(
  groups: GroupStore,
  reserved: ReservedClaims,
  events: Pick<EventRecorder, 'prepare'>,
): ClientBounds {
  const missing = (administrator: Administrator) => powerMissing(administrator, ['clients:write']);

  /** The group a new client is put into; none where it need not stand in any. */
  const groupFor = async (
    administrator: Administrator,
    name: string | undefined,
  ): Promise<FoundGroup | undefined> => {
    const reach = administrator.power.reach('clients:write');
    if (reach === undefined) throw missing(administrator);
    if (name !== undefined) {
      const named = await groups.findByName(name);
      const chain = named && reach !== 'everything' ? await groups.chain(named.group_id) : [];
      const isReached = reach === 'everything' || chain.some((group_id) => reach.groups.includes(group_id));
      // One that is not reached is as one that is not there.
      if (!named || !isReached) throw new InvalidInput('group', 'is no group you may put clients into');
      return named;
    }
    if (reach === 'everything') return undefined;
    const [only, ...others] = reach.groups;
    if (others.length > 0) throw new InvalidInput('group', 'must name one of the groups you administer');
    const own = only === undefined ? undefined : await groups.find(only);
    if (!own) throw missing(administrator);
    return own;
  };

  return {
    async place(administrator, group, { client_id: wanted, client_name }, now, idempotent) {
      if (wanted !== undefined && isLimited(administrator)) {
        throw new InvalidInput(
          'client_id',
          'is generated where an administrator is limited to the clients of groups',
          'invalid_client_metadata',
        );
      }
      const into = await groupFor(administrator, group);
      const generated = idempotent?.made ?? generateClientId();
      const client_id = typeof wanted === 'string' ? wanted : generated;
      if (!into) return { client_id, last: [], placed: (registering) => registering };
      const name = typeof client_name === 'string' ? client_name : client_id;
      const member = { kind: 'client', id: client_id, name } as const;
      const step = groups.steps.add(into.group_id, member, now);
      const event = events.prepare(memberAddedEvent(into, member, administrator));
      return {
        client_id,
        last: [step, ...event.steps],
        async placed(registering) {
          try {
            const made = await registering;
            // One that was made before was told of then.
            if (idempotent?.made === undefined) event.settle();
            return made;
          } catch (error) {
            const isGone = error instanceof UnitRefused && error.condition === step.condition;
            throw isGone ? new InvalidInput('group', 'is no group you may put clients into') : error;
          }
        },
      };
    },

    async check(administrator, before, { client_id, metadata }) {
      if (!isLimited(administrator)) return;
      const changed = REACHING_FURTHER.filter((member) => {
        const was: unknown = before ? before.metadata[member] : byDefault(member);
        return !isDeepStrictEqual(metadata[member], was);
      });
      if (changed.length > 0) {
        throw powerMissing(administrator, ['clients:write'], {
          client_id,
          limited_to: 'clients of groups',
          fields: changed,
        });
      }
      await checkPossession(metadata, undefined, reserved, before?.metadata);
    },
  };
}
