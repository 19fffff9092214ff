/** Whether an untyped value is an object with members. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of a JSON text; `undefined` when it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A JWT's header and claims, unverified: for showing, never for deciding. */
export function decodedJwt(
  token: string,
): { readonly header: Record<string, unknown>; readonly claims: Record<string, unknown> } | undefined {
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map((part) => parsedJson(Buffer.from(part, 'base64url').toString()));
  return isObject(header) && isObject(claims) ? { header, claims } : undefined;
}

/** The thumbprint a token is bound to (RFC 8705 §3.1), by its claims or its introspection. */
export function boundThumbprint(claims: Record<string, unknown> | undefined): string | undefined {
  const thumbprint = isObject(claims?.cnf) ? claims.cnf['x5t#S256'] : undefined;
  return typeof thumbprint === 'string' ? thumbprint : undefined;
}
