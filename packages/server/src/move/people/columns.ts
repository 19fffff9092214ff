import { ownMember } from '../../own-member.ts';
import { STANDARD_CLAIMS } from '../../user/standard-claims.ts';

/** Why a value is none of its column; the message says what is expected, and shows nothing of the value. */
export class WrongValue extends Error {
  override readonly name = 'WrongValue';
}

/** Where the values of a column go: the way into a record of a person. */
export type Column = {
  readonly path: readonly string[];
  /** Reads a value that is not empty. @throws WrongValue */
  read(text: string): unknown;
  /** What stands in it, for the page. */
  readonly what: string;
};

const asText = (text: string): unknown => text;
const wholeNumber = (text: string): unknown => {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new WrongValue('is no whole number');
};
const yesOrNo = (text: string): unknown => {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  throw new WrongValue('is neither true nor false');
};
const names = (text: string): unknown =>
  text
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new WrongValue('is not JSON');
  }
};
const time = (text: string): unknown => {
  const at = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new WrongValue('is no time such as 2026-11-27T16:43:00Z');
  return at;
};

/** A password as a record has it. */
const password =
  (form: 'text' | 'hash') =>
  (value: string): unknown => ({ form, value });

const YES_OR_NO = ['email_verified', 'phone_number_verified'];

/** The columns that there are, beside those of claims. */
export const COLUMNS: Readonly<Record<string, Column>> = {
  username: { path: ['username'], read: asText, what: 'what the person signs in with; needed in every row' },
  sub: {
    path: ['sub'],
    read: asText,
    what: 'how applications know the person: as the other server had it; a new one where it is empty',
  },
  enabled: { path: ['enabled'], read: yesOrNo, what: '`true` or `false`; empty is `true`' },
  created_at: { path: ['created_at'], read: time, what: 'when the account was made, `2026-11-27T16:43:00Z`' },
  password: { path: ['password'], read: password('text'), what: 'the password itself' },
  password_hash: {
    path: ['password'],
    read: password('hash'),
    what: 'its hash as a PHC string, in place of the password',
  },
  required_actions: {
    path: ['required_actions'],
    read: names,
    what: 'what must be done at the next sign-in, separated by `;`: `update_password`, `configure_totp`, `verify_email`',
  },
  groups: { path: ['groups'], read: names, what: 'names of groups that are there, separated by `;`' },
  roles: { path: ['roles'], read: names, what: 'names of roles that are there, separated by `;`' },
  totp_secret: {
    path: ['totp', 'secret'],
    read: (text) => text.replaceAll(/[\s=]/g, '').toUpperCase(),
    what: 'the secret of an authenticator app, in base32',
  },
  totp_algorithm: {
    path: ['totp', 'algorithm'],
    read: asText,
    what: '`SHA1`, `SHA256` or `SHA512`; empty is `SHA1`',
  },
  totp_digits: { path: ['totp', 'digits'], read: wholeNumber, what: '`6` or `8`; empty is `6`' },
  totp_period: {
    path: ['totp', 'period'],
    read: wholeNumber,
    what: 'seconds that a code is shown; empty is `30`',
  },
  certificate: {
    path: ['certificate'],
    read: asText,
    what: 'a certificate that signs the person in, PEM in quotation marks',
  },
};

/** What goes with the name of a claim of one's own, and what may follow it. */
const OF_A_CLAIM = /^claims\.(.+?)(:json)?$/su;

/**
 * The column of a header: one of {@link COLUMNS}, a claim of OIDC Core §5.1 by its name, `claims.NAME` for the text of any
 * other, `claims.NAME:json` for what is no text.
 */
export function columnOf(header: string): Column | undefined {
  const known = ownMember(COLUMNS, header);
  if (known) return known;
  const claim = (name: string, read: Column['read']): Column => ({ path: ['claims', name], read, what: '' });
  if (header === 'address') return claim(header, json);
  if (header === 'updated_at') return claim(header, wholeNumber);
  if (YES_OR_NO.includes(header)) return claim(header, yesOrNo);
  if (STANDARD_CLAIMS.includes(header)) return claim(header, asText);
  const [, name, isJson] = OF_A_CLAIM.exec(header) ?? [];
  return name === undefined ? undefined : claim(name, isJson === undefined ? asText : json);
}
