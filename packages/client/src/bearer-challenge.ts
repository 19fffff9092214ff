const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
const PART = new RegExp(
  `[\\s,]*(?:(${TOKEN})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]*))|(${TOKEN}))`,
  'y',
);

/**
 * The `error` of the Bearer challenge in a WWW-Authenticate header (RFC 6750 §3, RFC 9110 §11.6.1), which may hold
 * challenges of other schemes too. Undefined when there is none.
 */
export function bearerError(header: string | null): string | undefined {
  if (header === null) return undefined;
  PART.lastIndex = 0;
  let isBearer = false;
  for (;;) {
    const [, name, quoted, plain, scheme] = PART.exec(header) ?? [];
    if (scheme !== undefined) isBearer = scheme.toLowerCase() === 'bearer';
    else if (name === undefined) return undefined;
    else if (isBearer && name.toLowerCase() === 'error') return quoted?.replaceAll(/\\(.)/g, '$1') ?? plain;
  }
}
