import { z } from 'zod';
import type { Event } from '../event/event.ts';
import type { EventStore } from '../event/event-store.ts';
import { CAUSES, type Cause } from '../refusal/causes.ts';
import { allOf, pageAnswer, pageOf } from './page.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

const Outcome = z.enum(['success', 'refused', 'failure']).meta({ id: 'Outcome' });
const isCause = (name: string): name is Cause => Object.hasOwn(CAUSES, name);
const Because = z.enum(Object.keys(CAUSES).filter(isCause)).meta({ id: 'Cause' });
/** What was recorded, by whichever version of the server. */
const Recorded = z.record(z.string(), z.unknown());

const EventAnswer = z
  .object({
    event_id: z.string(),
    time: Timestamp,
    type: z.string().describe('Dotted, for instance `token.refused`.'),
    outcome: Outcome,
    client_id: z.string().optional(),
    username: z.string().optional(),
    remote_address: z.string().optional(),
    certificate: Recorded.optional().describe('The certificate that was presented.'),
    error: z.string().optional().describe('The error code that was answered.'),
    because: Because.optional(),
    evidence: Recorded.optional().describe(
      'What was expected, what was presented, and whatever else was compared.',
    ),
    detail: Recorded.optional(),
    what: z.string().optional().describe('The cause in words.'),
    remedy: z.string().optional().describe('What to do about it.'),
  })
  .meta({ id: 'Event' });
const HistogramBar = z
  .object({
    time: z.int().describe('Where the bucket begins, in milliseconds since the epoch.'),
    outcome: Outcome,
    count: z.int(),
  })
  .meta({ id: 'HistogramBar' });

/** An event with its cause put into words: what happened and what to do about it. */
function eventAnswer(event: Event): z.infer<typeof EventAnswer> {
  return {
    ...event,
    time: timestamp(event.time),
    ...(event.because && CAUSES[event.because]),
  };
}

const EventQuery = z.object({
  client_id: z.string().max(200).optional(),
  outcome: Outcome.optional(),
  type: z.string().max(100).optional(),
  since: z.coerce.number().int().optional(),
  search: z.string().max(200).optional(),
  after: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const tag = 'events';

/** `/events`: what happened, and why something was refused. */
export function eventRoutes(events: EventStore, flush: () => Promise<void>): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/events',
      summary: 'List events, newest first; a type ending in a dot means a family',
      tag,
      scope: 'admin:read',
      query: EventQuery,
      response: pageOf('EventPage', EventAnswer),
      handle: async ({ query }) => {
        const { after, limit, client_id, outcome, type, since, search } = query;
        const filter = {
          ...(client_id !== undefined && { client_id }),
          ...(outcome !== undefined && { outcome }),
          ...(type !== undefined && { type }),
          ...(since !== undefined && { since }),
          ...(search !== undefined && search !== '' && { search }),
        };
        await flush();
        const page = await events.list(filter, { limit, ...(after !== undefined && { after }) });
        return pageAnswer(page, eventAnswer);
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/events/histogram',
      summary: 'Count events a bucket by outcome, oldest first; times in milliseconds',
      tag,
      scope: 'admin:read',
      query: z.object({
        since: z.coerce.number().int(),
        bucket: z.coerce
          .number()
          .int()
          .min(1000)
          .max(31 * 24 * 3600 * 1000),
      }),
      response: allOf('Histogram', HistogramBar),
      handle: async ({ query }) => {
        await flush();
        return { items: [...(await events.histogram(query.since, query.bucket))] };
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/events/{event_id}',
      summary: 'Explain one event: what was expected, what was presented, what to do',
      tag,
      scope: 'admin:read',
      params: z.object({ event_id: z.string().max(40) }),
      response: EventAnswer,
      handle: async ({ params }) => {
        await flush();
        const event = await events.find(params.event_id.toUpperCase());
        if (!event) throw new NotFound(`no event ${params.event_id}`);
        return eventAnswer(event);
      },
    }),
  ];
}
