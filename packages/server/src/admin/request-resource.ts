import { z } from 'zod';
import type { RequestCountStore } from '../event/request-counts.ts';
import { requireEverywhere } from './client-reach.ts';
import { Outcome } from './event-resource.ts';
import { allOf } from './page.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const MINUTE = 60_000;

const wholeMinutes = (name: string) =>
  z.coerce
    .number()
    .int()
    .multipleOf(MINUTE, { error: `${name} must be a whole minute, in milliseconds` });

const RequestBar = z
  .object({
    time: z.int().describe('Where the bucket begins, in milliseconds since the epoch.'),
    endpoint: z.string().describe('As metrics call it: `token`, `authorize`, `admin`…'),
    outcome: Outcome.describe(
      '`refused` is an answer of 400 to 499 or to an application that says so, `failure` one of 500 or more.',
    ),
    count: z.int(),
  })
  .meta({ id: 'RequestBar' });

/** `/requests`: how many requests were answered. */
export function requestRoutes(
  counts: Pick<RequestCountStore, 'histogram'>,
  flush: () => Promise<void>,
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/requests/histogram',
      summary:
        'Count the requests that all nodes answered, each of them, a bucket by endpoint and outcome, oldest first; times in milliseconds',
      tag: 'events',
      area: 'audit',
      access: 'read',
      query: z.object({
        since: wholeMinutes('since'),
        bucket: wholeMinutes('bucket')
          .min(MINUTE)
          .max(31 * 24 * 60 * MINUTE),
      }),
      response: allOf('RequestHistogram', RequestBar),
      handle: async ({ query, administrator }) => {
        requireEverywhere(administrator, 'audit:read');
        await flush();
        return { items: [...(await counts.histogram(query.since, query.bucket))] };
      },
    }),
  ];
}
