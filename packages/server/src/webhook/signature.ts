import { createHmac } from 'node:crypto';

/** How a secret of Standard Webhooks is written: its octets in base64 behind this. */
const ENCODED = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** The fewest octets of a key, and characters of a secret that is its own key (Standard Webhooks, "Signature scheme"). */
export const LEAST_SECRET = 24;

/** The octets a secret stands for; undefined for one that is too short or no base64 where it says to be. */
export function secretKey(secret: string): Uint8Array | undefined {
  if (!secret.startsWith(ENCODED)) {
    return Array.from(secret).length >= LEAST_SECRET ? Buffer.from(secret, 'utf8') : undefined;
  }
  const encoded = secret.slice(ENCODED.length);
  if (!BASE64.test(encoded)) return undefined;
  const key = Buffer.from(encoded, 'base64');
  return key.length >= LEAST_SECRET ? key : undefined;
}

/** What is sent once. */
export type Signed = {
  /** Names the delivery, the same at each attempt; without a full stop. */
  readonly id: string;
  /** Seconds since the epoch, of this attempt. */
  readonly timestamp: number;
  readonly body: string;
};

/**
 * The headers by which a receiver knows that a delivery is the server's and new (Standard Webhooks): HMAC-SHA256 over id,
 * timestamp and body, one signature for each secret.
 * @param secrets as they are written
 */
export function signedHeaders(
  { id, timestamp, body }: Signed,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const signatures = secrets.map((secret) => {
    const key = secretKey(secret);
    if (key === undefined) throw new Error('a secret of a webhook was not checked');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
