import { isDeepStrictEqual } from 'node:util';
import type { KeyStoreEntry, PrivateKeyEntry } from '@countersign/x509/key-store';
import { type Changes, REDACTED, redacted } from '../event/changes.ts';
import {
  type DeploymentContext,
  decodeDeploymentText,
  deploymentContext,
  deploymentOfTable,
  filesOfDeployment,
  type ReadDeployment,
  readDeployment,
  readDeploymentText,
  valueAt,
  withValueAt,
} from './deployment.ts';
import { CHANGES } from './deployment-schema.ts';
import {
  brokenStores,
  type DeploymentStores,
  lookAtStores,
  openStores,
  type StoreReport,
  UnusableStore,
} from './deployment-stores.ts';
import { InvalidDeployment, unreadableDeployment } from './invalid-deployment.ts';
import { type FileReport, LiveFile, type LiveFileOptions } from './live-file.ts';
import { isTable } from './references.ts';
import { type LiveSettings, type StartSettings, settingsOf } from './settings.ts';
import type { Path, Table } from './toml-source.ts';

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

export type FollowOptions = {
  /** @param changes old and new values, secrets left out; empty where nothing but text changed */
  readonly onReload: (report: ReloadReport, changes: Changes) => void;
  /** How often the files are looked at, in milliseconds; a change is taken up at the second look. */
  readonly interval?: number;
};

/** A configuration whose file is followed, with every store it names. */
export type FollowedConfiguration = Pick<Configuration, 'file' | 'atStart' | 'now' | 'isFromFile'> & {
  /** What the stores hold now: the same object until one of them changes. */
  stores(): StoreContents;
  /** Calls `listener` after each change that was taken up, with the file that changed. */
  onApplied(listener: (file: string) => void): void;
  /** Looks at every file at once, without waiting for the next time. */
  look(): Promise<void>;
  /** What keeps the files as they are now from being in force: what is wrong with them, and what waits for the next start. */
  standing(): ConfigurationStanding;
  /**
   * Reads another text of deployment.toml as a change of the file would be read, with every store it names, and takes up
   * nothing of it.
   * @throws InvalidDeployment, UnusableStore
   */
  judge(text: string): Promise<void>;
  /**
   * Has one of the stores written, and takes it up: whoever asks tells of the change, and `onReload` does not.
   * @param file as the configuration names it
   */
  writing(file: string, write: () => Promise<void>): Promise<void>;
  /** Stops looking. */
  close(): void;
};

/** How the files stand to what is in force. */
export type ConfigurationStanding = {
  /** Files that cannot be used as they are: what they held before is in force. */
  readonly broken: readonly { readonly file: string; readonly error: Error }[];
  /** Keys of deployment.toml that were changed and count from the next start on. */
  readonly waiting: readonly string[];
};

type Merged = {
  readonly read: ReadDeployment;
  /** Live keys that differ from what was in force before. */
  readonly changed: readonly string[];
  /** Keys of the file that wait for the next start. */
  readonly waiting: readonly string[];
  /** Old and new of both. */
  readonly changes: Changes;
};

type InForce = Merged & { readonly live: LiveSettings; readonly stores: DeploymentStores };

const INTERVAL = 1000;

/**
 * The one holder of what `deployment.toml` says. What it says at the start may be captured; what a running
 * server takes up can only be asked for, and answers differently once the file has been followed to a change.
 */
export class Configuration {
  /** The absolute name of the file. */
  readonly file: string;
  readonly atStart: StartSettings;
  readonly #context: DeploymentContext;
  #read: ReadDeployment;
  #live: LiveSettings;
  /** Every path that a file ever gave the value of: what is in force may be that of an earlier version. */
  readonly #fromFiles = new Set<string>();

  private constructor(context: DeploymentContext, read: ReadDeployment) {
    const { atStart, live } = settingsOf(read.deployment);
    this.file = context.file;
    this.atStart = atStart;
    this.#context = context;
    this.#read = read;
    this.#live = live;
    this.#noteFiles(read);
  }

