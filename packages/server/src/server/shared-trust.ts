import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isAbsolute, relative } from 'node:path';
import { certificateDescription } from '@countersign/x509';
import { type KeyStoreEntry, readKeyStore } from '@countersign/x509/key-store';
import { trustStoreKey } from '../client/trusted-certificate.ts';
import type { TrustedEntries, TrustedSource } from '../client-authentication/judged-stores.ts';
import type { Clock } from '../clock.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import { homePaths } from '../config/home.ts';
import type { StartSettings } from '../config/settings.ts';
import { versionOfEntries } from '../event/store-changes.ts';
import { certificatesOf, editSince, type TakenFile, takenFrom } from '../registration/file-edit.ts';
import { sameAlias, type TrustedEntry } from '../registration/imported-entries.ts';
import {
  createSharedTrustStores,
  entryOf,
  type SharedTrustStores,
} from '../registration/shared-trust-stores.ts';
import { createTrustRoles } from '../registration/trust-roles.ts';
import type { ExtraCertificate } from '../storage/node-report.ts';
import type { Storage } from '../storage/storage.ts';
import type { OpenHome } from './open-home.ts';
import { createTakenFiles } from './taken-files.ts';
import { type StoreFile, writeStoreFile } from './trust-store-file.ts';

/** Whether nodes share the database, and with it the trust stores: one that is a file belongs to one node. */
export const sharesTrust = ({ database }: Pick<StartSettings, 'database'>): boolean =>
  database.identity_db.type === 'postgres';

/** By what a node is known: two on one host have homes of their own. */
export const nodeName = (home: string): string => `${hostname()}:${home}`;

/** A trust store of the deployment, and the file of this node that goes with it. */
export type FiledStore = StoreFile & {
  readonly key: string;
  readonly group: string | undefined;
  /** What the file holds. */
  readonly entries: readonly KeyStoreEntry[];
};

/** The trust store and the trust groups, as deployment.toml of this node names them. */
export function filedStores({
  now,
  stores,
}: Pick<FollowedConfiguration, 'now' | 'stores'>): readonly FiledStore[] {
  const { truststore, trust_group } = now();
  const { trusted, trustGroups } = stores();
  return [
    { ...truststore, key: trustStoreKey(undefined), group: undefined, entries: trusted },
    ...trust_group.map((group) => ({
      ...group,
      key: trustStoreKey(group.name),
      group: group.name,
      entries: trustGroups.get(group.name)?.trusted ?? [],
    })),
  ];
}

/** The files as the source: where no node shares them. */
export const filesAsSource = ({ stores }: Pick<FollowedConfiguration, 'stores'>): TrustedSource => ({
  read: async () => stores(),
  isCurrent: (contents) => contents === stores(),
});

/**
 * What the nodes share as the source. A store that no node gave yet is what this node's file holds, as it will be once it
 * is taken over.
 */
export function databaseAsSource(
  configuration: Pick<FollowedConfiguration, 'now' | 'stores'>,
  { trustStores, registry }: Pick<Storage, 'trustStores' | 'registry'>,
): TrustedSource {
  const { now } = configuration;
  type Read = {
    readonly contents: TrustedEntries;
    readonly version: number;
    readonly groups: unknown;
    readonly held: string;
  };
  let last: Read | undefined;
  const isCurrent = (read: Read): boolean =>
    read.version === registry.lastChange('trust store') && read.groups === now().trust_group;

  return {
    async read() {
      if (last && isCurrent(last) && registry.isCurrent()) return last.contents;
      const version = registry.lastChange('trust store');
      const groups = now().trust_group;
      const filed = filedStores(configuration);
      const shared = await trustStores.read(filed.map(({ key }) => key));
      const entriesOf = ({ key, entries }: FiledStore) => shared.get(key)?.entries.map(entryOf) ?? entries;
      const held = versionOfEntries(
        filed.map((store) => ({ name: store.key, entries: entriesOf(store) })),
        () => '',
      );
      // The same object where nothing is another: what was decided with it holds.
      const contents =
        last?.held === held
          ? last.contents
          : {
              trusted: filed.filter(({ group }) => group === undefined).flatMap(entriesOf),
              trustGroups: new Map(
                filed.flatMap((store) =>
                  store.group === undefined ? [] : [[store.group, { trusted: entriesOf(store) }] as const],
                ),
              ),
            };
      last = { contents, version, groups, held };
      return contents;
    },
    isCurrent: (contents) => last?.contents === contents && isCurrent(last),
  };
}

/** How a node's file differs from what the deployment has. */
export type FileState = {
  readonly store: FiledStore;
  /** What the node brought along and the deployment never took in. */
  readonly extra: readonly TrustedEntry[];
  /** How many it merely still holds, or lacks, because they were changed elsewhere. */
  readonly behind: number;
};

const takenFilesOf = (home: string) => createTakenFiles(homePaths(home).takenFiles);

/** A file by its place in the home, so that a home may be moved. */
function withinHome(home: string, file: string): string {
  const path = relative(home, file);
  return path.startsWith('..') || isAbsolute(path) ? file : path;
}

const thumbprintsOf = (entries: readonly TrustedEntry[]): readonly string[] =>
  entries.map(({ certificate }) => certificate.thumbprint);

/** Those entries whose certificates are not among the others. */
function without(entries: readonly TrustedEntry[], others: readonly TrustedEntry[]): readonly TrustedEntry[] {
  const known = new Set(thumbprintsOf(others));
  return entries.filter(({ certificate }) => !known.has(certificate.thumbprint));
}

const sameCertificates = (one: readonly TrustedEntry[], other: readonly TrustedEntry[]): boolean =>
  without(one, other).length + without(other, one).length === 0;

