import { z } from 'zod';

/** A moment as the admin API writes it: RFC 3339, in UTC, to the millisecond. */
export const Timestamp = z.string().meta({ format: 'date-time' });

/** @param at milliseconds since the epoch */
export const timestamp = (at: number): string => new Date(at).toISOString();
