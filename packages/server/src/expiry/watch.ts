import { nearestTime } from '@countersign/x509';
import type { Clock } from '../clock.ts';
import type { EventDraft, EventObject } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { tryChange } from '../storage/commit-change.ts';
import type { EndPlace, EndRequest, ExpiryNotice, Storage } from '../storage/storage.ts';
import { clientAuthority } from './client-certificates.ts';
import { type Expiry, type ExpirySettings, LISTED_AFTER_END } from './expiry.ts';
import { countingDays, DAY, noticeDue } from './thresholds.ts';
import type { Watched, WatchedKind } from './watched.ts';

/** Rows of clients that are looked at with one statement. */
const PAGE = 100;
/** Rows that are asked for to find the soonest end of a kind. */
const SOONEST = 10;
/** Notices of clients that are given at one look; the next look goes on. */
const MOST_AT_ONCE = 1_000;
/** How long it stays known that a notice was given, after the end and the longest number of days. */
const KEPT_AFTER_END = 90 * DAY;
/** Kinds that clients have of their own: what stands in no table is not all there is of them. */
const OF_CLIENTS = ['client', 'authority'] as const;
/** Pages that are looked through for the soonest end of a kind, where the first ones were succeeded. */
const MOST_PAGES = 10;

export type ExpiryWatch = {
  /** Gives the notices that are due of what stands in no table of clients. Never twice in a deployment. */
  lookAtFew(): Promise<void>;
  /**
   * Gives those that are due of what clients have, some at a time.
   * @returns whether more are due
   */
  lookAtClients(): Promise<boolean>;
  /** The soonest end of each kind, in milliseconds since the epoch, among what has not ended more than thirty days ago. */
  soonest(): Promise<ReadonlyMap<WatchedKind, number>>;
};

/** What the event of a notice is about. */
function objectOf({ kind, name, key, thumbprint }: Watched): EventObject {
  if (kind === 'signing_key') return { kind: 'signing_key', id: key.slice('signing_key '.length) };
  if (kind === 'crl') return { kind: 'crl', id: name };
  return { kind: 'certificate', id: thumbprint ?? key };
}

function draftOf(watched: Watched, ends_at: number, days: number): EventDraft {
  const { kind, name, client_id, clients, subject, thumbprint } = watched;
  return {
    type: days === 0 ? 'expiry.passed' : 'expiry.approaching',
    outcome: days === 0 ? 'failure' : 'success',
    object: objectOf(watched),
    ...(client_id !== undefined && { client_id }),
    detail: {
      kind,
      name,
      days,
      not_after: nearestTime(ends_at),
      ...(subject !== undefined && { subject }),
      ...(thumbprint !== undefined && { 'x5t#S256': thumbprint }),
      ...(clients !== undefined && { clients }),
    },
  };
}

/** Between which ends a number of days is the nearest one; milliseconds since the epoch. */
function windowsOf(
  days: readonly number[],
  now: number,
  begun: number,
): readonly (Pick<EndRequest, 'since'> & { readonly until: number; readonly days: number })[] {
  const ascending = days.toSorted((one, other) => one - other);
  const longest = ascending.at(-1) ?? 0;
  return [
    { days: 0, since: Math.max(begun, now - longest * DAY), until: now },
    ...ascending.map((each, index) => ({
      days: each,
      since: index === 0 ? now : now + (ascending[index - 1] ?? 0) * DAY + 1,
      until: now + each * DAY + 1,
    })),
  ];
}

/** The soonest end of each kind. @param now milliseconds since the epoch */
async function soonestEnds(expiry: Expiry, now: number): Promise<ReadonlyMap<WatchedKind, number>> {
  const found = new Map<WatchedKind, number>();
  const since = now - LISTED_AFTER_END;
  for (const { kind, not_after } of await expiry.few()) {
    if (not_after === undefined || not_after < since) continue;
    found.set(kind, Math.min(not_after, found.get(kind) ?? Number.POSITIVE_INFINITY));
  }
  for (const kind of OF_CLIENTS) {
    let after: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { items, next } = await expiry.list({ kind, limit: SOONEST, after });
      const first = items.find(({ succeeded, not_after }) => !succeeded && not_after !== undefined);
      if (first?.not_after !== undefined) found.set(kind, first.not_after);
      if (first || next === undefined) break;
      after = next;
    }
  }
  return found;
}

