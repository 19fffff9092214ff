/** The claims of an accepted token, as a JWT carries them or introspection tells them. */
export type TokenClaims = {
  readonly iss?: string | undefined;
  readonly sub?: string | undefined;
  readonly client_id?: string | undefined;
  readonly exp?: number | undefined;
  readonly [claim: string]: unknown;
};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Claims from a source that is trusted to be right but not to be well-typed. */
export function claimsOf(payload: Readonly<Record<string, unknown>>): TokenClaims {
  const { exp } = payload;
  return {
    ...payload,
    iss: text(payload.iss),
    sub: text(payload.sub),
    client_id: text(payload.client_id),
    exp: typeof exp === 'number' ? exp : undefined,
  };
}
