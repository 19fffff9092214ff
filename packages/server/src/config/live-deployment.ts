import { isDeepStrictEqual } from 'node:util';
import type { KeyStoreEntry, PrivateKeyEntry } from '@countersign/x509/key-store';
import {
  type Deployment,
  type DeploymentContext,
  decodeDeploymentText,
  deploymentContext,
  deploymentOfTable,
  type ReadDeployment,
  readDeployment,
  valueAt,
  withValueAt,
} from './deployment.ts';
import { CHANGES } from './deployment-schema.ts';
import {
  type DeploymentStores,
  lookAtStores,
  openStores,
  type StoreReport,
  UnusableStore,
} from './deployment-stores.ts';
import { InvalidDeployment, unreadableDeployment } from './invalid-deployment.ts';
import { type FileReport, LiveFile, type LiveFileOptions } from './live-file.ts';

/** What a change on disk came to. One edit may give both an `applied` and a `needs-restart`. */
export type ReloadReport =
  | {
      readonly outcome: 'applied';
      readonly file: string;
      /** The dotted keys with a new value, or the section whose store was read anew; empty when nothing but text changed. */
      readonly changed: readonly string[];
    }
  | {
      /** The file is half-written or wrong: what was in force stays in force. Said once until the cause changes. */
      readonly outcome: 'kept-last-good';
      readonly file: string;
      readonly error: InvalidDeployment | UnusableStore;
    }
  | {
      /** These keys stay as they were until the next start. */
      readonly outcome: 'needs-restart';
      readonly file: string;
      readonly keys: readonly string[];
    };

/** The certificates and keys that the deployment's files hold now. */
export type StoreContents = {
  readonly serverKey: PrivateKeyEntry;
  readonly trusted: readonly KeyStoreEntry[];
  readonly trustGroups: ReadonlyMap<
    string,
    { readonly trusted: readonly KeyStoreEntry[]; readonly crl: Uint8Array | undefined }
  >;
  /** Certificates by which a proxy is known; empty when proxies are known by address alone. */
  readonly proxyCertificates: readonly KeyStoreEntry[];
  /** Authorities trusted for outbound requests beside the public ones. */
  readonly outboundAuthorities: readonly KeyStoreEntry[];
};

export type LiveDeploymentOptions = {
  readonly onReload: (report: ReloadReport) => void;
  /** How often the files are looked at, in milliseconds; a change is taken up at the second look. */
  readonly interval?: number;
};

/**
 * The deployment of a running server: follows `deployment.toml` and every store it names, takes up what can
 * be taken up live, and keeps the last good version of whatever is broken.
 */
export type LiveDeployment = {
  /** In force now. Live keys change from one asking to the next, restart keys never. */
  readonly current: Deployment;
  /** What the stores hold now: the same object until one of them changes. */
  readonly stores: StoreContents;
  /** Looks at every file at once, without waiting for the next time. */
  look(): Promise<void>;
  /** Stops looking. */
  close(): void;
};

type InForce = {
  readonly read: ReadDeployment;
  readonly stores: DeploymentStores;
  /** Live keys that differ from what was in force before. */
  readonly changed: readonly string[];
  /** Keys of the file that wait for the next start. */
  readonly waiting: readonly string[];
};

const INTERVAL = 1000;

/**
 * Loads a deployment with its stores and goes on following them. The timer does not keep the process alive.
 * @param file the `deployment.toml` of a home folder
 * @throws InvalidDeployment, UnusableStore
 */
