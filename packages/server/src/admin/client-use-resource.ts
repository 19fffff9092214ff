import { z } from 'zod';
import { CLIENT_USE_DAYS, type Storage } from '../storage/storage.ts';
import type { ClientReach } from './client-reach.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

const DAY = 86_400_000;

const ClientUseAnswer = z
  .object({
    last_issued_at: Timestamp.optional().describe(
      `When it was issued its last access token; absent where that is more than ${CLIENT_USE_DAYS} days ago or never was.`,
    ),
    counted_since: z
      .string()
      .meta({ format: 'date' })
      .optional()
      .describe(
        'The earliest day of which it is known how many tokens any client was issued; absent while none was.',
      ),
    days: z
      .array(
        z
          .object({
            day: z.string().meta({ format: 'date' }).describe('In UTC.'),
            tokens: z.int().describe('Access tokens, counted exactly.'),
          })
          .meta({ id: 'ClientUseDay' }),
      )
      .describe('Every day asked for that is counted, oldest first, today last.'),
  })
  .meta({ id: 'ClientUse' });

const dateOf = (at: number): string => timestamp(at).slice(0, 'YYYY-MM-DD'.length);

/**
 * `/clients/{client_id}/use`: how much a client uses what it is registered for.
 * @param flush writes what this process has counted and not written yet
 */
export function clientUseRoutes(
  { clients, clientUses }: Pick<Storage, 'clients' | 'clientUses'>,
  flush: () => Promise<void>,
  reach: ClientReach,
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/clients/{client_id}/use',
      summary:
        'When the client was issued its last access token, and how many a day; other processes’ are some seconds late',
      tag: 'clients',
      area: 'clients',
      access: 'read',
      params: z.object({ client_id: z.string() }),
      query: z.object({
        days: z.coerce
          .number()
          .int()
          .min(1)
          .max(CLIENT_USE_DAYS)
          .default(30)
          .describe('How many days, today among them.'),
      }),
      response: ClientUseAnswer,
      handle: async ({ params: { client_id }, query, administrator, now }) => {
        await reach.require(administrator, 'clients:read', client_id);
        if (!(await clients.find(client_id)))
          throw new NotFound(`no client is registered under ${client_id}`);
        await flush();
        const today = Math.floor(now / DAY) * DAY;
        const [uses, since] = await Promise.all([
          clientUses.of(client_id, today - CLIENT_USE_DAYS * DAY),
          clientUses.since(),
        ]);
        const byDay = new Map(uses.map(({ day, tokens }) => [day, tokens]));
        const first = Math.max(today - (query.days - 1) * DAY, since ?? Number.POSITIVE_INFINITY);
        const counted = Math.max(0, Math.floor((today - first) / DAY) + 1);
        const last = uses.at(-1);
        return {
          ...(last && { last_issued_at: timestamp(last.last_at) }),
          ...(since !== undefined && { counted_since: dateOf(since) }),
          days: Array.from({ length: counted }, (_, index) => {
            const day = first + index * DAY;
            return { day: dateOf(day), tokens: byDay.get(day) ?? 0 };
          }),
        };
      },
    }),
  ];
}
