/** The first and the last moment that RFC 3339 and the times of RFC 5280 can write. */
const FIRST = Date.parse('0000-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** What people read where a certificate, token or record states a time that no clock shows. */
const NO_TIME = 'a time that is none';

/**
 * A time as RFC 3339 writes it, in UTC; it never throws.
 * @param at milliseconds since the epoch, from wherever they come
 * @returns undefined for what is no time: not a number, or outside the years 0000 to 9999
 */
export const isoTime = (at: number | undefined): string | undefined =>
  at !== undefined && at >= FIRST && at <= LAST ? new Date(at).toISOString() : undefined;

/** As {@link isoTime}, with words where there is no time: for messages and evidence. */
export const timeText = (at: number | undefined): string => isoTime(at) ?? NO_TIME;

/**
 * As {@link isoTime}, where a time must stand and one far away is as good: what lies outside the years that can be
 * written becomes the nearest moment within them, and what is not a number the first.
 */
export const nearestTime = (at: number): string =>
  isoTime(at) ?? new Date(at > LAST ? LAST : FIRST).toISOString();
