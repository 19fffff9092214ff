import { isIP } from 'node:net';

/** The types that values of attributes can have. */
export const VALUE_TYPES = ['string', 'integer', 'boolean', 'date', 'url', 'email', 'phone'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const EMAIL = /^[^\s@<>(),;:"[\]\\]{1,64}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*|\[[0-9A-Za-z:.]+\])$/u;
/** E.164, as OIDC Core §5.1 recommends, with the blanks and brackets that people write. */
const PHONE = /^\+?[0-9][0-9 ()./-]{1,38}(?:;ext=[0-9]{1,10}|\s?(?:x|ext\.?)\s?[0-9]{1,10})?$/;

/** Whether a text is a day of the calendar, `YYYY-MM-DD` (ISO 8601). */
export function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = DATE.exec(text) ?? [];
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return year !== '' && new Date(time).toISOString().startsWith(text);
}

/** Whether a text is an absolute `http` or `https` URL. */
export function isWebUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && hostname !== '';
}

/** Whether a text is an address of one mailbox (RFC 5322 §3.4.1, without comments and quoted parts). */
export function isEmail(text: string): boolean {
  const [, domain = ''] = EMAIL.exec(text) ?? [];
  return domain !== '' && isIP(domain) === 0;
}

export const isPhone = (text: string): boolean => PHONE.test(text);

/** A control character or half of a pair stands in no text that people read. */
const isText = (text: string): boolean => text !== '' && !/[\p{Cc}\p{Cs}]/u.test(text);

const EXPECTED: Readonly<Record<ValueType, string>> = {
  string: 'is a text without control characters',
  integer: 'is a whole number',
  boolean: 'is true or false',
  date: 'is a day, such as 2026-01-31',
  url: 'is an absolute http or https URL',
  email: 'is an email address',
  phone: 'is a telephone number, such as +49 30 1234',
};

const IS: Readonly<Record<ValueType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string' && isText(value),
  integer: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === 'boolean',
  date: (value) => typeof value === 'string' && isDate(value),
  url: (value) => typeof value === 'string' && isWebUrl(value),
  email: (value) => typeof value === 'string' && isEmail(value),
  phone: (value) => typeof value === 'string' && isPhone(value),
};

/** What one value of a type must be, as the end of a sentence; undefined where it is that. */
export const typeProblem = (type: ValueType, value: unknown): string | undefined =>
  IS[type](value) ? undefined : EXPECTED[type];

/**
 * Reads a value that was written as text, as on a command line.
 * @returns the text itself where it is none of its type, so that whoever judges it says so
 */
export function valueOfText(type: ValueType, text: string): unknown {
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
