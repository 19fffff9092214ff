import { type KeyObject, sign } from 'node:crypto';
import type { Chance } from './chance.ts';

/** Texts that some server once fell over. */
export const TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udfff',
  '\u202eadmin',
  '😀'.repeat(70),
  'a'.repeat(256),
  'a'.repeat(5000),
  '%00',
  '%',
  '%zz',
  '../../etc/passwd',
  '\r\nset-cookie: a=b',
  "' or '1'='1",
  '<script>alert(1)</script>',
  '{}',
  '[]',
  'null',
  '__proto__',
  'constructor',
  '-1',
  '1e308',
  '9'.repeat(30),
  '99999999999999',
  'NaN',
  'https://127.0.0.1:1/',
  'https://[::1',
  'javascript:alert(1)',
  'urn:ietf:params:oauth:request_uri:x',
  'CN=admin',
  'CN=x/O=y',
  'CN = a\n O = b',
  'CN="\\zz",O=\\',
  '#0403020101',
  '2.5.4.3=#0c0161',
  'openid',
  'openid openid',
  'admin:*',
];

const NUMBERS = [0, -1, 1e308, 8.64e15, 1e20, -8.64e12, 0.5, 2 ** 53, 253_402_300_800, 1_700_000_000];

/** JSON of any shape. */
export function strangeJson(chance: Chance, depth = 0): unknown {
  switch (chance.below(depth > 3 ? 4 : 7)) {
    case 0:
      return chance.pick(NUMBERS);
    case 1:
      return chance.pick([true, false, null]);
    case 2:
    case 3:
      return chance.pick(TEXTS);
    case 4:
      return chance.several(4, () => strangeJson(chance, depth + 1));
    default:
      return Object.fromEntries(
        chance.several(4, () => [chance.pick(TEXTS), strangeJson(chance, depth + 1)] as const),
      );
  }
}

/** A record with up to three of its members replaced, left out, or added. */
export function bentRecord(
  chance: Chance,
  record: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  const bent: Record<string, unknown> = { ...record };
  for (let count = 1 + chance.below(3); count > 0; count--) {
    const name = chance.happens(90) ? chance.pick(names) : chance.pick(TEXTS);
    if (chance.happens(20)) delete bent[name];
    else bent[name] = chance.happens(50) ? chance.pick(TEXTS) : strangeJson(chance);
  }
  return bent;
}

/** JSON text, broken now and then, and with members that JavaScript would merge written twice. */
export function strangeBody(chance: Chance, value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  if (chance.happens(90)) return text;
  return chance.pick([
    text.slice(0, chance.below(text.length + 1)),
    `${text}${text}`,
    `\ufeff${text}`,
    '['.repeat(5000),
    text.replace('{', '{"__proto__":{"a":1},'),
    '"\\ud800"',
    '1e999',
  ]);
}

const segment = (value: unknown): string => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');

const CLAIMS = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'nbf',
  'jti',
  'htm',
  'htu',
  'ath',
  'nonce',
  'client_id',
  'cnf',
  'acr',
];

/**
 * A JWT with strange claims.
 * @param key P-256; it signs, so that the claims are read at all
 */
export function strangeJwt(
  chance: Chance,
  key: KeyObject,
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
): string {
  const written = chance.happens(25)
    ? bentRecord(chance, { alg: 'ES256', ...header }, [
        'alg',
        'typ',
        'kid',
        'jwk',
        'crit',
        'x5c',
        'jku',
        'b64',
      ])
    : { alg: 'ES256', ...header };
  const signed = `${segment(written)}.${segment(bentRecord(chance, claims, CLAIMS))}`;
  const signature = chance.happens(10)
    ? chance.bytes(64)
    : sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  const jwt = `${signed}.${signature.toString('base64url')}`;
  return chance.happens(5) ? jwt.slice(chance.below(jwt.length)) : jwt;
}

/** A form of the members given, bent; as text, because a form may be no form at all. */
export function strangeForm(
  chance: Chance,
  form: Readonly<Record<string, string>>,
  names: readonly string[],
): string {
  const pairs: [string, string][] = Object.entries(form);
  for (let count = chance.below(4); count > 0; count--) {
    const name = chance.happens(85) ? chance.pick(names) : chance.pick(TEXTS);
    const at = pairs.findIndex(([known]) => known === name);
    const value = chance.pick(TEXTS);
    if (at >= 0 && chance.happens(80))
      pairs.splice(at, 1, ...(chance.happens(20) ? [] : [[name, value] as [string, string]]));
    else pairs.push([name, value]);
  }
  const text = new URLSearchParams(pairs).toString();
  if (chance.happens(92)) return text;
  return chance.pick([
    `${text}&%`,
    `${text}&a=%00%ff%c3%28`,
    `&=&${text}&=`,
    text.repeat(20),
    JSON.stringify(form),
    '\0\u00ff',
  ]);
}
