import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no letter can be taken for a digit or for another letter. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new event id such as `7K2M-X9QD-4T`: 50 random bits, readable over the telephone. */
export function newEventId(): string {
  const characters = Array.from(randomBytes(10), (byte) => ALPHABET[byte & 31]).join('');
  return `${characters.slice(0, 4)}-${characters.slice(4, 8)}-${characters.slice(8)}`;
}

/** The header that names the event of a refusal, so that a caller can quote it to the operator. */
export const EVENT_ID_HEADER = 'countersign-event-id';
