import { rename, rm, writeFile } from 'node:fs/promises';
import { certificateToPem } from '@countersign/x509';
import { type KeyStoreEntry, writePkcs12 } from '@countersign/x509/key-store';
import type { TrustStore, TrustStores } from '../admin/trust-resource.ts';
import { anchorsIn } from '../client-authentication/judged-stores.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import type { LiveSettings } from '../config/settings.ts';
import type { Actor } from '../event/actor.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { changesOfEntries, versionOfEntries } from '../event/store-changes.ts';
import { checkRevision } from '../registration/unit-of-change.ts';

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
export const trustStoreChanged = (
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

/** The trust store files of a running deployment: read as they are followed, written whole. */
export function createTrustStores(configuration: FollowedConfiguration, events: EventRecorder): TrustStores {
  let writing: Promise<void> = Promise.resolve();

  const list = (): readonly TrustStore[] => {
    const { truststore, trust_group } = configuration.now();
    const { trusted, trustGroups } = configuration.stores();
    return [
      {
        group: undefined,
        file: truststore.file_name,
        type: truststore.type,
        revocation: 'off',
        crl_file: undefined,
        entries: trusted,
      },
      ...trust_group.map((group) => ({
        group: group.name,
        file: group.file_name,
        type: group.type,
        revocation: group.revocation,
        crl_file: group.crl_file,
        entries: trustGroups.get(group.name)?.trusted ?? [],
      })),
    ];
  };

  const fileOf = (group: string | undefined): StoreFile => {
    const { truststore, trust_group } = configuration.now();
    const file = group === undefined ? truststore : trust_group.find(({ name }) => name === group);
    if (!file) throw new Error(`the trust group ${group} is no longer configured`);
    return file;
  };

  const version = () =>
    versionOfEntries(list().map(({ group, entries }) => ({ name: group ?? '', entries })));

  return {
    list,
    version,
    change(group, change, by, expected) {
      const next = writing.then(async () => {
        // A file that somebody else changed is taken up at the second look.
        await configuration.look();
        await configuration.look();
        checkRevision('the trust store', version(), expected);
        const before = list().find((candidate) => candidate.group === group)?.entries ?? [];
        const after = change(before);
        const file = fileOf(group);
        await configuration.writing(file.file_name, () => writeStoreFile(file, after));
        events.record(trustStoreChanged(group, by, before, after));
      });
      writing = next.catch(() => {});
      return next;
    },
  };
}
