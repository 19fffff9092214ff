import type { KeyStoreEntry } from '@countersign/x509/key-store';
import type { SharedTrustStore, TrustedCertificate } from '../client/trusted-certificate.ts';
import type { Clock } from '../clock.ts';
import type { Actor } from '../event/actor.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { printable } from '../event/printable.ts';
import { changesOfEntries } from '../event/store-changes.ts';
import { commitChange, UnitRefused } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';
import type { FileEdit } from './file-edit.ts';
import { sameAlias, type TrustedEntry } from './imported-entries.ts';
import type { Naming, TrustRoles } from './trust-roles.ts';
import { changeAgain } from './unit-of-change.ts';

/** Which file of which node an edit was made to. */
export type EditedFile = { readonly file: string; readonly node: string };

/** Trust stores that the nodes of a deployment share: the database has them, and a file is a way in. */
export type SharedTrustStores = {
  /** Those that some node gave, by their keys (`trustStoreKey`). */
  read(stores: readonly string[]): Promise<ReadonlyMap<string, SharedTrustStore>>;
  /**
   * Replaces the entries of one store with its event and the roles that go with it, whole or not at all, again as long
   * as another change was faster. The same array is no change.
   * @param check throws where the stores are not as the caller saw them
   * @throws RoleConfigured, and what `change` and `check` throw
   */
  change(
    store: string,
    change: (entries: readonly KeyStoreEntry[]) => readonly KeyStoreEntry[],
    by: Actor,
    check: () => Promise<void>,
    naming?: Naming,
    detail?: EventDraft['detail'],
  ): Promise<void>;
  /**
   * Begins a store with what the file of the first node holds.
   * @returns whether it was begun here; another node may have been faster
   */
  takeOver(store: string, entries: readonly TrustedEntry[], from: EditedFile): Promise<boolean>;
  /** Does to the store what was done to the file, once: what the edit left alone stays as it is. */
  takeUp(store: string, edit: FileEdit, to: EditedFile): Promise<void>;
};

/** An edit that is taken up is remembered while its node may not know so: it says so at once, or at its next start. */
const EDIT_KEPT = 366 * 24 * 3600 * 1000;
const LONGEST_ALIAS = 200;

const WRITER: Actor = { name: 'whoever wrote the file', through: 'configuration' };

/** As an entry of a key store. */
export const entryOf = ({ alias, certificate, added_at }: TrustedCertificate): TrustedEntry => ({
  kind: 'trusted-certificate',
  alias,
  certificate,
  created_at: added_at,
});

/** What a store that has none of it yet calls an entry: as the file does, unless that name is taken or no name for people. */
function storedAs(
  { alias, certificate, created_at }: TrustedEntry,
  held: readonly KeyStoreEntry[],
  now: number,
): TrustedCertificate {
  const isName =
    alias !== '' && alias.length <= LONGEST_ALIAS && printable(alias) === alias && alias.isWellFormed();
  const isFree = isName && !held.some(sameAlias(alias));
  return {
    alias: isFree ? alias : certificate.thumbprint.toLowerCase(),
    certificate,
    added_at: created_at ?? now,
  };
}

/** Those entries that a store can have all of: no name twice. */
function namedApart(
  entries: readonly TrustedEntry[],
  held: readonly KeyStoreEntry[],
  now: number,
): readonly TrustedCertificate[] {
  const named: TrustedCertificate[] = [];
  for (const entry of entries) named.push(storedAs(entry, [...held, ...named.map(entryOf)], now));
  return named;
}

