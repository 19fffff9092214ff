import { MalformedCertificate, MalformedDer } from '@countersign/x509';
import type { RevocationProblem } from '@countersign/x509/revocation';
import type { CacheLookups } from '../cache-use.ts';
import type { Clock } from '../clock.ts';
import { OutboundRefused } from './outbound-fetch.ts';

/** Thrown by a loader whose document arrived and cannot be used. */
export class UnusableRevocationData extends Error {
  override readonly name = 'UnusableRevocationData';
  readonly problems: readonly RevocationProblem[];

  constructor(problems: readonly RevocationProblem[]) {
    super(problems.map(({ detail }) => detail).join('; '));
    this.problems = problems;
  }
}

/** What a loader brings. Times are milliseconds since the epoch. */
export type Loaded<T> = {
  readonly value: T;
  /** Octets it takes. */
  readonly size: number;
  /** Equal when nothing that decisions depend on has changed. */
  readonly digest: string;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  /** When it is to be renewed at the latest, if sooner than its nextUpdate asks for. */
  readonly refreshAt?: number;
  /** It counts although what is held was made after it: a revocation that nothing takes back. */
  readonly countsForGood?: boolean;
};

/** What revocation data is held from one place, for the console. Times are milliseconds since the epoch. */
export type RevocationState = {
  readonly kind: 'crl' | 'ocsp';
  /** URL or path. */
  readonly location: string;
  /** Which certificate an OCSP response is about: its serial number in hexadecimal. */
  readonly serial?: string;
  readonly thisUpdate?: number;
  readonly nextUpdate?: number;
  readonly fetchedAt?: number;
  /** The last attempt, when it failed. */
  readonly lastError?: { readonly at: number; readonly problems: readonly RevocationProblem[] };
  /** No attempt is made before, while failures are backed off. */
  readonly nextAttemptAt?: number;
};

/** One document as asked for: what is held, why the last attempt failed, when to ask again. */
export type Held<T> = {
  readonly value: T | undefined;
  readonly problems: readonly RevocationProblem[];
  /** When to ask again: until then, `onChange` tells of everything new. Milliseconds since the epoch. */
  readonly recheckAt: number;
};

export type Place<T> = {
  readonly kind: RevocationState['kind'];
  readonly location: string;
  readonly serial?: string;
  /** Kept and renewed by the timer even while nobody asks for it. */
  readonly permanent?: boolean;
  readonly load: () => Promise<Loaded<T>>;
};

export type RevocationCacheOptions = {
  readonly clock: Clock;
  /** 0 to 1, for the jitter of renewals and of the backoff. */
  readonly random: () => number;
  /** The least recently used gives way beyond these. */
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** What its lookups are counted in: one that has to wait for a load is a miss. */
  readonly lookups: CacheLookups;
  /** Called when something that decisions may depend on has changed. Must not throw. */
  readonly onChange: () => void;
  /** Told of every attempt that ended. Must not throw. */
  readonly onAttempt?: ((state: RevocationState) => void) | undefined;
};

type Entry<T> = {
  place: Place<T>;
  loaded: Loaded<T> | undefined;
  fetchedAt: number;
  refreshAt: number;
  lastError: RevocationState['lastError'];
  failures: number;
  nextAttemptAt: number;
  usedSinceLoad: boolean;
  underWay: Promise<void> | undefined;
};

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const BACKOFF = { first: 2 * SECOND, most: 60 * SECOND };
/** A CRL replaced before its time, as after a compromise, is seen within a day. */
const LONGEST_WITHOUT_REFRESH = 24 * HOUR;
const AT_ONCE = 4;

/** Why a load failed, in the words of revocation. */
export function problemsOf(error: unknown): readonly RevocationProblem[] {
  if (error instanceof UnusableRevocationData) return error.problems;
  if (error instanceof OutboundRefused && error.because === 'over-budget') {
    return [{ because: 'not-asked', detail: error.message }];
  }
  if (error instanceof OutboundRefused) {
    return [{ because: 'unreachable', detail: `${error.because}: ${error.message}` }];
  }
  const detail = error instanceof Error ? error.message : String(error);
  const malformed = error instanceof MalformedDer || error instanceof MalformedCertificate;
  return [{ because: malformed ? 'malformed' : 'unexpected', detail }];
}

/** Whether what arrived was made before what is held from there. A file is its owner's to put back. */
const isOutOfDate = <T>(arrived: Loaded<T>, { loaded, place }: Entry<T>): boolean =>
  loaded !== undefined &&
  !place.permanent &&
  !arrived.countsForGood &&
  arrived.thisUpdate < loaded.thisUpdate;

/** Milliseconds to wait after the `failures`th failure in a row, with jitter. */
export const backoffDelay = (failures: number, random: () => number): number =>
  Math.min(BACKOFF.first * 2 ** Math.min(failures - 1, 30), BACKOFF.most) * (0.5 + random() / 2);

/**
 * Revocation data from elsewhere, held as long as it says itself: renewed behind the requests before its
 * nextUpdate, one load at a time for a place, failures backed off, bounded in entries and octets. What is past
 * its nextUpdate is still handed out, for it may say "revoked"; those who evaluate it know the time.
 */
export class RevocationCache<T> {
  readonly #options: RevocationCacheOptions;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry<T>>();
  #bytes = 0;

  constructor(options: RevocationCacheOptions) {
    this.#options = options;
  }

  /** What is held from a place, loaded first when nothing current is. Never rejects. @param key names the place */
  async get(key: string, place: Place<T>): Promise<Held<T>> {
    const entry = this.#touch(key, place);
    const now = this.#options.clock();
    entry.usedSinceLoad = true;
    if (this.#isCurrent(entry, now)) {
      this.#options.lookups.hits++;
      if (now >= entry.refreshAt && now >= entry.nextAttemptAt) void this.#load(entry);
    } else if (entry.underWay || now >= entry.nextAttemptAt) {
      this.#options.lookups.misses++;
      await this.#load(entry);
    } else {
      this.#options.lookups.hits++;
    }
    return this.#held(entry);
  }

