import type { KeyStoreEntry } from '@countersign/x509/key-store';
import type { TrustStore, TrustStores } from '../admin/trust-resource.ts';
import { trustStoreKey } from '../client/trusted-certificate.ts';
import type { Standing } from '../client-authentication/authority.ts';
import { noteClaimsBefore } from '../client-authentication/claims-before.ts';
import {
  anchorsIn,
  type JudgedFrom,
  type JudgedStores,
  judgedIn,
  judgeStores,
  type TrustedSource,
} from '../client-authentication/judged-stores.ts';
import { type ReportedEntry, trustReport } from '../client-authentication/trust-report.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import type { Actor } from '../event/actor.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { changesOfEntries, versionOfEntries } from '../event/store-changes.ts';
import type { SharedTrustStores } from '../registration/shared-trust-stores.ts';
import { createTrustRoles, type TrustRoles } from '../registration/trust-roles.ts';
import { checkRevision, type Expected } from '../registration/unit-of-change.ts';
import { commitChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import type { OpenHome } from './open-home.ts';
import type { Shared } from './shared.ts';
import {
  createSharedTrust,
  filedStores,
  filesAsSource,
  type SharedTrust,
  sharesTrust,
} from './shared-trust.ts';
import { type StoreFile, writeStoreFile } from './trust-store-file.ts';

/** What is told of a trust store that was written. @param group undefined for the trust store itself */
const trustStoreChanged = (
  group: string | undefined,
  by: Actor,
  before: readonly KeyStoreEntry[],
  after: readonly KeyStoreEntry[],
): EventDraft => ({
  type: 'truststore.changed',
  outcome: 'success',
  actor: by,
  object: { kind: 'truststore', id: group ?? 'truststore' },
  changes: changesOfEntries(before, after),
});

/** By what one sees that an entry was made something else. */
const versionOfStanding = (standing: Standing | undefined): string => {
  if (standing === undefined) return '';
  const { role, because } = standing;
  return because === 'named' ? `${role} by ${standing.named.named_by}` : `${role} ${because}`;
};

/** All stores with what their entries are, and the version of it. */
function listing(
  configuration: FollowedConfiguration,
  judged: () => Promise<JudgedStores>,
): TrustStores['list'] {
  return async () => {
    const standings = await judged();
    const { contents } = standings;
    const { truststore, trust_group } = configuration.now();
    const standingsIn = (group: string | undefined) => judgedIn(standings, group)?.standings ?? new Map();
    const stores: readonly TrustStore[] = [
      {
        group: undefined,
        file: truststore.file_name,
        type: truststore.type,
        revocation: 'off',
        crl_file: undefined,
        entries: contents.trusted,
        standings: standingsIn(undefined),
      },
      ...trust_group.map((group) => ({
        group: group.name,
        file: group.file_name,
        type: group.type,
        revocation: group.revocation,
        crl_file: group.crl_file,
        entries: contents.trustGroups.get(group.name)?.trusted ?? [],
        standings: standingsIn(group.name),
      })),
    ];
    const version = versionOfEntries(
      stores.map(({ group, entries }) => ({ name: group ?? '', entries })),
      (name, thumbprint) =>
        versionOfStanding(stores.find(({ group }) => (group ?? '') === name)?.standings.get(thumbprint)),
    );
    return { stores, version };
  };
}

/**
 * The trust store files of one node: read as they are followed, written whole.
 * @param judged what their entries are now
 * @param shared how the processes of the node write them
 */
function trustStoreFiles(
  configuration: FollowedConfiguration,
  { storage, events }: { readonly storage: Pick<Storage, 'commit'>; readonly events: EventRecorder },
  roles: TrustRoles,
  judged: () => Promise<JudgedStores>,
  { turns, writing }: Pick<Shared, 'turns' | 'writing'>,
): TrustStores {
  const list = listing(configuration, judged);
  const held = async () => (await list()).stores;

  const fileOf = (group: string | undefined): StoreFile => {
    const { truststore, trust_group } = configuration.now();
    const file = group === undefined ? truststore : trust_group.find(({ name }) => name === group);
    if (!file) throw new Error(`the trust group ${group} is no longer configured`);
    return file;
  };

  /** Does one change after the other, each in a store that is as its caller saw it. */
  const inTurn = async (expected: Expected<string>, work: () => Promise<void>): Promise<void> => {
    const leave = await turns.enter('the trust store', Number.POSITIVE_INFINITY);
    if (typeof leave !== 'function') return;
    try {
      // A file that somebody else changed is taken up at the second look.
      await configuration.look();
      await configuration.look();
      checkRevision('the trust store', (await list()).version, expected);
      await work();
    } finally {
      leave();
    }
  };

  const forgetAuthorities = async (before: readonly KeyStoreEntry[], by: Actor) => {
    const left = (await held()).flatMap(({ entries }) => anchorsIn(entries));
    const present = new Set(left.map(({ thumbprint }) => thumbprint));
    const gone = new Set(
      anchorsIn(before)
        .map(({ thumbprint }) => thumbprint)
        .filter((thumbprint) => !present.has(thumbprint)),
    );
    if (gone.size === 0) return;
    const { steps, drafts } = await roles.forgetting(gone, by);
    if (drafts.length > 0) await commitChange({ storage, events }, steps, ...drafts);
  };

  return {
    keptIn: 'file',
    list,
    change: (group, change, by, expected, naming) =>
      inTurn(expected, async () => {
        const before = (await held()).find((candidate) => candidate.group === group)?.entries ?? [];
        const after = change(before);
        // The role first: nothing vouches in the moment between that is not to.
        if (naming) await roles.name(naming.thumbprints, naming.role, by, naming.managed_by);
        if (after === before) return;
        const file = fileOf(group);
        await writing(configuration, file.file_name, () => writeStoreFile(file, after));
        events.record(trustStoreChanged(group, by, before, after));
        await forgetAuthorities(before, by);
      }),
    name: (thumbprints, role, by, expected, managed_by) =>
      inTurn(expected, () => roles.name(thumbprints, role, by, managed_by)),
  };
}

/** The trust stores that nodes share: their entries stand in the database. */
function trustStoresInDatabase(
  configuration: FollowedConfiguration,
  shared: SharedTrustStores,
  roles: TrustRoles,
  judged: () => Promise<JudgedStores>,
): TrustStores {
  const list = listing(configuration, judged);
  const check = async (expected: Expected<string>) => {
    if (expected) checkRevision('the trust store', (await list()).version, expected);
  };
  return {
    keptIn: 'database',
    list,
    change: (group, change, by, expected, naming) =>
      shared.change(trustStoreKey(group), change, by, () => check(expected), naming),
    async name(thumbprints, role, by, expected, managed_by) {
      await check(expected);
      await roles.name(thumbprints, role, by, managed_by);
    },
  };
}

/** Where the trust stores of a deployment are kept, and how they are changed there. */
export type TrustKeeping = {
  readonly source: TrustedSource;
  /** Where nodes share them. */
  readonly shared: SharedTrust | undefined;
  readonly roles: TrustRoles;
  /** @param judged what their entries are now */
  stores(judged: () => Promise<JudgedStores>): TrustStores;
};

/** In files where the database is one node's own, in the database where nodes share it. */
export function trustKeeping(
  opened: Pick<OpenHome, 'home' | 'storage' | 'events' | 'shared' | 'clock'>,
  configuration: FollowedConfiguration,
): TrustKeeping {
  const { storage, events, clock } = opened;
  const roles = createTrustRoles(storage, events, () => configuration.now().truststore, clock);
  if (!sharesTrust(configuration.atStart)) {
    return {
      source: filesAsSource(configuration),
      shared: undefined,
      roles,
      stores: (judged) => trustStoreFiles(configuration, { storage, events }, roles, judged, opened.shared),
    };
  }
  const shared = createSharedTrust(opened, configuration);
  return {
    source: shared.source,
    shared,
    roles,
    stores: (judged) => trustStoresInDatabase(configuration, shared.stores, roles, judged),
  };
}

/** As {@link trustKeeping}, with what was done to the files of this node meanwhile, which workers leave to their supervisor. */
export async function openTrustKeeping(
  opened: Parameters<typeof trustKeeping>[0] & Pick<OpenHome, 'isWorker'>,
  configuration: FollowedConfiguration,
): Promise<TrustKeeping> {
  const keeping = trustKeeping(opened, configuration);
  if (!opened.isWorker) await keeping.shared?.takeUpFiles();
  return keeping;
}

/** What the trust stores of a deployment are judged from. */
export const judgedFrom = (
  { now }: Pick<FollowedConfiguration, 'now'>,
  stores: TrustedSource,
  storage: Pick<Storage, 'authorities' | 'registry'>,
): JudgedFrom => ({
  stores,
  groups: () => now().trust_group,
  roles: () => now().truststore,
  authorities: storage.authorities,
  registry: storage.registry,
});

/** The trust stores of a home that no server has open here, and what they are judged by. */
export type OpenTrustStores = {
  readonly stores: TrustStores;
  readonly shared: SharedTrust | undefined;
  readonly roles: TrustRoles;
  readonly judged: () => Promise<JudgedStores>;
  /** The stores with the files of this node. */
  readonly files: () => ReturnType<typeof filedStores>;
  /** Takes up what a command wrote into a file, and what it did to the stores. */
  refresh(): Promise<void>;
  /** What every entry is, when this was the first to look after an upgrade; to be printed once. */
  readonly upgraded: readonly ReportedEntry[];
  close(): void;
};

/** Opens the trust stores for a command. @throws InvalidDeployment, UnusableStore */
export async function openTrustStores(
  opened: Pick<OpenHome, 'home' | 'configuration' | 'storage' | 'events' | 'shared' | 'isWorker' | 'clock'>,
): Promise<OpenTrustStores> {
  const { configuration, storage, clock } = opened;
  const isFirst = await noteClaimsBefore(storage, clock());
  const followed = await configuration.follow({ onReload: () => {} });
  const { source, shared, roles, stores } = await openTrustKeeping(opened, followed);
  const judged = () => judgeStores(judgedFrom(followed, source, storage));
  return {
    stores: stores(judged),
    shared,
    roles,
    judged,
    files: () => filedStores(followed),
    async refresh() {
      await followed.look();
      await followed.look();
      await shared?.takeUpFiles();
    },
    upgraded: isFirst ? trustReport(await judged()) : [],
    close: followed.close,
  };
}
