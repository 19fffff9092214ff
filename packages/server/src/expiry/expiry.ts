import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { cursorOf } from '../storage/page.ts';
import type { ClientCertificateEnd, EndPlace, EndRequest, ListingPage, Storage } from '../storage/storage.ts';
import { clientAuthority, clientCertificate } from './client-certificates.ts';
import { type DescribedWatched, describedOf } from './described.ts';
import { DAY } from './thresholds.ts';
import { WATCHED_KINDS, type Watched, type WatchedKind } from './watched.ts';

/** `[expiry_watch]` of deployment.toml under its own names. */
export type ExpirySettings = {
  readonly enable: boolean;
  readonly days: readonly number[];
  /** Seconds. */
  readonly signing_key_age: number;
  readonly unused_after: number;
};

/** What a list is narrowed to; all given fields must match. */
export type WatchedFilter = {
  readonly kind?: WatchedKind | undefined;
  readonly client_id?: string | undefined;
  /** Milliseconds: what ends within these from now, and what ended within the last thirty days. */
  readonly within?: number | undefined;
  /** Milliseconds: what ends later than these from now. */
  readonly beyond?: number | undefined;
  /** What has ended, however long ago; false for what has not. */
  readonly expired?: boolean | undefined;
  readonly unused?: boolean | undefined;
  readonly shared?: boolean | undefined;
};

/** What somebody may see of what is watched. */
export type Seen = {
  readonly kinds: ReadonlySet<WatchedKind>;
  /** What belongs to clients: of every one, of none, or of those in any of these groups, by `group_id`. */
  readonly clients: 'every' | 'none' | { readonly groups: readonly string[] };
};

export type Expiry = {
  /**
   * What is watched, the soonest end first; what nobody can say the end of comes last. Without a filter for it, what ended
   * more than thirty days ago is left out, and what belongs to clients that are disabled is so always. A page can be short
   * or empty and have a `next`: it goes on there.
   * @param seen everything where it is absent
   * @throws InvalidCursor
   */
  list(
    request: WatchedFilter & { readonly limit: number; readonly after?: string | undefined },
    seen?: Seen,
  ): Promise<ListingPage<DescribedWatched>>;
  /**
   * Counts what is watched by kind and by when it ends: before the first of `bounds`, between each two, from the last one
   * on, and what nobody can say the end of. What belongs to disabled clients is left out.
   * @param bounds milliseconds since the epoch, ascending
   * @param most how many of a kind are counted at most, each time
   */
  count(
    filter: Pick<WatchedFilter, 'kind' | 'client_id'>,
    bounds: readonly number[],
    most: number,
    seen?: Seen,
  ): Promise<readonly ReadonlyMap<WatchedKind, number>[]>;
  /** What stands in no table of clients: of the stores, the signing keys, and what nodes hold. */
  few(): Promise<readonly Watched[]>;
  /** Certificates of clients, as rows of {@link Storage}, made what is watched. */
  ofRows(rows: readonly ClientCertificateEnd[], presented: boolean): Promise<readonly Watched[]>;
};

export type ExpiryOptions = {
  readonly storage: Pick<
    Storage,
    'certificateEnds' | 'certificateUses' | 'expiryNotices' | 'clients' | 'webhookDeliveries'
  >;
  readonly few: () => Promise<readonly Watched[]>;
  readonly settings: () => Pick<ExpirySettings, 'unused_after'>;
  /** Thumbprints by which administrators enter. */
  readonly administrators: () => ReadonlySet<string>;
  readonly clock: Clock;
};

const EVERYTHING: Seen = { kinds: new Set(WATCHED_KINDS), clients: 'every' };

/** How long after its end something is listed beside what still is to end. */
export const LISTED_AFTER_END = 30 * DAY;

/** The end of what nobody can say the end of, where lists go on by it. */
const UNKNOWN = Number.MAX_SAFE_INTEGER;

/** The lists that are made one, in the order of what ends at one moment. */
const RANK = { few: 0, registered: 1, presented: 2, authorities: 3, withoutEnd: 4 } as const;
type Place = readonly [end: number, rank: number, first: string, second: string];
const cursor = cursorOf<Place>(z.tuple([z.int(), z.int(), z.string(), z.string()]));

/** Undefined for one that another list has. */
type Row = { readonly place: Place; readonly watched: () => Watched | undefined };

const byPlace = ({ place: one }: Row, { place: other }: Row): number => {
  for (const index of [0, 1, 2, 3] as const) {
    if (one[index] < other[index]) return -1;
    if (one[index] > other[index]) return 1;
  }
  return 0;
};

/** What of a request a list of this rank is asked, to go on after a place of all lists. */
function goingOn(rank: number, since: number, from: Place | undefined): Pick<EndRequest, 'since' | 'after'> {
  if (!from) return { since };
  const [end, ofRank, first, second] = from;
  if (rank < ofRank) return { since: Math.min(Math.max(since, end + 1), UNKNOWN) };
  if (rank > ofRank) return { since: Math.max(since, end) };
  const after: EndPlace = { not_after: end, first, second };
  return { since, after };
}

