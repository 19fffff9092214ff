import { z } from 'zod';
import { claimsOf, headerOf } from '../jws.ts';
import type { Answer } from '../response-reader.ts';

/** What the first answers of a workload have to show before it is measured. */
export type Proof = {
  /** @throws Error when the last answer is not the work to be measured */
  readonly check: (answer: Answer) => void;
  /** Whether the same request once more must be refused: what a server says that remembers each `jti`. */
  readonly refusesReplay: boolean;
};

const JoseHeader = z.object({ alg: z.literal('ES256') });
const TokenResponse = z.object({ access_token: z.string(), token_type: z.string() });
const Confirmation = z.object({
  cnf: z.object({ 'x5t#S256': z.string().optional(), jkt: z.string().optional() }).default({}),
});

const json = ({ body }: Answer): unknown => JSON.parse(body.toString());

/** The access token of an answer, and its claims, if it is an ES256 JWT. */
function tokenOf(answer: Answer) {
  const response = TokenResponse.parse(json(answer));
  JoseHeader.parse(headerOf(response.access_token));
  return { ...response, ...Confirmation.parse(claimsOf(response.access_token)) };
}

const same = (what: string, found: string | undefined, expected: string | undefined): void => {
  if (found !== expected) throw new Error(`${what} is ${found}, expected ${expected}`);
};

/** An answer of 200 and nothing more. */
export const ANSWERED: Proof = { check: () => {}, refusesReplay: false };

/** An ES256 JWT that says it is bound to a certificate, whichever. */
export const signedToken = (refusesReplay = false): Proof => ({
  refusesReplay,
  check: (answer) => {
    if (tokenOf(answer).cnf['x5t#S256'] === undefined) throw new Error('the token is not bound');
  },
});

/** An ES256 JWT. */
export const plainToken = (refusesReplay = false): Proof => ({
  refusesReplay,
  check: (answer) => void tokenOf(answer),
});

/** An ES256 JWT bound to the certificate with this thumbprint (RFC 8705 §3.1). */
export const certificateBoundToken = (thumbprint: string): Proof => ({
  refusesReplay: false,
  check: (answer) => same('cnf.x5t#S256', tokenOf(answer).cnf['x5t#S256'], thumbprint),
});

/** An ES256 JWT bound to the key with this thumbprint (RFC 9449 §6.1). */
export const keyBoundToken = (jkt: string): Proof => ({
  refusesReplay: true,
  check: (answer) => {
    const { token_type, cnf } = tokenOf(answer);
    same('token_type', token_type, 'DPoP');
    same('cnf.jkt', cnf.jkt, jkt);
  },
});

/** A bound ES256 JWT and with it an ID token. */
export const tokensOfPerson = (thumbprint: string): Proof => ({
  refusesReplay: false,
  check: (answer) => {
    same('cnf.x5t#S256', tokenOf(answer).cnf['x5t#S256'], thumbprint);
    JoseHeader.parse(headerOf(z.object({ id_token: z.string() }).parse(json(answer)).id_token));
  },
});

/** An introspection answer about a token in force (RFC 7662 §2.2). */
export const ACTIVE: Proof = {
  refusesReplay: false,
  check: (answer) => void z.object({ active: z.literal(true) }).parse(json(answer)),
};

/** An answer of UserInfo (OIDC Core §5.3.2). */
export const ABOUT_A_PERSON: Proof = {
  refusesReplay: false,
  check: (answer) => void z.object({ sub: z.string().min(1) }).parse(json(answer)),
};