/** How the files of a home differ from what the deployment has; nothing is taken up. */
export async function fileStates(
  home: string,
  configuration: Pick<FollowedConfiguration, 'now' | 'stores'>,
  { trustStores }: Pick<Storage, 'trustStores'>,
  clock: Clock,
  taken = takenFilesOf(home),
): Promise<readonly FileState[]> {
  const filed = filedStores(configuration);
  const shared = await trustStores.read(filed.map(({ key }) => key));
  return Promise.all(
    filed.map(async (store) => {
      const before = await taken.read(store.key);
      const held = certificatesOf(store.entries, clock());
      const kept = shared.get(store.key)?.entries.map(entryOf) ?? held;
      const unknown = without(held, kept);
      const brought = before?.file === withinHome(home, store.file_name) ? new Set(before.extra) : undefined;
      const extra = unknown.filter(({ certificate }) => !brought || brought.has(certificate.thumbprint));
      return { store, extra, behind: unknown.length - extra.length + without(kept, held).length };
    }),
  );
}

/** The trust stores that nodes share, and the files of this one. */
export type SharedTrust = {
  readonly stores: SharedTrustStores;
  readonly source: TrustedSource;
  /**
   * Takes over what no node gave yet, and takes up what was done to the files since they were last taken.
   * @returns false where a file holds something else than was read of it: it is left until it was read again
   */
  takeUpFiles(): Promise<boolean>;
  /** How the files differ, having taken nothing up. */
  fileStates(): Promise<readonly FileState[]>;
  /** Writes into a file of this node what the deployment has; keys that stand in it stay. */
  writeFile(store: FiledStore): Promise<void>;
};

/** As a node reports it. */
export const extraOf = ({ store, extra }: FileState): readonly ExtraCertificate[] =>
  extra.map(({ alias, certificate }) => ({
    store: store.key,
    file: store.file_name,
    alias,
    thumbprint: certificate.thumbprint,
    subject: certificateDescription(certificate).subject,
  }));

/** Opens them for a home whose database is shared. */
export function createSharedTrust(
  { home, storage, events, clock }: Pick<OpenHome, 'home' | 'storage' | 'events' | 'clock'>,
  configuration: Pick<FollowedConfiguration, 'now' | 'stores'>,
): SharedTrust {
  const roles = createTrustRoles(storage, events, () => configuration.now().truststore, clock);
  const stores = createSharedTrustStores(storage, events, roles, clock);
  const taken = takenFilesOf(home);
  const node = nodeName(home);
  const within = (file: string) => withinHome(home, file);
  const shared = async (key: string) => (await stores.read([key])).get(key)?.entries.map(entryOf);
  /** Whether the file holds what this process read of it: another process may have taken it up since. */
  const isAsRead = async ({ file_name, password }: FiledStore, held: readonly TrustedEntry[]) => {
    const now = await readFile(file_name)
      .then((bytes) => readKeyStore(new Uint8Array(bytes), password))
      .catch(() => undefined);
    return now !== undefined && sameCertificates(certificatesOf(now, clock()), held);
  };

  const takeUpFile = async (store: FiledStore): Promise<boolean> => {
    const { key, file_name, entries } = store;
    const file = within(file_name);
    const held = certificatesOf(entries, clock());
    const place = { file: file_name, node };
    const before = await taken.read(key);
    const take = async (extra: readonly string[]) => {
      if ((await taken.read(key))?.mark === before?.mark)
        await taken.write(key, takenFrom(file, held, extra));
    };
    if (!(await isAsRead(store, held))) return false;
    if (!(await shared(key)) && (await stores.takeOver(key, held, place))) {
      await take([]);
      return true;
    }
    const unknown = async () => thumbprintsOf(without(held, (await shared(key)) ?? []));
    if (before?.file !== file) {
      // A node that comes brings nothing in: nobody here knows what was removed before it came.
      await take(await unknown());
      return true;
    }
    const edit = editSince(before, held);
    if (edit) await stores.takeUp(key, edit, place);
    const brought = new Set(before.extra);
    const extra = (await unknown()).filter((thumbprint) => brought.has(thumbprint));
    if (edit || before.writing || extra.length < before.extra.length) await take(extra);
    return true;
  };

  let underway: Promise<void> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = underway.then(work);
    underway = next.then(
      () => {},
      () => {},
    );
    return next;
  };

  return {
    stores,
    source: databaseAsSource(configuration, storage),

    takeUpFiles: () =>
      inTurn(async () => {
        let areAsRead = true;
        for (const store of filedStores(configuration)) areAsRead = (await takeUpFile(store)) && areAsRead;
        return areAsRead;
      }),

    fileStates: () => fileStates(home, configuration, storage, clock, taken),

    writeFile: (store) =>
      inTurn(async () => {
        const { key, file_name, entries } = store;
        const kept = (await shared(key)) ?? [];
        const keys = entries.filter(({ kind }) => kind === 'private-key');
        // A key's certificate stands beside its key.
        const beside = without(kept, certificatesOf(keys, clock())).map((entry) =>
          keys.some(sameAlias(entry.alias))
            ? { ...entry, alias: entry.certificate.thumbprint.toLowerCase() }
            : entry,
        );
        const whole = [...keys, ...beside];
        const writing = thumbprintsOf(certificatesOf(whole, clock()));
        const before = await taken.read(key);
        if (before) await taken.write(key, { ...before, writing });
        await writeStoreFile(store, whole);
        const after: TakenFile = takenFrom(within(file_name), certificatesOf(whole, clock()), []);
        await taken.write(key, after);
      }),
  };
}