  #noteFiles({ fromFiles }: ReadDeployment): void {
    for (const path of fromFiles) this.#fromFiles.add(JSON.stringify(path));
  }

  /** Whether a file gave the value at this path, or one within it: it is shown nowhere. @param path with list positions */
  readonly isFromFile = (path: Path): boolean => {
    const within = JSON.stringify(path).slice(0, -1);
    return [...this.#fromFiles].some((from) => from === `${within}]` || from.startsWith(`${within},`));
  };

  /**
   * Reads `<home>/repository/conf/deployment.toml`, once.
   * @param file its path; the home folder is two folders above its own
   * @throws InvalidDeployment with every problem found, when it is absent, not TOML, or wrong
   */
  static async read(file: string): Promise<Configuration> {
    const context = await deploymentContext(file);
    return new Configuration(context, readDeployment(await readDeploymentText(context.file), context));
  }

  /** In force now: the same object until a change is taken up. */
  readonly now = (): LiveSettings => this.#live;

  /**
   * Opens every store the file names and goes on following them and the file itself, so that {@link now}
   * tells what can be taken up live of the last good version. The timer does not keep the process alive.
   * @throws InvalidDeployment, UnusableStore
   */
  async follow({ onReload, interval = INTERVAL }: FollowOptions): Promise<FollowedConfiguration> {
    const { file, atStart, now, isFromFile } = this;
    const listeners: ((file: string) => void)[] = [];
    let stores: DeploymentStores | undefined;
    let contents: StoreContents | undefined;

    const writtenHere = new Set<string>();

    const report = (reload: ReloadReport, changes: Changes = {}): void => {
      if (!(reload.outcome === 'applied' && writtenHere.has(reload.file))) onReload(reload, changes);
      if (reload.outcome === 'applied') for (const listener of listeners) listener(reload.file);
    };
    const onStoreReport: StoreReport = (key, store, told) => {
      if (told.outcome === 'kept-last-good') {
        report({ ...told, file: store });
        return;
      }
      contents = undefined;
      report({ outcome: 'applied', file: store, changed: [key] }, told.changes);
    };
    const parse = async (bytes: Uint8Array): Promise<InForce> => {
      const wanted = readDeployment(decodeDeploymentText(bytes), this.#context);
      const next = merged(this.#read, wanted, this.#context);
      const { live } = settingsOf(next.read.deployment);
      return { ...next, live, stores: await openStores(live, onStoreReport, stores) };
    };
    const takeUp = ({ read, live, stores: opened }: InForce): void => {
      this.#read = read;
      this.#live = live;
      this.#noteFiles(read);
      stores = opened;
      contents = undefined;
    };
    const onReport = (told: FileReport<InForce>): void => {
      if (told.outcome === 'kept-last-good') {
        report({ ...told, file, error: deploymentError(file, told.error) });
        return;
      }
      takeUp(told.value);
      const { changed, waiting, changes } = told.value;
      const of = (keys: readonly string[]): Changes =>
        Object.fromEntries(Object.entries(changes).filter(([name]) => keys.includes(name)));
      if (changed.length > 0 || waiting.length === 0) {
        report({ outcome: 'applied', file, changed }, of(changed));
      }
      if (waiting.length > 0) report({ outcome: 'needs-restart', file, keys: waiting }, of(waiting));
    };

    const followed = await openDeploymentFile(file, {
      parse,
      beside: (bytes) => filesOfDeployment(bytes, this.#context),
      onReport,
    });
    const { changed, waiting } = followed.current;
    // The file may have changed since it was read.
    if (changed.length + waiting.length > 0) {
      onReport({ outcome: 'applied', value: followed.current, previous: followed.current });
    } else {
      takeUp(followed.current);
    }
    const judge = async (text: string): Promise<void> => {
      const next = merged(this.#read, readDeployment(text, this.#context), this.#context);
      await openStores(settingsOf(next.read.deployment).live, () => {}, stores);
    };
    const onLookFailed = (error: unknown): void =>
      report({ outcome: 'kept-last-good', file, error: deploymentError(file, error) });
    const look = async (): Promise<void> => {
      await followed.look();
      await lookAtStores(followed.current.stores);
    };
    return {
      file,
      atStart,
      now,
      isFromFile,
      stores() {
        contents ??= contentsOf(followed.current.stores);
        return contents;
      },
      onApplied(listener) {
        listeners.push(listener);
      },
      look,
      judge,
      standing: () => ({
        broken: [...brokenOf(followed), ...brokenStores(followed.current.stores)],
        waiting: followed.current.waiting,
      }),
      async writing(store, write) {
        writtenHere.add(store);
        try {
          await write();
          // A changed file is taken up at the second look.
          await look();
          await look();
        } finally {
          writtenHere.delete(store);
        }
      },
      close: repeat(look, interval, onLookFailed),
    };
  }
}

/** The file as {@link LiveFile}. @throws InvalidDeployment, UnusableStore */
async function openDeploymentFile<T>(file: string, options: LiveFileOptions<T>): Promise<LiveFile<T>> {
  try {
    return await LiveFile.open(file, options);
  } catch (cause) {
    throw deploymentError(file, cause);
  }
}

/** The file with what is wrong with it, where it cannot be used as it is. */
const brokenOf = ({ file, broken }: Pick<LiveFile<unknown>, 'file' | 'broken'>) =>
  broken === undefined ? [] : [{ file, error: deploymentError(file, broken) }];

/** Troubles of the file itself, told as those of the deployment. */
function deploymentError(file: string, cause: unknown): InvalidDeployment | UnusableStore {
  if (cause instanceof InvalidDeployment || cause instanceof UnusableStore) return cause;
  return unreadableDeployment(file, cause);
}

/**
 * Calls `work` again and again with `interval` milliseconds between, without keeping the process alive.
 * @param onFailed told what it threw; it is called again all the same
 */
function repeat(work: () => Promise<void>, interval: number, onFailed: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => void work().catch(onFailed).finally(schedule), interval);
    timer.unref();
  };
  schedule();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Where a key stands in a document: once, or in each table of the lists on its way. */
function placesOf(value: unknown, [name, ...rest]: readonly string[], before: Path = []): readonly Path[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, at) =>
      name === undefined ? [] : placesOf(item, [name, ...rest], [...before, at]),
    );
  }
  if (name === undefined) return [before];
  if (!isTable(value) || !Object.hasOwn(value, name)) return [];
  const within = [...before, name];
  return rest.length === 0 ? [within] : placesOf(value[name], rest, within);
}

