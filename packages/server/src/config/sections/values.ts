import { isIP } from 'node:net';
import { z } from 'zod';
import { key } from '../key-notes.ts';

/** Marks an issue whose own message says what is wrong, where several keys do not go together. */
export const rule = { code: 'custom', params: { rule: true } } as const;

export const text = z.string().min(1).max(2000);

export const texts = (most: number) => z.array(text).max(most);

export const wholeNumber = (least: number, most: number) => z.int().min(least).max(most);

export const port = wholeNumber(1, 65_535);

export const PORT = 'a whole number from 1 to 65535';

/** `"a", "b" or "c"`. */
export const anyOf = (values: readonly string[]) =>
  values
    .map((value) => `"${value}"`)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' or ');

export const DAY = 86_400;

export const seconds = (most: number) => ({
  schema: wholeNumber(1, most),
  expected: `a whole number of seconds from 1 to ${most}`,
});

export const isHostname = (value: string) =>
  value.length <= 253 && /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*$/.test(value);

export const isHost = (value: string) => isIP(value) !== 0 || isHostname(value);

/** An IP address, alone or with a port: `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`. */
export function isNameServer(value: string): boolean {
  if (isIP(value) !== 0) return true;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(value) ?? [];
  const family = bracketed === undefined ? 4 : 6;
  return isIP(bracketed ?? plain ?? '') === family && Number(port ?? 53) >= 1 && Number(port ?? 53) <= 65_535;
}

export function isNetwork(value: string): boolean {
  const [address = '', prefix, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

export function isBaseUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, search, hash, username, password } = new URL(value);
  return protocol === 'https:' && `${search}${hash}${username}${password}` === '' && !/[/?#]$/.test(value);
}

/** `http://` or `https://` with neither credentials nor a query: paths are put behind it. */
export function isReceiverUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, search, hash, username, password } = new URL(value);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && `${search}${hash}${username}${password}` === '' && !/[?#]$/.test(value);
}

/** `udp://` with an IP address and a port. */
export function isSyslogUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, port, pathname, search, hash } = new URL(value);
  const address = hostname.replace(/^\[|\]$/g, '');
  return protocol === 'udp:' && isIP(address) !== 0 && port !== '' && `${pathname}${search}${hash}` === '';
}

export const off = (description: string, reload: 'live' | 'restart') =>
  key(z.boolean().default(false), { expected: 'true or false', description, reload });

export const on = (description: string, reload: 'live' | 'restart') =>
  key(z.boolean().default(true), { expected: 'true or false', description, reload });

export const lifetime = (fallback: number, most: number, description: string) =>
  key(seconds(most).schema.default(fallback), {
    expected: seconds(most).expected,
    description,
    reload: 'live',
  });

export const limit = (fallback: number, least: number, most: number, unit: string, description: string) =>
  key(wholeNumber(least, most).default(fallback), {
    expected: `a whole number${unit} from ${least} to ${most}`,
    description,
    reload: 'restart',
  });

/** The store password of a new home; it protects a file beside it and lets nobody in. */
export const DEFAULT_STORE_PASSWORD = 'wso2carbon';

/** A key that must differ between the tables of one list. */
export const distinct =
  <Name extends string>(name: Name) =>
  (context: { value: readonly Record<Name, string>[]; issues: z.core.$ZodRawIssue[] }): void => {
    const seen = new Set<string>();
    context.value.forEach((entry, index) => {
      if (seen.has(entry[name])) {
        context.issues.push({
          ...rule,
          input: entry[name],
          path: [index, name],
          message: `is used twice: ${JSON.stringify(entry[name])}`,
        });
      }
      seen.add(entry[name]);
    });
  };

/** SHA-256 in base64url (RFC 8705 §3.1), or in hex with or without colons as `openssl x509 -fingerprint -sha256` prints it. */
export const normalisedThumbprint = (value: string): string | undefined => {
  if (/^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  const hex = value.replaceAll(':', '');
  return /^[0-9a-fA-F]{64}$/.test(hex) ? Buffer.from(hex, 'hex').toString('base64url') : undefined;
};

/** A SHA-256 thumbprint, in base64url afterwards. */
export const thumbprint = z.string().transform((value, context) => {
  const normalised = normalisedThumbprint(value);
  if (normalised) return normalised;
  context.issues.push({ code: 'custom', input: value, message: 'not a SHA-256 thumbprint' });
  return z.NEVER;
});