  /** Renews everything that is due and in use, a few at a time, and lets go of what has lapsed unused. Never rejects. */
  async refreshDue(): Promise<void> {
    const now = this.#options.clock();
    const due: Entry<T>[] = [];
    for (const [key, entry] of this.#entries) {
      if (now < entry.refreshAt || now < entry.nextAttemptAt) continue;
      if (entry.usedSinceLoad || entry.place.permanent) due.push(entry);
      else if (!this.#isCurrent(entry, now) && !entry.underWay) this.#drop(key, entry);
    }
    const next = async (): Promise<void> => {
      for (let entry = due.shift(); entry; entry = due.shift()) await this.#load(entry);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  /** Renews what is held from a location at once, whatever the backoff says. Never rejects. */
  async refresh(location: string): Promise<void> {
    const entries = [...this.#entries.values()].filter(({ place }) => place.location === location);
    await Promise.all(entries.map((entry) => this.#load(entry)));
  }

  get size(): number {
    return this.#entries.size;
  }

  states(): RevocationState[] {
    return Array.from(this.#entries.values(), (entry) => this.#state(entry));
  }

  #touch(key: string, place: Place<T>): Entry<T> {
    const entry = this.#entries.get(key) ?? {
      place,
      loaded: undefined,
      fetchedAt: 0,
      refreshAt: 0,
      lastError: undefined,
      failures: 0,
      nextAttemptAt: 0,
      usedSinceLoad: true,
      underWay: undefined,
    };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#makeRoom(entry);
    return entry;
  }

  #makeRoom(kept: Entry<T>): void {
    const { maxEntries, maxBytes } = this.#options;
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= maxEntries && this.#bytes <= maxBytes) return;
      // One under way stays, or a second load of the same place could start beside it.
      if (entry !== kept && !entry.underWay && !entry.place.permanent) this.#drop(key, entry);
    }
  }

  #drop(key: string, entry: Entry<T>): void {
    this.#entries.delete(key);
    this.#bytes -= entry.loaded?.size ?? 0;
  }

  #isCurrent({ loaded }: Entry<T>, now: number): boolean {
    return loaded !== undefined && loaded.nextUpdate !== undefined && now < loaded.nextUpdate;
  }

  #held(entry: Entry<T>): Held<T> {
    return {
      value: entry.loaded?.value,
      problems: entry.lastError?.problems ?? [],
      recheckAt:
        entry.loaded && entry.place.permanent
          ? Number.POSITIVE_INFINITY
          : Math.max(entry.refreshAt, entry.nextAttemptAt),
    };
  }

  #state({ place, loaded, fetchedAt, lastError, nextAttemptAt }: Entry<T>): RevocationState {
    return {
      kind: place.kind,
      location: place.location,
      ...(place.serial !== undefined && { serial: place.serial }),
      ...(loaded && { thisUpdate: loaded.thisUpdate, fetchedAt }),
      ...(loaded?.nextUpdate !== undefined && { nextUpdate: loaded.nextUpdate }),
      ...(lastError && { lastError }),
      ...(nextAttemptAt > this.#options.clock() && { nextAttemptAt }),
    };
  }

  #load(entry: Entry<T>): Promise<void> {
    entry.underWay ??= this.#attempt(entry).finally(() => {
      entry.underWay = undefined;
      this.#makeRoom(entry);
      this.#options.onAttempt?.(this.#state(entry));
    });
    return entry.underWay;
  }

  async #attempt(entry: Entry<T>): Promise<void> {
    const { clock, onChange } = this.#options;
    entry.usedSinceLoad = false;
    try {
      const loaded = await entry.place.load();
      if (isOutOfDate(loaded, entry)) {
        // Sent again by somebody on the way, or by a copy that lags behind: what came after it is known.
        entry.failures += 1;
        entry.nextAttemptAt = this.#nextAttempt(entry);
        return;
      }
      const changed = entry.loaded ? entry.loaded.digest !== loaded.digest : entry.lastError !== undefined;
      this.#bytes += loaded.size - (entry.loaded?.size ?? 0);
      entry.loaded = loaded;
      entry.fetchedAt = clock();
      entry.lastError = undefined;
      entry.refreshAt = this.#refreshAt(loaded, entry.fetchedAt);
      // What arrives already outdated, from a cache on the way perhaps, is not asked for again at once.
      const outdated = !this.#isCurrent(entry, entry.fetchedAt);
      entry.failures = outdated ? entry.failures + 1 : 0;
      entry.nextAttemptAt = outdated ? this.#nextAttempt(entry) : 0;
      if (changed) onChange();
    } catch (error) {
      entry.failures += 1;
      entry.lastError = { at: clock(), problems: problemsOf(error) };
      entry.nextAttemptAt = this.#nextAttempt(entry);
    }
  }

  #nextAttempt({ failures }: Entry<T>): number {
    return this.#options.clock() + backoffDelay(failures, this.#options.random);
  }

  /** A tenth of its lifetime before nextUpdate, an hour at most, a little sooner by chance. */
  #refreshAt({ nextUpdate = 0, refreshAt = Number.POSITIVE_INFINITY }: Loaded<T>, now: number): number {
    const left = Math.max(0, nextUpdate - now);
    const margin = Math.min(left / 10, HOUR) * (1 + this.#options.random());
    return Math.min(now + left - margin, now + LONGEST_WITHOUT_REFRESH, refreshAt);
  }
}
