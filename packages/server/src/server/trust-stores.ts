import { rename, rm, writeFile } from 'node:fs/promises';
import { certificateToPem } from '@countersign/x509';
import { type KeyStoreEntry, writePkcs12 } from '@countersign/x509/key-store';
import type { TrustStore, TrustStores } from '../admin/trust-resource.ts';
import { anchorsIn } from '../client-authentication/trust.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import type { LiveSettings } from '../config/settings.ts';
import type { EventRecorder } from '../event/event-recorder.ts';

type StoreFile = Pick<LiveSettings['truststore'], 'file_name' | 'password' | 'type'>;

const pemOf = (entries: readonly KeyStoreEntry[]): Uint8Array =>
  Buffer.from(anchorsIn(entries).map(certificateToPem).join(''));

/** The trust store files of a running deployment: read as they are followed, written whole. */
export function createTrustStores(configuration: FollowedConfiguration, events: EventRecorder): TrustStores {
  let writing: Promise<void> = Promise.resolve();
  let written = 0;

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

  const write = async ({ file_name, password, type }: StoreFile, entries: readonly KeyStoreEntry[]) => {
    const bytes = type === 'PEM' ? pemOf(entries) : await writePkcs12(entries, password);
    const underway = `${file_name}.${process.pid}.${written++}.new`;
    try {
      await writeFile(underway, bytes, { mode: 0o600, flush: true });
      await rename(underway, file_name);
    } finally {
      await rm(underway, { force: true });
    }
    // A changed file is taken up at the second look.
    await configuration.look();
    await configuration.look();
  };

  return {
    list,
    change(group, change, by, detail) {
      const next = writing.then(async () => {
        await configuration.look();
        const store = list().find((candidate) => candidate.group === group);
        await write(fileOf(group), change(store?.entries ?? []));
        events.record({
          type: 'truststore.changed',
          outcome: 'success',
          actor: by,
          object: { kind: 'truststore', id: group ?? 'truststore' },
          detail,
        });
      });
      writing = next.catch(() => {});
      return next;
    },
  };
}
