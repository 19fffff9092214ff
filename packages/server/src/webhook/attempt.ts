import type { Clock } from '../clock.ts';
import { type OutboundFetch, OutboundRefused } from '../outbound/outbound-fetch.ts';
import { CLOUD_EVENT } from './cloud-event.ts';
import { signedHeaders } from './signature.ts';
import { originOf, type Webhook } from './webhook.ts';

/** What came of sending a delivery once. */
export type AttemptOutcome =
  | { readonly outcome: 'delivered'; readonly status: number }
  | {
      readonly outcome: 'failed';
      /** For people. */
      readonly why: string;
      readonly evidence: Readonly<Record<string, unknown>>;
      /** Whether the receiver says that it takes nothing there any more (410 Gone). */
      readonly isGone: boolean;
      /** Milliseconds that the receiver asks to be left alone. */
      readonly retryAfter?: number;
    }
  /** Nothing was sent, for this server sends too much at once; nothing is known of the receiver. */
  | { readonly outcome: 'no room' };

/** Sends a body to a webhook once. It never throws. */
export type Attempt = (webhook: Webhook, id: string, body: string) => Promise<AttemptOutcome>;

const SECOND = 1000;
/** What a receiver may answer, in octets. */
const LARGEST_ANSWER = 65_536;

/** What `Retry-After` asks for, in milliseconds (RFC 9110 §10.2.3); undefined for what is neither seconds nor a date. */
export function retryAfterOf(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** What went wrong, without the path of the address: it may be what lets somebody post there. */
function evidenceOf({ because, evidence }: OutboundRefused, webhook: Webhook) {
  const { url: _url, redirects: _redirects, presented, ...rest } = evidence;
  return {
    receiver: originOf(webhook.url),
    because,
    ...rest,
    ...(because !== 'redirect' && presented !== undefined && { presented }),
  };
}

/** Makes what sends over the one way out of this server. */
export const createAttempt =
  (fetch: OutboundFetch, clock: Clock): Attempt =>
  async (webhook, id, body) => {
    const { url, secret, previous_secret, timeout } = webhook;
    const secrets = [secret, ...(previous_secret === undefined ? [] : [previous_secret])];
    const timestamp = Math.floor(clock() / SECOND);
    try {
      const { status } = await fetch({
        purpose: 'webhook',
        url,
        method: 'POST',
        headers: { 'content-type': CLOUD_EVENT, ...signedHeaders({ id, timestamp, body }, secrets) },
        body: Buffer.from(body),
        maxBytes: LARGEST_ANSWER,
        timeoutMs: timeout * SECOND,
      });
      return { outcome: 'delivered', status };
    } catch (error) {
      if (!(error instanceof OutboundRefused)) {
        const why = error instanceof Error ? error.message : String(error);
        return { outcome: 'failed', why, evidence: {}, isGone: false };
      }
      if (error.because === 'over-budget') return { outcome: 'no room' };
      const { presented, retry_after } = error.evidence;
      const retryAfter = retryAfterOf(retry_after, clock());
      return {
        outcome: 'failed',
        why: error.message,
        evidence: evidenceOf(error, webhook),
        isGone: error.because === 'status' && presented === 410,
        ...(retryAfter !== undefined && { retryAfter }),
      };
    }
  };
