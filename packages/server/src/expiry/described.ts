import type { ExpiryNotice, Storage, WebhookDelivery } from '../storage/storage.ts';
import type { Watched } from './watched.ts';

/** Somebody else who has the same certificate: each could act as the other, and renewing one renews not the other. */
export type SharedWith =
  | { readonly as: 'client'; readonly client_id: string }
  | { readonly as: 'server' | 'authority' | 'proxy'; readonly name: string }
  | { readonly as: 'administrator' | 'person' };

/** A notice that was given, and whom it was sent to. */
export type GivenNotice = Pick<ExpiryNotice, 'days' | 'event_id' | 'noted_at'> & {
  readonly deliveries: readonly Pick<WebhookDelivery, 'webhook' | 'state' | 'created_at' | 'settled_at'>[];
};

/** Something that is watched, with what is known of its use, and who was told of its end and when. */
export type DescribedWatched = Watched & {
  /** Whether it has not been used for as long as `unused_after`; absent where that is not known. */
  readonly unused?: boolean;
  /** Who else has the same certificate; empty where nobody has. */
  readonly shared: readonly SharedWith[];
  /** The notices that were given of this end, the first one first. */
  readonly notices: readonly GivenNotice[];
};

/** At most so many clients are named as those who share one certificate. */
const NAMED = 10;

type Known = {
  readonly storage: Pick<
    Storage,
    'certificateEnds' | 'certificateUses' | 'expiryNotices' | 'webhookDeliveries'
  >;
  /** What stands in no table of clients. */
  readonly few: readonly Watched[];
  readonly administrators: ReadonlySet<string>;
  /** What was used last before this is unused; milliseconds since the epoch. */
  readonly unusedSince: number;
};

const isUnused = ({ use_known_since, last_used_at }: Watched, unusedSince: number): boolean | undefined => {
  if (use_known_since === undefined || use_known_since > unusedSince) return undefined;
  return last_used_at === undefined || last_used_at < unusedSince;
};

/** With what is known of the use of those that stand in no table of clients. */
function withUse(
  watched: Watched,
  authorities: Awaited<ReturnType<Storage['certificateUses']['authoritiesUsed']>>,
  uses: Awaited<ReturnType<Storage['certificateUses']['usesOf']>>,
): Watched {
  const { kind, thumbprint, key } = watched;
  if (kind === 'authority' && thumbprint !== undefined && key.startsWith('authority ')) {
    const use = authorities.get(thumbprint);
    if (!use) return watched;
    return {
      ...watched,
      use_known_since: use.first_seen_at,
      ...(use.last_used_at > 0 && { last_used_at: use.last_used_at }),
    };
  }
  if (kind !== 'jwks') return watched;
  const own = uses.filter((use) => use.thumbprint === thumbprint);
  const [first] = own;
  if (!first) return watched;
  return {
    ...watched,
    ...(own.length === 1 && { client_id: first.client_id }),
    last_used_at: Math.max(...own.map(({ last_used_at }) => last_used_at)),
  };
}

/** Says of each who else has it, whether it is used, and which notices were given. */
export async function describedOf(
  all: readonly Watched[],
  { storage, few, administrators, unusedSince }: Known,
): Promise<readonly DescribedWatched[]> {
  const thumbprintsOf = (kinds: readonly Watched['kind'][]) =>
    all.flatMap(({ kind, thumbprint }) =>
      thumbprint !== undefined && kinds.includes(kind) ? [thumbprint] : [],
    );
  const certificates = all.flatMap(({ thumbprint }) => thumbprint ?? []);
  const [holders, people, authorities, uses, given] = await Promise.all([
    storage.certificateEnds.holders(certificates, NAMED + 1),
    storage.certificateEnds.ofPeople(certificates),
    storage.certificateUses.authoritiesUsed(thumbprintsOf(['authority'])),
    storage.certificateUses.usesOf(thumbprintsOf(['jwks'])),
    storage.expiryNotices.of(all.map(({ key }) => key)),
  ]);
  const told = given.flatMap(({ event_id }) => (event_id === '' ? [] : [event_id]));
  const deliveries = await storage.webhookDeliveries.ofEvents(told);
  const byCertificate = Map.groupBy(
    few.filter(({ kind }) => kind === 'server' || kind === 'authority' || kind === 'proxy'),
    ({ thumbprint }) => thumbprint,
  );
  const notices = Map.groupBy(given, ({ watched }) => watched);

  const sharedWith = ({ kind, thumbprint, client_id }: Watched): readonly SharedWith[] => {
    if (thumbprint === undefined) return [];
    const clients = (holders.get(thumbprint) ?? [])
      .filter((each) => kind !== 'client' || each !== client_id)
      .slice(0, NAMED);
    // An authority above the server's certificate may well be one above those of clients.
    const others = kind === 'client' ? (byCertificate.get(thumbprint) ?? []) : [];
    return [
      ...clients.map((each) => ({ as: 'client' as const, client_id: each })),
      ...others.flatMap(({ kind: as, name }) =>
        as === 'server' || as === 'authority' || as === 'proxy' ? [{ as, name }] : [],
      ),
      ...(administrators.has(thumbprint) ? [{ as: 'administrator' as const }] : []),
      ...(people.has(thumbprint) ? [{ as: 'person' as const }] : []),
    ];
  };

  return all.map((each) => {
    const used = withUse(each, authorities, uses);
    const unused = isUnused(used, unusedSince);
    return {
      ...used,
      ...(unused !== undefined && { unused }),
      shared: sharedWith(each),
      notices: (notices.get(each.key) ?? [])
        .filter(({ ends_at, event_id }) => ends_at === each.not_after && event_id !== '')
        .map(({ days, event_id, noted_at }) => ({
          days,
          event_id,
          noted_at,
          deliveries: deliveries.get(event_id) ?? [],
        })),
    };
  });
}