export async function openLiveDeployment(
  file: string,
  { onReload, interval = INTERVAL }: LiveDeploymentOptions,
): Promise<LiveDeployment> {
  const context = await deploymentContext(file);
  let inForce: InForce | undefined;
  let contents: StoreContents | undefined;

  const onStoreReport: StoreReport = (key, store, report) => {
    if (report.outcome === 'kept-last-good') {
      onReload({ ...report, file: store });
      return;
    }
    contents = undefined;
    onReload({ outcome: 'applied', file: store, changed: [key] });
  };

  const parse = async (bytes: Uint8Array): Promise<InForce> => {
    const wanted = readDeployment(decodeDeploymentText(bytes), context);
    const next = inForce ? merged(inForce.read, wanted, context) : { read: wanted, changed: [], waiting: [] };
    return { ...next, stores: await openStores(next.read.deployment, onStoreReport, inForce?.stores) };
  };

  const onReport = (report: FileReport<InForce>): void => {
    if (report.outcome === 'kept-last-good') {
      onReload({ ...report, file: context.file, error: deploymentError(context.file, report.error) });
      return;
    }
    inForce = report.value;
    contents = undefined;
    const { changed, waiting } = report.value;
    if (changed.length > 0 || waiting.length === 0)
      onReload({ outcome: 'applied', file: context.file, changed });
    if (waiting.length > 0) onReload({ outcome: 'needs-restart', file: context.file, keys: waiting });
  };

  const live = await openDeploymentFile(context.file, { parse, onReport });
  inForce = live.current;

  const look = async (): Promise<void> => {
    await live.look();
    await lookAtStores(live.current.stores);
  };
  const stop = repeat(look, interval);
  return {
    get current() {
      return live.current.read.deployment;
    },
    get stores() {
      contents ??= contentsOf(live.current.stores);
      return contents;
    },
    look,
    close: stop,
  };
}

/** The file as {@link LiveFile}. @throws InvalidDeployment, UnusableStore */
async function openDeploymentFile<T>(file: string, options: LiveFileOptions<T>): Promise<LiveFile<T>> {
  try {
    return await LiveFile.open(file, options);
  } catch (cause) {
    throw deploymentError(file, cause);
  }
}

/** Troubles of the file itself, told as those of the deployment. */
function deploymentError(file: string, cause: unknown): InvalidDeployment | UnusableStore {
  if (cause instanceof InvalidDeployment || cause instanceof UnusableStore) return cause;
  return unreadableDeployment(file, cause);
}

/** Calls `work` again and again with `interval` milliseconds between, without keeping the process alive. */
function repeat(work: () => Promise<void>, interval: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => void work().finally(schedule), interval);
    timer.unref();
  };
  schedule();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/**
 * The wanted deployment with the restart keys of the one in force. Where the two do not go together,
 * nothing is taken up and everything that differs waits.
 */
function merged(
  before: ReadDeployment,
  wanted: ReadDeployment,
  context: DeploymentContext,
): {
  readonly read: ReadDeployment;
  readonly changed: readonly string[];
  readonly waiting: readonly string[];
} {
  const differing = CHANGES.filter(
    ({ path }) => !isDeepStrictEqual(valueAt(before.written, path), valueAt(wanted.written, path)),
  );
  const named = (reload: 'live' | 'restart') =>
    differing.filter((change) => change.reload === reload).map(({ path }) => path.join('.'));
  const table = differing
    .filter(({ reload }) => reload === 'restart')
    .reduce((mixed, { path }) => withValueAt(mixed, path, valueAt(before.table, path)), wanted.table);
  try {
    return { read: deploymentOfTable(table, context), changed: named('live'), waiting: named('restart') };
  } catch (error) {
    if (!(error instanceof InvalidDeployment)) throw error;
    return { read: before, changed: [], waiting: [...named('restart'), ...named('live')] };
  }
}

function contentsOf({ keystore, truststore, trustGroups, proxy, outbound }: DeploymentStores): StoreContents {
  return {
    serverKey: keystore.live.current,
    trusted: truststore.live.current,
    trustGroups: new Map(
      [...trustGroups].map(([name, { trusted, crl }]) => [
        name,
        { trusted: trusted.live.current, crl: crl?.live.current },
      ]),
    ),
    proxyCertificates: proxy?.live.current ?? [],
    outboundAuthorities: outbound?.live.current ?? [],
  };
}
