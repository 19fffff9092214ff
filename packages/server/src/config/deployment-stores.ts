import { type KeyStoreEntry, type PrivateKeyEntry, readKeyStore } from '@countersign/x509/key-store';
import type { Changes } from '../event/changes.ts';
import { changesOfBytes, changesOfEntries } from '../event/store-changes.ts';
import { serverKeyFile } from './deployment.ts';
import { type FileReport, LiveFile } from './live-file.ts';
import { readServerKey } from './server-key.ts';
import type { LiveSettings } from './settings.ts';

/** Thrown when a key store, trust store or CRL file that the deployment names cannot be used. */
export class UnusableStore extends Error {
  override readonly name = 'UnusableStore';
  /** The section that names the file, e.g. `keystore.primary`. */
  readonly key: string;
  readonly file: string;

  constructor(key: string, file: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`[${key}] ${file} cannot be used: ${reason}`, { cause });
    this.key = key;
    this.file = file;
  }
}

/** A file that follows the deployment, and everything its content is read with. */
type Slot<T> = { readonly key: string; readonly reading: string; readonly live: LiveFile<T> };
type Entries = readonly KeyStoreEntry[];
type GroupSlots = { readonly trusted: Slot<Entries>; readonly crl: Slot<Uint8Array> | undefined };

/** Every file with certificates in it that a deployment names, each kept up to date by itself. */
export type DeploymentStores = {
  readonly keystore: Slot<PrivateKeyEntry>;
  readonly truststore: Slot<Entries>;
  readonly trustGroups: ReadonlyMap<string, GroupSlots>;
  readonly proxy: Slot<Entries> | undefined;
  readonly outbound: Slot<Entries> | undefined;
};

/** Told of every change of a store: the section that names it, its file, and what the change came to. */
export type StoreReport = (
  key: string,
  file: string,
  report:
    | { readonly outcome: 'applied'; readonly changes: Changes }
    | { readonly outcome: 'kept-last-good'; readonly error: UnusableStore },
) => void;

/**
 * Opens the stores a deployment names. Those of `previous` that are read the same way stay as they are,
 * with their last good content.
 * @throws UnusableStore
 */
export async function openStores(
  { keystore, truststore, trust_group, transport, outbound }: LiveSettings,
  onReport: StoreReport,
  previous?: DeploymentStores,
): Promise<DeploymentStores> {
  const { primary } = keystore;
  const slot = async <T>(
    key: string,
    file: string,
    readWith: readonly string[],
    parse: (bytes: Uint8Array) => T | Promise<T>,
    before: Slot<T> | undefined,
    changesOf: (previous: T, value: T) => Changes,
    beside: readonly string[] = [],
  ): Promise<Slot<T>> => {
    const reading = JSON.stringify([file, ...readWith]);
    if (before?.reading === reading) return before;
    const named = (report: FileReport<T>): void =>
      onReport(
        key,
        file,
        report.outcome === 'applied'
          ? { outcome: 'applied', changes: changesOf(report.previous, report.value) }
          : { outcome: 'kept-last-good', error: new UnusableStore(key, file, report.error) },
      );
    try {
      return {
        key,
        reading,
        live: await LiveFile.open(file, { parse, beside: () => beside, onReport: named }),
      };
    } catch (cause) {
      throw new UnusableStore(key, file, cause);
    }
  };
  /** A file of certificates alone, which no password protects. */
  const plain = async (key: string, file: string | undefined, before: Slot<Entries> | undefined) =>
    file === undefined
      ? undefined
      : await slot(
          key,
          file,
          [],
          async (bytes) => withCertificates(await readKeyStore(bytes, '')),
          before,
          changesOfEntries,
        );
  const groups: [string, GroupSlots][] = [];
  for (const group of trust_group) {
    const before = previous?.trustGroups.get(group.name);
    const key = `trust_group.${group.name}`;
    groups.push([
      group.name,
      {
        trusted: await slot(
          key,
          group.file_name,
          [group.password],
          (bytes) => readKeyStore(bytes, group.password),
          before?.trusted,
          changesOfEntries,
        ),
        crl:
          group.crl_file === undefined
            ? undefined
            : await slot(
                `${key}.crl_file`,
                group.crl_file,
                [],
                (bytes) => bytes,
                before?.crl,
                changesOfBytes,
              ),
      },
    ]);
  }
  return {
    keystore: await slot(
      'keystore.primary',
      serverKeyFile(primary),
      [primary.key_file ?? '', primary.password, primary.key_password, primary.alias, primary.type],
      (bytes) => readServerKey(bytes, primary),
      previous?.keystore,
      (one, other) => changesOfEntries([one], [other]),
      primary.key_file === undefined ? [] : [primary.key_file],
    ),
    truststore: await slot(
      'truststore',
      truststore.file_name,
      [truststore.password],
      (bytes) => readKeyStore(bytes, truststore.password),
      previous?.truststore,
      changesOfEntries,
    ),
    trustGroups: new Map(groups),
    proxy: await plain('transport.proxy', transport.proxy.pinned_certificate, previous?.proxy),
    outbound: await plain('outbound', outbound.trusted_certificates_file, previous?.outbound),
  };
}

/** A file that is named for its certificates and has none is a mistake, not an empty list. */
function withCertificates(entries: Entries): Entries {
  if (entries.length === 0) throw new TypeError('it holds no certificate');
  return entries;
}

/** Looks at every store once. */
export async function lookAtStores(stores: DeploymentStores): Promise<void> {
  await Promise.all(slotsOf(stores).map(({ live }) => live.look()));
}

function slotsOf({ keystore, truststore, trustGroups, proxy, outbound }: DeploymentStores) {
  const groups = [...trustGroups.values()].flatMap(({ trusted, crl }) => [trusted, crl]);
  return [keystore, truststore, proxy, outbound, ...groups].filter((slot) => slot !== undefined);
}

/** The stores whose files cannot be used as they are now: what they held before counts. */
export const brokenStores = (
  stores: DeploymentStores,
): readonly { readonly file: string; readonly error: UnusableStore }[] =>
  slotsOf(stores).flatMap(({ key, live: { file, broken } }) =>
    broken === undefined ? [] : [{ file, error: new UnusableStore(key, file, broken) }],
  );
