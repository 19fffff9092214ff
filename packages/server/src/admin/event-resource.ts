import { z } from 'zod';
import type { Event } from '../event/event.ts';
import { EVENT_CLASSES } from '../event/event-class.ts';
import { eventInWords } from '../event/event-in-words.ts';
import { EVENT_KINDS } from '../event/event-kind.ts';
import type { EventStore } from '../event/event-store.ts';
import { CAUSES, type Cause } from '../refusal/causes.ts';
import type { ClientStore } from '../storage/storage.ts';
import type { Administrator } from './administrator.ts';
import { requireEverywhere } from './client-reach.ts';
import { allOf, pageAnswer, pageOf } from './page.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';
import { Timestamp } from './timestamp.ts';

export const Outcome = z.enum(['success', 'refused', 'failure']).meta({ id: 'Outcome' });
const isCause = (name: string): name is Cause => Object.hasOwn(CAUSES, name);
const Because = z.enum(Object.keys(CAUSES).filter(isCause)).meta({ id: 'Cause' });
/** What was recorded, by whichever version of the server. */
const Recorded = z.record(z.string(), z.unknown());

const ActorAnswer = z
  .object({
    name: z.string().describe('A username, a client_id, or the user at the command line.'),
    through: z.string().describe('For instance `admin-api`, `command-line` or `account-page`.'),
    remote_address: z.string().optional(),
    client_id: z
      .string()
      .optional()
      .describe('The client a person acted through, or that acted on its own behalf.'),
  })
  .meta({ id: 'Actor' });
const ChangeAnswer = z
  .object({ old: z.unknown().optional(), new: z.unknown().optional() })
  .meta({ id: 'ChangedValue' });
export const CountAnswer = z
  .object({
    type: z.string(),
    outcome: Outcome,
    count: z.int().describe('How often it happened, exactly.'),
    kept: z.int().describe('How many of these events are kept.'),
    sampled: z.boolean().describe('Whether only a sample of these events is written.'),
  })
  .meta({ id: 'EventCount' });