/** Makes them over a database that nodes share. */
export function createSharedTrustStores(
  storage: Pick<Storage, 'trustStores' | 'commit'>,
  events: Pick<EventRecorder, 'prepare'>,
  roles: Pick<TrustRoles, 'naming' | 'forgetting'>,
  clock: Clock,
): SharedTrustStores {
  const { read, steps, heldBeside } = storage.trustStores;
  const context = { storage, events };

  const changed = (
    store: string,
    by: Actor,
    before: readonly KeyStoreEntry[],
    after: readonly KeyStoreEntry[],
    detail?: EventDraft['detail'],
  ): EventDraft => ({
    type: 'truststore.changed',
    outcome: 'success',
    actor: by,
    object: { kind: 'truststore', id: store.replace(/^trust_group\./, '') },
    changes: changesOfEntries(before, after),
    ...(detail && { detail }),
  });

  /** Takes some out of a store and puts others in, with the word of people that goes with those. */
  const alter = async (
    { store, revision }: SharedTrustStore,
    removed: readonly TrustedEntry[],
    added: readonly TrustedCertificate[],
    by: Actor,
    detail?: EventDraft['detail'],
  ): Promise<{ readonly steps: readonly Step[]; readonly drafts: readonly EventDraft[] }> => {
    if (removed.length + added.length === 0) return { steps: [], drafts: [] };
    const leaving = removed.map(({ certificate }) => certificate.thumbprint);
    const gone = new Set(leaving).difference(await heldBeside(store, leaving));
    const forgotten = await roles.forgetting(gone, by);
    return {
      steps: [
        steps.change(store, revision),
        ...leaving.map((thumbprint) => steps.remove(store, thumbprint)),
        ...added.map((entry) => steps.add(store, entry)),
        ...forgotten.steps,
      ],
      drafts: [changed(store, by, removed, added.map(entryOf), detail), ...forgotten.drafts],
    };
  };

  const present = async (store: string): Promise<SharedTrustStore> => {
    const found = (await read([store])).get(store);
    if (!found) throw new Error(`${store} was taken over by no node yet`);
    return found;
  };

  return {
    read,

    change: (store, change, by, check, naming, detail) =>
      changeAgain(async () => {
        const kept = await present(store);
        await check();
        const before = kept.entries.map(entryOf);
        const after = certificatesAfter(change(before));
        const stays = new Set(after.map(({ certificate }) => certificate.thumbprint));
        const had = new Set(before.map(({ certificate }) => certificate.thumbprint));
        const removed = before.filter(({ certificate }) => !stays.has(certificate.thumbprint));
        const added = after.filter(({ certificate }) => !had.has(certificate.thumbprint));
        const left = before.filter(({ certificate }) => stays.has(certificate.thumbprint));
        const named = naming && (await roles.naming(naming.thumbprints, naming.role, by, naming.managed_by));
        const altered = await alter(kept, removed, namedApart(added, left, clock()), by, detail);
        const drafts = [...(named?.drafts ?? []), ...altered.drafts];
        if (drafts.length === 0) return;
        await commitChange(context, [...(named?.steps ?? []), ...altered.steps], ...drafts);
      }),

    async takeOver(store, entries, from) {
      const now = clock();
      const taken = namedApart(entries, [], now);
      const given = [steps.takeOver(store, now), ...taken.map((entry) => steps.add(store, entry))];
      const drafts = taken.length > 0 ? [changed(store, WRITER, [], taken.map(entryOf), { ...from })] : [];
      try {
        await commitChange(context, given, ...drafts);
        return true;
      } catch (error) {
        if (error instanceof UnitRefused) return false;
        throw error;
      }
    },

    async takeUp(store, { edit_id, added, removed }, to) {
      const once = steps.takeUpEdit(edit_id, clock() + EDIT_KEPT);
      const apply = async () => {
        const kept = await present(store);
        const had = new Set(kept.entries.map(({ certificate }) => certificate.thumbprint));
        const held = kept.entries.map(entryOf);
        const leaving = held.filter(({ certificate }) => removed.has(certificate.thumbprint));
        const left = held.filter(({ certificate }) => !removed.has(certificate.thumbprint));
        const coming = added.filter(({ certificate }) => !had.has(certificate.thumbprint));
        const altered = await alter(kept, leaving, namedApart(coming, left, clock()), WRITER, { ...to });
        await commitChange(context, [once, ...altered.steps], ...altered.drafts);
      };
      try {
        await changeAgain(apply, [once]);
      } catch (error) {
        if (error instanceof UnitRefused && error.condition === once.condition) return;
        throw error;
      }
    },
  };
}

/** What a store holds after a change: it has certificates alone. */
const certificatesAfter = (entries: readonly KeyStoreEntry[]): readonly TrustedEntry[] =>
  entries.filter((entry) => entry.kind === 'trusted-certificate');
