import { z } from 'zod';
import type { DescribedWatched } from '../expiry/described.ts';
import type { Expiry, Seen } from '../expiry/expiry.ts';
import { WATCHED_KINDS, type WatchedKind } from '../expiry/watched.ts';
import { timeSpan } from '../time-span.ts';
import type { AdministratorPermission } from '../user/administrator-permissions.ts';
import type { Administrator } from './administrator.ts';
import { PageQuery, pageOf } from './page.ts';
import { type AdminRoute, adminRoute } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';
import { DeliveryStateAnswer } from './webhook-resource.ts';

const FLAG = z.enum(['true', 'false']).transform((word) => word === 'true');

const Span = z
  .string()
  .transform((written, context) => {
    const span = timeSpan(written);
    if (span !== undefined) return span;
    context.issues.push({
      code: 'custom',
      input: written,
      message: 'must be a time such as 30d, 12h or 90m',
    });
    return z.NEVER;
  })
  .meta({ pattern: '^[0-9]{1,6}[mhd]$' });

const WatchedQuery = PageQuery.omit({ search: true }).extend({
  kind: z.enum(WATCHED_KINDS).optional(),
  expires_within: Span.optional().describe(
    'Minutes, hours or days, as `90m`, `12h`, `30d`: what ends within these, and what ended within the last thirty days.',
  ),
  expires_after: Span.optional().describe('What ends later than this from now, likewise.'),
  client_id: z.string().max(200).optional().describe('What belongs to one client.'),
  unused: FLAG.optional().describe('What was not used for `[expiry_watch] unused_after`, or the rest.'),
  shared: FLAG.optional().describe('What somebody else has as well, or the rest.'),
  expired: FLAG.optional().describe(
    'Only what has ended, however long ago, and the other bounds count for nothing; or, `false`, only what has not.',
  ),
});

const SharedAnswer = z
  .object({
    as: z.enum(['client', 'server', 'authority', 'proxy', 'administrator', 'person']),
    client_id: z.string().optional(),
    name: z.string().optional(),
  })
  .meta({ id: 'SharedWith' });
const NoticeAnswer = z
  .object({
    days: z.int().describe('So many days before the end; 0 once it had ended.'),
    event_id: z.string(),
    time: Timestamp,
    deliveries: z
      .array(
        z
          .object({
            webhook: z.string(),
            state: DeliveryStateAnswer,
            time: Timestamp.describe(
              'When it arrived or was given up; of one that waits, when it was written down.',
            ),
          })
          .meta({ id: 'NoticeDelivery' }),
      )
      .describe('Who was told, and what became of it.'),
  })
  .meta({ id: 'ExpiryNotice' });
export const WatchedAnswer = z
  .object({
    kind: z.enum(WATCHED_KINDS),
    key: z.string().describe('Its own in the deployment.'),
    name: z
      .string()
      .describe('An alias and its store, a client’s name, a jwks_uri, an alg and kid, where a CRL lies.'),
    not_after: Timestamp.optional().describe(
      'When it ends; of a signing key, when a rotation is due. Absent where nobody can say.',
    ),
    'x5t#S256': z.string().optional(),
    subject: z.string().optional(),
    client_id: z.string().optional(),
    clients: z.int().optional().describe('How many clients have the authority as their own.'),
    last_used_at: Timestamp.optional().describe('To the day.'),
    unused: z
      .boolean()
      .optional()
      .describe('Absent where nothing is known of its use, or not for long enough.'),
    succeeded: z
      .literal(true)
      .optional()
      .describe('Its client came with a later one on a later day; no notice is given of its end.'),
    presented: z.literal(true).optional().describe('Nobody registered it: a client came with it.'),
    shared: z.array(SharedAnswer).describe('Who else has the same certificate.'),
    notices: z.array(NoticeAnswer).describe('The notices that were given of this end.'),
  })
  .meta({ id: 'Watched' });
const WatchedPage = pageOf('WatchedPage', WatchedAnswer);

/** Days from now; each window ends at the next of these. */
const WINDOW_DAYS = [0, 7, 30, 90, 180, 365, 730] as const;
const DAY_MS = 24 * 3600 * 1000;
/** What is counted of one kind in a window: more tell nobody more. */
const MOST_COUNTED = 10_000;

