import { rename, rm, writeFile } from 'node:fs/promises';
import { certificateToPem } from '@countersign/x509';
import { type KeyStoreEntry, writePkcs12 } from '@countersign/x509/key-store';
import type { TrustStore, TrustStores } from '../admin/trust-resource.ts';
import { configuredRole } from '../client/trust-role.ts';
import type { Standing } from '../client-authentication/authority.ts';
import { noteClaimsBefore } from '../client-authentication/claims-before.ts';
import {
  anchorsIn,
  type JudgedFrom,
  type JudgedStores,
  judgedIn,
  judgeStores,
} from '../client-authentication/judged-stores.ts';
import { type ReportedEntry, trustReport } from '../client-authentication/trust-report.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import type { LiveSettings } from '../config/settings.ts';
import type { Actor } from '../event/actor.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { changesOfEntries, versionOfEntries } from '../event/store-changes.ts';
import { createTrustRoles, type TrustRoles } from '../registration/trust-roles.ts';
import { checkRevision, type Expected } from '../registration/unit-of-change.ts';
import type { Storage } from '../storage/storage.ts';
import type { OpenHome } from './open-home.ts';

/** A file of certificates, and how it is written. */
export type StoreFile = Pick<LiveSettings['truststore'], 'file_name' | 'password' | 'type'>;

const pemOf = (entries: readonly KeyStoreEntry[]): Uint8Array =>
  Buffer.from(anchorsIn(entries).map(certificateToPem).join(''));

let written = 0;

/** Writes whole or not at all: a server that follows the file never sees half of it. */
export async function writeStoreFile(
  { file_name, password, type }: StoreFile,
  entries: readonly KeyStoreEntry[],
): Promise<void> {
  const bytes = type === 'PEM' ? pemOf(entries) : await writePkcs12(entries, password);
  const underway = `${file_name}.${process.pid}.${written++}.new`;
  try {
    await writeFile(underway, bytes, { mode: 0o600, flush: true });
    await rename(underway, file_name);
  } finally {
    await rm(underway, { force: true });
  }
}

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

/**
 * The trust store files of a deployment: read as they are followed, written whole.
 * @param judged what their entries are now
 */
export function createTrustStores(
  configuration: FollowedConfiguration,
  events: EventRecorder,
  roles: TrustRoles,
  judged: () => Promise<JudgedStores>,
): TrustStores {
  let writing: Promise<void> = Promise.resolve();

  const held = async (): Promise<readonly TrustStore[]> => {
    const standings = await judged();
    const { truststore, trust_group } = configuration.now();
    const { trusted, trustGroups } = configuration.stores();
    const standingsIn = (group: string | undefined) => judgedIn(standings, group)?.standings ?? new Map();
    return [
      {
        group: undefined,
        file: truststore.file_name,
        type: truststore.type,
        revocation: 'off',
        crl_file: undefined,
        entries: trusted,
        standings: standingsIn(undefined),
      },
      ...trust_group.map((group) => ({
        group: group.name,
        file: group.file_name,
        type: group.type,
        revocation: group.revocation,
        crl_file: group.crl_file,
        entries: trustGroups.get(group.name)?.trusted ?? [],
        standings: standingsIn(group.name),
      })),
    ];
  };

  const fileOf = (group: string | undefined): StoreFile => {
    const { truststore, trust_group } = configuration.now();
    const file = group === undefined ? truststore : trust_group.find(({ name }) => name === group);
    if (!file) throw new Error(`the trust group ${group} is no longer configured`);
    return file;
  };

  const list = async () => {
    const stores = await held();
    const version = versionOfEntries(
      stores.map(({ group, entries }) => ({ name: group ?? '', entries })),
      (name, thumbprint) =>
        versionOfStanding(stores.find(({ group }) => (group ?? '') === name)?.standings.get(thumbprint)),
    );
    return { stores, version };
  };

  /** Does one change after the other, each in a store that is as its caller saw it. */
  const inTurn = (expected: Expected<string>, work: () => Promise<void>): Promise<void> => {
    const next = writing.then(async () => {
      // A file that somebody else changed is taken up at the second look.
      await configuration.look();
      await configuration.look();
      checkRevision('the trust store', (await list()).version, expected);
      await work();
    });
    writing = next.catch(() => {});
    return next;
  };

  /** Whoever imports an authority again has to say so again; what vouches for nobody by somebody's word stays so. */
  const forgetAuthorities = async (before: readonly KeyStoreEntry[], by: Actor) => {
    const left = (await held()).flatMap(({ entries }) => anchorsIn(entries));
    const present = new Set(left.map(({ thumbprint }) => thumbprint));
    const gone = new Set(
      anchorsIn(before)
        .map(({ thumbprint }) => thumbprint)
        .filter((thumbprint) => !present.has(thumbprint)),
    );
    if (gone.size === 0) return;
    const { truststore } = configuration.now();
    const given = (await roles.list()).filter(
      ({ role, thumbprint }) =>
        role === 'authority' && gone.has(thumbprint) && !configuredRole(thumbprint, truststore),
    );
    await roles.name(
      given.map(({ thumbprint }) => thumbprint),
      undefined,
      by,
    );
  };

  return {
    list,
    change: (group, change, by, expected, naming) =>
      inTurn(expected, async () => {
        const before = (await held()).find((candidate) => candidate.group === group)?.entries ?? [];
        const after = change(before);
        // The role first: nothing vouches in the moment between that is not to.
        if (naming) await roles.name(naming.thumbprints, naming.role, by);
        if (after === before) return;
        const file = fileOf(group);
        await configuration.writing(file.file_name, () => writeStoreFile(file, after));
        events.record(trustStoreChanged(group, by, before, after));
        await forgetAuthorities(before, by);
      }),
    name: (thumbprints, role, by, expected) => inTurn(expected, () => roles.name(thumbprints, role, by)),
  };
}

/** What the trust stores of a deployment are judged from. @param stores what they hold now */
export const judgedFrom = (
  { now }: Pick<FollowedConfiguration, 'now'>,
  stores: JudgedFrom['stores'],
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
  readonly roles: TrustRoles;
  readonly judged: () => Promise<JudgedStores>;
  /** What every entry is, when this was the first to look after an upgrade; to be printed once. */
  readonly upgraded: readonly ReportedEntry[];
  close(): void;
};

/** Opens the trust stores for a command. @throws InvalidDeployment, UnusableStore */
export async function openTrustStores({
  configuration,
  storage,
  events,
  clock,
}: Pick<OpenHome, 'configuration' | 'storage' | 'events' | 'clock'>): Promise<OpenTrustStores> {
  const { now } = configuration;
  const isFirst = await noteClaimsBefore(storage, clock());
  const followed = await configuration.follow({ onReload: () => {} });
  const judged = () => judgeStores(judgedFrom(followed, followed.stores, storage));
  const roles = createTrustRoles(storage, events, () => now().truststore, clock);
  return {
    stores: createTrustStores(followed, events, roles, judged),
    roles,
    judged,
    upgraded: isFirst ? trustReport(await judged()) : [],
    close: followed.close,
  };
}
