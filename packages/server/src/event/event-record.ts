import { z } from 'zod';
import { CAUSES, type Cause } from '../refusal/causes.ts';
import type { Event } from './event.ts';

const isCause = (name: unknown): name is Cause => typeof name === 'string' && Object.hasOwn(CAUSES, name);
const Details = z.record(z.string(), z.unknown());
const Change = z.object({ old: z.unknown().exactOptional(), new: z.unknown().exactOptional() });
/** An event as it is written: in the database, and in the audit file. */
export const EventRecord = z.looseObject({
  event_id: z.string(),
  time: z.int(),
  type: z.string(),
  outcome: z.enum(['success', 'refused', 'failure']),
  actor: z
    .looseObject({
      name: z.string(),
      through: z.string(),
      remote_address: z.string().exactOptional(),
      client_id: z.string().exactOptional(),
    })
    .exactOptional(),
  object: z.looseObject({ kind: z.string(), id: z.string() }).exactOptional(),
  client_id: z.string().exactOptional(),
  username: z.string().exactOptional(),
  remote_address: z.string().exactOptional(),
  certificate: Details.exactOptional(),
  error: z.string().exactOptional(),
  because: z.string().exactOptional(),
  evidence: Details.exactOptional(),
  changes: z.record(z.string(), Change).exactOptional(),
  sampled: z.literal(true).exactOptional(),
  detail: Details.exactOptional(),
  trace_id: z.string().exactOptional(),
});

/** A cause that this version no longer knows is left out: the event is older than the explanation. */
export function eventOf({ because, ...event }: z.infer<typeof EventRecord>): Event {
  return { ...event, ...(isCause(because) && { because }) };
}