const CountsQuery = WatchedQuery.pick({ kind: true, client_id: true });
const CountsAnswer = z
  .object({
    windows: z
      .array(
        z
          .object({
            from_days: z.int().optional().describe('Days from now; absent for what has ended.'),
            until_days: z.int().optional().describe('Absent for all that comes later.'),
            unknown: z.literal(true).optional().describe('What nobody can say the end of.'),
            counts: z.array(
              z
                .object({
                  kind: z.enum(WATCHED_KINDS),
                  count: z.int(),
                  more: z.literal(true).optional().describe('There are more than are counted.'),
                })
                .meta({ id: 'WatchedCount' }),
            ),
          })
          .meta({ id: 'WatchedWindow' }),
      )
      .describe('The soonest first.'),
  })
  .meta({ id: 'WatchedCounts' });

/** What is watched as the admin API answers it. */
export const watchedAnswer = ({
  kind,
  key,
  name,
  not_after,
  thumbprint,
  subject,
  client_id,
  clients,
  ...rest
}: DescribedWatched): z.infer<typeof WatchedAnswer> => ({
  kind,
  key,
  name,
  ...(not_after !== undefined && { not_after: timestamp(not_after) }),
  ...(thumbprint !== undefined && { 'x5t#S256': thumbprint }),
  ...(subject !== undefined && { subject }),
  ...(client_id !== undefined && { client_id }),
  ...(clients !== undefined && { clients }),
  ...(rest.last_used_at !== undefined && { last_used_at: timestamp(rest.last_used_at) }),
  ...(rest.unused !== undefined && { unused: rest.unused }),
  ...(rest.succeeded && { succeeded: true }),
  ...(rest.presented && { presented: true }),
  shared: rest.shared.map((each) => ({ ...each })),
  notices: rest.notices.map(({ days, event_id, noted_at, deliveries }) => ({
    days,
    event_id,
    time: timestamp(noted_at),
    deliveries: deliveries.map(({ webhook, state, created_at, settled_at }) => ({
      webhook,
      state,
      time: timestamp(settled_at ?? created_at),
    })),
  })),
});

/** Whose matter each kind is. */
const READ_BY: Readonly<Record<WatchedKind, AdministratorPermission>> = {
  server: 'settings:read',
  authority: 'trust:read',
  client: 'clients:read',
  jwks: 'clients:read',
  proxy: 'settings:read',
  signing_key: 'keys:read',
  crl: 'trust:read',
};

function seenBy({ power }: Administrator): Seen {
  const reach = power.reach('clients:read');
  return {
    kinds: new Set(WATCHED_KINDS.filter((kind) => power.has(READ_BY[kind]))),
    clients: reach === undefined ? 'none' : reach === 'everything' ? 'every' : reach,
  };
}

/** `/certificates`: everything that ends on a known day, and who was told. */
export function watchedRoutes(expiry: Pick<Expiry, 'list' | 'count'>): readonly AdminRoute[] {
  const area = ['clients', 'trust', 'keys', 'settings'] as const;
  return [
    adminRoute({
      method: 'GET',
      path: '/certificates/counts',
      summary: 'Count what ends by kind and by days to the end; of the areas that the caller reads',
      tag: 'certificates',
      area,
      access: 'read',
      query: CountsQuery,
      response: CountsAnswer,
      handle: async ({ query, administrator, now }) => {
        const bounds = WINDOW_DAYS.map((days) => now + days * DAY_MS);
        const counts = await expiry.count(query, bounds, MOST_COUNTED + 1, seenBy(administrator));
        return {
          windows: counts.map((ofKinds, index) => ({
            ...(index > bounds.length
              ? { unknown: true as const }
              : {
                  ...(index > 0 && { from_days: WINDOW_DAYS[index - 1] }),
                  ...(index < bounds.length && { until_days: WINDOW_DAYS[index] }),
                }),
            counts: Array.from(ofKinds, ([kind, count]) => ({
              kind,
              count: Math.min(count, MOST_COUNTED),
              ...(count > MOST_COUNTED && { more: true as const }),
            })),
          })),
        };
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/certificates',
      summary:
        'List what ends on a known day, the soonest first: certificates of the server, authorities, clients and proxies, published keys, signing keys, CRLs; of these those of the areas that the caller reads',
      tag: 'certificates',
      area,
      access: 'read',
      query: WatchedQuery,
      response: WatchedPage,
      handle: async ({
        query: { limit, after, expires_within, expires_after, ...filter },
        administrator,
      }) => {
        const request = { ...filter, within: expires_within, beyond: expires_after, limit, after };
        const { items, next } = await expiry.list(request, seenBy(administrator));
        return {
          items: items.map(watchedAnswer),
          ...(next !== undefined && { next }),
        };
      },
    }),
  ];
}