type Window = { readonly since: number | undefined; readonly until: number | undefined };

/** @param window undefined for what nobody can say the end of */
const endsIn = (end: number | undefined, window: Window | undefined): boolean =>
  end === undefined || window === undefined
    ? end === undefined && window === undefined
    : (window.since === undefined || end >= window.since) &&
      (window.until === undefined || end < window.until);

/** Between which ends a list goes; milliseconds since the epoch. */
function boundsOf(
  { expired, within, beyond }: WatchedFilter,
  now: number,
): { readonly since: number; readonly until: number | undefined } {
  if (expired) return { since: 0, until: now };
  const until = within === undefined ? undefined : now + within;
  if (beyond !== undefined) return { since: now + beyond, until };
  return { since: expired === false ? now : now - LISTED_AFTER_END, until };
}

/** Certificates are read a few at a time: others have their turn between. */
const AT_ONCE = 5;

/** Without the names of those who share it and are not seen. */
async function withoutOthers(
  described: readonly DescribedWatched[],
  clients: Exclude<Seen['clients'], 'every'>,
  storage: ExpiryOptions['storage'],
): Promise<readonly DescribedWatched[]> {
  const named = described.flatMap(({ shared }) =>
    shared.flatMap((each) => (each.as === 'client' ? [each.client_id] : [])),
  );
  const seen =
    clients === 'none'
      ? new Set<string>()
      : await storage.clients.within([...new Set(named)], clients.groups);
  return described.map(({ last_used_at, unused, ...each }) => ({
    ...each,
    // Others may have the same authority, and it is used by them.
    ...(each.kind !== 'authority' && last_used_at !== undefined && { last_used_at }),
    ...(each.kind !== 'authority' && unused !== undefined && { unused }),
    shared: each.shared.filter(
      (other) => other.as !== 'person' && (other.as !== 'client' || seen.has(other.client_id)),
    ),
  }));
}

/** How much of what is seen ends in each window, by kind; the last one is of those whose end nobody can say. */
async function countedEnds(
  certificateEnds: ExpiryOptions['storage']['certificateEnds'],
  few: readonly Watched[],
  { kind, client_id }: Pick<WatchedFilter, 'kind' | 'client_id'>,
  bounds: readonly number[],
  most: number,
  { kinds, clients }: Seen,
): Promise<readonly ReadonlyMap<WatchedKind, number>[]> {
  const fewNow = few.filter(
    (each) =>
      (kind === undefined || each.kind === kind) && (client_id === undefined || each.client_id === client_id),
  );
  const seesClients = clients !== 'none';
  const ofKind = (wanted: WatchedKind) => kind === undefined || kind === wanted;
  const asked = {
    client_id,
    most,
    clients: seesClients && kinds.has('client') && ofKind('client'),
    authorities: seesClients && ofKind('authority'),
    // One that stands in a store as well is counted as that.
    but: fewNow.flatMap(({ kind: each, thumbprint }) =>
      each === 'authority' && thumbprint !== undefined ? [thumbprint] : [],
    ),
    ...(typeof clients === 'object' && { within: clients.groups }),
  };
  const windows = [undefined, ...bounds].map((since, index) => ({ since, until: bounds[index] }));
  const counts: ReadonlyMap<WatchedKind, number>[] = [];
  for (const window of [...windows, undefined]) {
    const { client, authority } = await certificateEnds.count({ ...asked, window });
    const counted = new Map<WatchedKind, number>();
    const add = (each: WatchedKind, count: number) => {
      if (count > 0) counted.set(each, (counted.get(each) ?? 0) + count);
    };
    for (const { kind: each, not_after } of fewNow) if (endsIn(not_after, window)) add(each, 1);
    add('client', client);
    add('authority', authority);
    counts.push(counted);
  }
  return counts;
}