export const EventAnswer = z
  .object({
    event_id: z.string(),
    time: Timestamp,
    type: z.string().describe('Dotted, for instance `token.refused`.'),
    outcome: Outcome,
    actor: ActorAnswer.optional().describe('Who did it.'),
    object: z
      .object({ kind: z.string(), id: z.string() })
      .meta({ id: 'EventObject' })
      .optional()
      .describe('What it was done to.'),
    client_id: z
      .string()
      .optional()
      .describe('The client that was authenticated, or that the request named.'),
    username: z.string().optional().describe('The person it is about.'),
    remote_address: z.string().optional(),
    certificate: Recorded.optional().describe('The certificate that was presented.'),
    error: z.string().optional().describe('The error code that was answered.'),
    because: Because.optional(),
    evidence: Recorded.optional().describe(
      'What was expected, what was presented, and whatever else was compared.',
    ),
    changes: z
      .record(z.string(), ChangeAnswer)
      .optional()
      .describe('Old and new values by name; of secrets it is told that they changed, never their value.'),
    detail: Recorded.optional(),
    sampled: z
      .literal(true)
      .optional()
      .describe('Of this type only a sample is written; `GET /events/counts` has the exact numbers.'),
    trace_id: z
      .string()
      .optional()
      .describe('The trace of the request it happened in, where requests are traced: 32 hex digits.'),
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

const Type = z.string().max(100).describe('A type; one that ends in a dot means a family: `client.`.');
const Since = z.coerce.number().int().describe('Milliseconds since the epoch, inclusive.');
const Until = z.coerce.number().int().describe('Milliseconds since the epoch, exclusive.');

const Kind = z.enum(EVENT_KINDS).meta({ id: 'EventKind' });
const EventQuery = z.object({
  actor: z.string().max(300).optional().describe('The name of the actor, whatever its case.'),
  object: z.string().max(300).optional().describe('The identifier of what it was done to.'),
  person: z
    .string()
    .max(300)
    .optional()
    .describe('The username of who did it or whom it is about, whatever its case.'),
  certificate: z
    .string()
    .max(300)
    .optional()
    .describe('The `x5t#S256` of the certificate that was presented, changed or watched.'),
  address: z.string().max(100).optional().describe('Where it came from.'),
  client_id: z.string().max(200).optional(),
  class: z.enum(EVENT_CLASSES).optional(),
  kind: Kind.optional().describe(
    'What belongs together whatever its type: `sign_in` has every refused password too, `connection` what ended before there was a request to judge.',
  ),
  except: Kind.optional().describe('Leaves this kind out.'),
  outcome: Outcome.optional(),
  because: Because.optional().describe('Why it was refused.'),
  type: Type.optional(),
  since: Since.optional(),
  until: Until.optional(),
  search: z.string().max(200).optional(),
  after: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const tag = 'events';

/** Which events who calls sees: every one, or those that name a client they see. */
function seenEvents({ power }: Administrator): { readonly within?: 'clients' | readonly string[] } {
  const [audit, clients] = [power.reach('audit:read'), power.reach('clients:read')];
  if (audit === 'everything') return {};
  if (clients === 'everything') return { within: 'clients' };
  return { within: [...(audit?.groups ?? []), ...(clients?.groups ?? [])] };
}

/** `/events`: what happened, and why something was refused. */
export function eventRoutes(
  events: EventStore,
  clients: Pick<ClientStore, 'within'>,
  flush: () => Promise<void>,
): readonly AdminRoute[] {
  const isSeen = async (administrator: Administrator, { client_id }: Event): Promise<boolean> => {
    const { within } = seenEvents(administrator);
    if (within === undefined) return true;
    if (client_id === undefined) return false;
    return within === 'clients' || (await clients.within([client_id], within)).has(client_id);
  };
  return [
    adminRoute({
      method: 'GET',
      path: '/events',
      summary:
        'List events, newest first; a type ending in a dot means a family. Who reads clients alone sees those that name one of these clients',
      tag,
      area: ['audit', 'clients'],
      access: 'read',
      query: EventQuery,
      response: pageOf('EventPage', EventAnswer),
      handle: async ({ query, administrator }) => {
        const { after, limit, actor, object, address, client_id, outcome, type, since, until, search } =
          query;
        const { because, person, certificate, kind, except } = query;
        const filter = {
          ...(actor !== undefined && { actor }),
          ...(object !== undefined && { object }),
          ...(person !== undefined && { person }),
          ...(certificate !== undefined && { certificate }),
          ...(kind !== undefined && { kind }),
          ...(except !== undefined && { except }),
          ...(address !== undefined && { remote_address: address }),
          ...(query.class !== undefined && { class: query.class }),
          ...(until !== undefined && { until }),
          ...(client_id !== undefined && { client_id }),
          ...(outcome !== undefined && { outcome }),
          ...(because !== undefined && { because }),
          ...(type !== undefined && { type }),
          ...(since !== undefined && { since }),
          ...(search !== undefined && search !== '' && { search }),
          ...seenEvents(administrator),
        };
        await flush();
        const page = await events.list(filter, { limit, ...(after !== undefined && { after }) });
        return pageAnswer(page, eventInWords);
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/events/histogram',
      summary: 'Count events a bucket by outcome, oldest first; times in milliseconds',
      tag,
      area: 'audit',
      access: 'read',
      query: z.object({
        since: z.coerce.number().int(),
        bucket: z.coerce
          .number()
          .int()
          .min(1000)
          .max(31 * 24 * 3600 * 1000),
      }),
      response: allOf('Histogram', HistogramBar),
      handle: async ({ query, administrator }) => {
        requireEverywhere(administrator, 'audit:read');
        await flush();
        return { items: [...(await events.histogram(query.since, query.bucket))] };
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/events/counts',
      summary:
        'Count what happened exactly, by type and outcome, from the minute of `since` to that of `until`',
      tag,
      area: 'audit',
      access: 'read',
      query: z.object({ since: Since, until: Until.optional(), type: Type.optional() }),
      response: allOf('EventCounts', CountAnswer),
      handle: async ({ query: { since, until, type }, administrator, now }) => {
        requireEverywhere(administrator, 'audit:read');
        await flush();
        const within = { since, until: until ?? now + 1, ...(type !== undefined && { type }) };
        return { items: [...(await events.totals(within))] };
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/events/{event_id}',
      summary: 'Explain one event: what was expected, what was presented, what to do',
      tag,
      area: ['audit', 'clients'],
      access: 'read',
      params: z.object({ event_id: z.string().max(40) }),
      response: EventAnswer,
      handle: async ({ params, administrator }) => {
        await flush();
        const event = await events.find(params.event_id.toUpperCase());
        if (!event || !(await isSeen(administrator, event)))
          throw new NotFound(`no event ${params.event_id}`);
        return eventInWords(event);
      },
    }),
  ];
}
