import { nearestTime } from '@countersign/x509';
import { z } from 'zod';

/** A moment as the admin API writes it: RFC 3339, in UTC, to the millisecond. */
export const Timestamp = z.string().meta({ format: 'date-time' });

/**
 * It never throws: a record may say more than a time can, such as an end that never comes.
 * @param at milliseconds since the epoch
 */
export const timestamp = (at: number): string => nearestTime(at);