/** Lists what is watched, from wherever it stands. */
export function createExpiry(options: ExpiryOptions): Expiry {
  const { storage, few, settings, clock } = options;
  const { certificateEnds } = storage;

  const clientRow =
    (rank: number, usesSince: number | undefined) =>
    (row: ClientCertificateEnd): Row => ({
      place: [row.not_after ?? UNKNOWN, rank, row.client_id, row.thumbprint],
      watched: () => clientCertificate(row, { presented: rank === RANK.presented, usesSince }),
    });

  /** The first rows of every list, of which the first of all are among them. */
  async function firstRows(
    filter: WatchedFilter,
    { kinds, clients }: Seen,
    fewNow: readonly Watched[],
    from: Place | undefined,
    bounds: { readonly since: number; readonly until: number | undefined; readonly unusedSince: number },
    limit: number,
  ): Promise<readonly Row[]> {
    const { kind, client_id, shared } = filter;
    const { since, until, unusedSince } = bounds;
    const usesSince = await storage.expiryNotices.begun();
    const within = typeof clients === 'object' && { within: clients.groups };
    const seesClients = clients !== 'none';
    const inFew = new Set(fewNow.map(({ key }) => key));
    // What is shared with those who are not seen must not tell by the places of pages.
    const sharedBeside = shared && clients === 'every' ? certificatesBeside(fewNow) : undefined;
    const asked = (rank: number): EndRequest => ({
      limit,
      until,
      client_id,
      ...within,
      ...(sharedBeside && { sharedBeside }),
      ...goingOn(rank, since, from),
    });
    const ofClients = seesClients && kinds.has('client') && (kind === undefined || kind === 'client');
    // Of what a client only came with nobody says that it is unused, and of nothing before uses were noted long enough.
    const unused = filter.unused === true;
    const canBeUnused = usesSince !== undefined && usesSince <= unusedSince;
    const [registered, presented, authorities, withoutEnd] = await Promise.all([
      ofClients && (!unused || canBeUnused)
        ? certificateEnds.registered({ ...asked(RANK.registered), ...(unused && { unusedSince }) })
        : [],
      ofClients && !unused ? certificateEnds.presented(asked(RANK.presented)) : [],
      seesClients && (kind === undefined || kind === 'authority')
        ? certificateEnds.authorities(asked(RANK.authorities))
        : [],
      ofClients && !unused && until === undefined
        ? certificateEnds.withoutEnd({ limit, client_id, ...within, after: asked(RANK.withoutEnd).after })
        : [],
    ]);
    const fewRows = fewNow
      .filter((each) => kind === undefined || each.kind === kind)
      .filter((each) => client_id === undefined || each.client_id === client_id)
      .map(
        (each): Row => ({
          place: [each.not_after ?? UNKNOWN, RANK.few, each.key, ''],
          watched: () => each,
        }),
      )
      .filter(({ place: [end] }) => end >= since && (until === undefined || end < until))
      .filter((row) => !from || byPlace(row, { ...row, place: from }) > 0);
    return [
      ...fewRows,
      ...registered.map(clientRow(RANK.registered, usesSince)),
      ...presented.map(clientRow(RANK.presented, usesSince)),
      // One that stands in a store as well is listed as that.
      ...authorities.map(clientAuthority).map(
        (each): Row => ({
          place: [each.not_after ?? UNKNOWN, RANK.authorities, each.thumbprint ?? '', ''],
          watched: () => (inFew.has(each.key) ? undefined : each),
        }),
      ),
      ...withoutEnd.map(clientRow(RANK.withoutEnd, usesSince)),
    ].toSorted(byPlace);
  }

  /** The certificates that are not clients', by which a client's is shared. */
  const certificatesBeside = (fewNow: readonly Watched[]): readonly string[] => [
    ...new Set([
      ...fewNow.flatMap(({ thumbprint, kind }) =>
        thumbprint === undefined || kind === 'jwks' ? [] : [thumbprint],
      ),
      ...options.administrators(),
    ]),
  ];

  const fewSeen = async (seen: Seen): Promise<readonly Watched[]> => {
    const all = await few();
    // Of what is published at a jwks_uri it is not known whose it is.
    return all.filter(({ kind }) => seen.kinds.has(kind) && (kind !== 'jwks' || seen.clients === 'every'));
  };

  return {
    few,

    count: async (filter, bounds, most, seen = EVERYTHING) =>
      countedEnds(certificateEnds, await fewSeen(seen), filter, bounds, most, seen),

    async ofRows(rows, presented) {
      const usesSince = await storage.expiryNotices.begun();
      const found: Watched[] = [];
      for (const [index, row] of rows.entries()) {
        if (index % AT_ONCE === 0) await setImmediate();
        found.push(clientCertificate(row, { presented, usesSince }));
      }
      return found;
    },

    async list({ limit, after, ...filter }, seen = EVERYTHING) {
      const now = clock();
      const from = cursor.read(after);
      const unusedSince = now - settings().unused_after * 1000;
      const bounds = { ...boundsOf(filter, now), unusedSince };
      const fewNow = await fewSeen(seen);
      const rows = await firstRows(filter, seen, fewNow, from, bounds, limit + 1);
      const { items, next } = cursor.page(
        rows,
        limit,
        ({ place }) => place,
        (row) => row,
      );
      const watched: Watched[] = [];
      for (const [index, row] of items.entries()) {
        if (index % AT_ONCE === 0) await setImmediate();
        const each = row.watched();
        if (each) watched.push(each);
      }
      const seesAll = seen.clients === 'every';
      const told = await describedOf(watched, {
        storage,
        few: fewNow,
        administrators: seesAll ? options.administrators() : new Set(),
        unusedSince,
      });
      const described = seesAll ? told : await withoutOthers(told, seen.clients, storage);
      return {
        items: described.filter(
          (each) =>
            (filter.unused === undefined || (each.unused ?? false) === filter.unused) &&
            (filter.shared === undefined || each.shared.length > 0 === filter.shared),
        ),
        ...(next !== undefined && { next }),
      };
    },
  };
}
