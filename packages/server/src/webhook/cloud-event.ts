import { nearestTime } from '@countersign/x509';
import type { Event } from '../event/event.ts';
import { eventInWords } from '../event/event-in-words.ts';
import type { NewDelivery } from '../event/new-delivery.ts';
import { isMeant, type Webhook } from './webhook.ts';

const DAY_MS = 86_400_000;
/** Notices of ends are asked for a year later and more; anything else is told by its event as well. */
const NOTICES_KEPT_MS = 400 * DAY_MS;
/** How long what was sent is known, in milliseconds; longer than all attempts take. */
export const DELIVERIES_KEPT_MS = 30 * DAY_MS;

/** A CloudEvent (CloudEvents 1.0, JSON format) of this server. */
export type CloudEvent = {
  readonly specversion: '1.0';
  readonly id: string;
  /** The issuer. */
  readonly source: string;
  /** `countersign.` and the type of the event. */
  readonly type: string;
  /** What it is about: kind and identifier. */
  readonly subject?: string;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: object;
};

/** The media type of an event that is the whole body (CloudEvents HTTP binding, structured mode). */
export const CLOUD_EVENT = 'application/cloudevents+json';

function subjectOf({ object, client_id }: Event): string | undefined {
  if (object !== undefined) return `${object.kind}/${object.id}`;
  return client_id === undefined ? undefined : `client/${client_id}`;
}

function cloudEvent(event: Event, id: string, issuer: string): CloudEvent {
  const subject = subjectOf(event);
  return {
    specversion: '1.0',
    id,
    source: issuer,
    type: `countersign.${event.type}`,
    ...(subject !== undefined && { subject }),
    time: nearestTime(event.time),
    datacontenttype: 'application/json',
    data: eventInWords(event),
  };
}

/** What a receiver is sent to try it: no event of the server, and nothing that is kept. */
export const testEvent = (id: string, issuer: string, webhook: string, now: number): CloudEvent => ({
  specversion: '1.0',
  id,
  source: issuer,
  type: 'countersign.test',
  subject: `webhook/${webhook}`,
  time: nearestTime(now),
  datacontenttype: 'application/json',
  data: { what: 'This is a test of the webhook; nothing happened.' },
});

/** Whether a webhook is told of an event. What became of its own deliveries it is not, or that would have no end. */
const isToldOf = ({ id, events }: Webhook, { type, object }: Event): boolean =>
  events.some((pattern) => isMeant(pattern, type)) && !(object?.kind === 'webhook' && object.id === id);

/** What is to be delivered of an event. The same event gives the same deliveries, so that none is ever written twice. */
export function deliveriesOf(
  event: Event,
  webhooks: readonly Webhook[],
  issuer: string,
): readonly NewDelivery[] {
  const { event_id, type: event_type, time: created_at } = event;
  return webhooks.flatMap((webhook): readonly NewDelivery[] => {
    if (!isToldOf(webhook, event)) return [];
    const delivery_id = `${event_id}_${webhook.id}`;
    return [
      {
        delivery_id,
        webhook: webhook.id,
        event_id,
        event_type,
        body: JSON.stringify(cloudEvent(event, delivery_id, issuer)),
        created_at,
        expires_at: created_at + (event_type.startsWith('expiry.') ? NOTICES_KEPT_MS : DELIVERIES_KEPT_MS),
      },
    ];
  });
}