/** Watches what ends, and has events tell of it: each notice once in a deployment, however many nodes look. */
export function createExpiryWatch({
  storage,
  events,
  expiry,
  settings,
  clock,
}: {
  readonly storage: Pick<Storage, 'certificateEnds' | 'certificateUses' | 'expiryNotices' | 'commit'>;
  readonly events: Pick<EventRecorder, 'prepare'>;
  readonly expiry: Expiry;
  readonly settings: () => Pick<ExpirySettings, 'enable' | 'days'>;
  readonly clock: Clock;
}): ExpiryWatch {
  const { certificateEnds, certificateUses, expiryNotices } = storage;

  const keptUntil = (ends_at: number, days: readonly number[], now: number): number =>
    Math.max(ends_at, now) + Math.max(...days) * DAY + KEPT_AFTER_END;

  const give = async (watched: Watched, ends_at: number, days: number) => {
    const now = clock();
    const notice = { watched: watched.key, ends_at, days, noted_at: now };
    const expires_at = keptUntil(ends_at, settings().days, now);
    await tryChange(
      { storage, events },
      ([event_id = '']) => [expiryNotices.steps.give({ ...notice, event_id }, expires_at)],
      draftOf(watched, ends_at, days),
    );
  };

  /** Of what ended before anybody looked, or long ago, nobody is told. */
  const isNews = (ends_at: number, begun: number, now: number): boolean =>
    ends_at >= Math.max(begun, now - Math.max(...settings().days) * DAY);

  /** What is told of nothing: it is renewed by a machine, or it was renewed. */
  const isPassedOver = (watched: Watched, days: number): boolean => {
    if (watched.succeeded) return true;
    const counting = countingDays(settings().days, watched);
    return days === 0 ? watched.presented === true && counting.length === 0 : !counting.includes(days);
  };

  /** Goes through one list within one window. @returns how many notices it gave */
  async function lookThrough(
    window: ReturnType<typeof windowsOf>[number],
    list: (
      request: EndRequest,
    ) => Promise<readonly { readonly watched: Watched; readonly place: EndPlace }[]>,
    most: number,
  ): Promise<number> {
    const { days, since, until } = window;
    let given = 0;
    for (let after: EndPlace | undefined; ; ) {
      const rows = await list({ limit: PAGE, since, until, after, untoldOf: days });
      const passedOver: Omit<ExpiryNotice, 'event_id'>[] = [];
      for (const { watched, place } of rows) {
        const { not_after } = watched;
        after = place;
        if (not_after === undefined) continue;
        if (isPassedOver(watched, days)) {
          passedOver.push({ watched: watched.key, ends_at: not_after, days, noted_at: clock() });
          continue;
        }
        await give(watched, not_after, days);
        given++;
      }
      if (passedOver.length > 0) {
        await expiryNotices.passOver(passedOver, keptUntil(until, settings().days, clock()));
      }
      if (rows.length < PAGE || given >= most) return given;
    }
  }

  const ofClients = (presented: boolean) => async (request: EndRequest) => {
    const rows = await (presented ? certificateEnds.presented(request) : certificateEnds.registered(request));
    const all = await expiry.ofRows(rows, presented);
    return all.map((watched) => ({
      watched,
      place: {
        not_after: watched.not_after ?? 0,
        first: watched.client_id ?? '',
        second: watched.thumbprint ?? '',
      },
    }));
  };
  const ofAuthorities = async (request: EndRequest) =>
    (await certificateEnds.authorities(request)).map((row) => ({
      watched: clientAuthority(row),
      place: { not_after: row.not_after ?? 0, first: row.thumbprint, second: '' },
    }));

  return {
    async lookAtFew() {
      const now = clock();
      const begun = await expiryNotices.begin(now);
      const few = await expiry.few();
      await certificateUses.seeAuthorities(
        few.flatMap(({ kind, thumbprint }) =>
          kind === 'authority' && thumbprint !== undefined ? [thumbprint] : [],
        ),
        now,
      );
      if (!settings().enable) return;
      const due = few.flatMap((watched) => {
        const days = noticeDue(settings().days, watched, now);
        const { not_after: ends_at } = watched;
        if (days === undefined || ends_at === undefined) return [];
        return days > 0 || isNews(ends_at, begun, now) ? [{ watched, days, ends_at }] : [];
      });
      const given = await expiryNotices.of(due.map(({ watched }) => watched.key));
      for (const { watched, days, ends_at } of due) {
        const isGiven = given.some(
          (each) => each.watched === watched.key && each.ends_at === ends_at && each.days <= days,
        );
        if (!isGiven) await give(watched, ends_at, days);
      }
    },

    async lookAtClients() {
      if (!settings().enable) return false;
      const now = clock();
      const begun = await expiryNotices.begin(now);
      let left = MOST_AT_ONCE;
      for (const window of windowsOf(settings().days, now, begun)) {
        for (const list of [ofClients(false), ofClients(true), ofAuthorities]) {
          if (left <= 0) return true;
          left -= await lookThrough(window, list, left);
        }
      }
      return left <= 0;
    },

    soonest: () => soonestEnds(expiry, clock()),
  };
}
