/** A `[[webhook]]` of `deployment.toml`: somebody who is told of events. */
export type Webhook = {
  /** Its short name. */
  readonly id: string;
  /** Where events are posted to: https. */
  readonly url: string;
  /** What deliveries are signed with, as it is written. */
  readonly secret: string;
  /** The one before, while receivers change over. */
  readonly previous_secret?: string | undefined;
  /** Types of events, families (`expiry.*`), or all (`*`). */
  readonly events: readonly string[];
  /** Seconds. */
  readonly timeout: number;
  /** Seconds from each failed attempt to the next; after the last a delivery is given up. */
  readonly retry_delays: readonly number[];
};

/** How many there may be: so many that each has its turn however many of the others do not answer. */
export const MOST_WEBHOOKS = 16;

/** Whether a pattern of `events` means a type of event: its name, its family with `.*`, or `*`. */
export const isMeant = (pattern: string, type: string): boolean =>
  pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));

/** Whom a webhook belongs to, without what its address may let somebody do: scheme, host and port. */
export const originOf = (url: string): string => new URL(url).origin;