/** A value as the audit trail tells it: of a secret, and of what a file gave, that there is one. */
function shownValue(
  { path, secrets }: (typeof CHANGES)[number],
  { written, fromFiles }: ReadDeployment,
): unknown {
  const hidden = [
    ...secrets.flatMap((secret) => placesOf(written, secret)),
    ...fromFiles.filter((from) => path.every((name, at) => from[at] === name)),
  ];
  const shown = hidden.reduce<Table>(
    (table, each) => (valueAt(table, each) === undefined ? table : withValueAt(table, each, REDACTED)),
    written,
  );
  return valueAt(shown, path);
}

/**
 * The wanted deployment with the restart keys of the one in force. Where the two do not go together,
 * nothing is taken up and everything that differs waits.
 */
function merged(before: ReadDeployment, wanted: ReadDeployment, context: DeploymentContext): Merged {
  const differing = CHANGES.filter(
    ({ path }) => !isDeepStrictEqual(valueAt(before.written, path), valueAt(wanted.written, path)),
  );
  const changes = Object.fromEntries(
    differing.map((change) => {
      const sides = { old: shownValue(change, before), new: shownValue(change, wanted) };
      // What a later version calls a secret is known by its name, as in any record.
      const { value = sides } = redacted({ value: sides });
      return [change.path.join('.'), value];
    }),
  );
  const named = (reload: 'live' | 'restart') =>
    differing.filter((change) => change.reload === reload).map(({ path }) => path.join('.'));
  const table = differing
    .filter(({ reload }) => reload === 'restart')
    .reduce((mixed, { path }) => withValueAt(mixed, path, valueAt(before.table, path)), wanted.table);
  const waits = (from: Path) =>
    differing.some(({ path, reload }) => reload === 'restart' && path.every((name, at) => from[at] === name));
  const fromFiles = [
    ...wanted.fromFiles.filter((from) => !waits(from)),
    ...before.fromFiles.filter((from) => waits(from)),
  ];
  try {
    return {
      read: deploymentOfTable(table, fromFiles, context),
      changed: named('live'),
      waiting: named('restart'),
      changes,
    };
  } catch (error) {
    if (!(error instanceof InvalidDeployment)) throw error;
    return { read: before, changed: [], waiting: [...named('restart'), ...named('live')], changes };
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
