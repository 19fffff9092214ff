import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import ipaddr from 'ipaddr.js';
import { type Clock, systemClock } from '../../clock.ts';
import type { Configuration, FollowedConfiguration } from '../../config/configuration.ts';
import { type HomePaths, homePaths } from '../../config/home.ts';
import { storageOptionsOf } from '../../server/open-home.ts';
import { openStorage } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { StorageUnavailable, type UnreadableRecord } from '../../storage/storage-errors.ts';

/** What a home is held against: the production guide too, or only what is wrong anywhere. */
export const PROFILES = ['production', 'development'] as const;
export type Profile = (typeof PROFILES)[number];

export type ExaminationOptions = {
  /** Decided by the host name when absent. */
  readonly profile?: Profile | undefined;
  /** Whether nothing is asked over the network. */
  readonly offline: boolean;
};

/** A home that is looked at: read once for all checks, and changed by none. */
export type Examination = {
  readonly home: string;
  readonly paths: HomePaths;
  readonly configuration: Configuration;
  readonly profile: Profile;
  readonly offline: boolean;
  readonly clock: Clock;
  /** The stores that the configuration names as they are, followed no further. @throws UnusableStore */
  readonly stores: () => Promise<FollowedConfiguration>;
  /**
   * The database, opened for looking alone.
   * @returns undefined where there is none yet, and where it is not asked
   * @throws StorageUnavailable, OlderSchema, NewerSchema, DataElsewhere
   */
  readonly storage: () => Promise<Storage | undefined>;
  /** Records that could not be read while the database was looked at. */
  readonly unreadable: readonly UnreadableRecord[];
  close(): Promise<void>;
};

/** How long a database has to be opened, and to be closed again, milliseconds. */
const OPENING_MS = 10_000;
const CLOSING_MS = 2_000;

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, '');

/** Whether a host or an address to listen on can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  const name = withoutBrackets(host).toLowerCase();
  if (isIP(name) === 0) return /(^|\.)localhost\.?$/.test(name);
  return ipaddr.process(name).range() === 'loopback';
}

/** Whether an address to listen on means all there are. */
export const isAllAddresses = (host: string): boolean =>
  isIP(withoutBrackets(host)) !== 0 && ipaddr.process(withoutBrackets(host)).range() === 'unspecified';

/** A home whose clients know it by a name of this machine alone is for development. */
export const profileOf = ({ atStart }: Pick<Configuration, 'atStart'>): Profile =>
  isLoopback(new URL(atStart.server.base_url).hostname) ? 'development' : 'production';

/** The same promise for everybody who asks. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

/** Begins to look at a home whose deployment.toml could be read. */
export function examine(
  home: string,
  configuration: Configuration,
  { profile = profileOf(configuration), offline }: ExaminationOptions,
): Examination {
  const unreadable: UnreadableRecord[] = [];
  const options = storageOptionsOf(configuration.atStart);
  let opening: Promise<Storage> | undefined;
  const stores = once(async () => {
    const followed = await configuration.follow({ onReload: () => {} });
    followed.close();
    return followed;
  });
  const storage = once(async () => {
    if (options.type === 'sqlite' ? !existsSync(options.file) : offline) return undefined;
    opening = openStorage({ ...options, looksOnly: true }, (problem) => void unreadable.push(problem));
    opening.catch(() => {});
    const late = delay(OPENING_MS, undefined, { ref: false }).then(() => {
      throw new StorageUnavailable(`the database did not answer within ${OPENING_MS / 1000} seconds`);
    });
    return await Promise.race([opening, late]);
  });
  return {
    home,
    paths: homePaths(home),
    configuration,
    profile,
    offline,
    clock: systemClock,
    stores,
    storage,
    unreadable,
    async close() {
      const closing = opening?.then((opened) => opened.close());
      await Promise.race([closing, delay(CLOSING_MS, undefined, { ref: false })]).catch(() => {});
    },
  };
}
