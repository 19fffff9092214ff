import { readFile } from 'node:fs/promises';
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import { fittingKeys } from '../outbound/fitting-keys.ts';
import { canHaveSigned, MalformedJwks, parseJwksDocument } from '../outbound/json-web-key-set.ts';
import type { JwksKey, JwksSource } from '../outbound/jwks-source.ts';
import {
  invalidSoftwareStatement,
  temporarilyUnavailable,
  unapprovedSoftwareStatement,
} from '../refusal/error-codes.ts';
import { isUnfitKey } from '../token/jws.ts';
import { type StatementFormat, type Vouched, vouchedBy } from './statement-format.ts';

/** Who may vouch for software, as `[[registration.software_statement_authority]]` names it. */
export type SoftwareStatementAuthority = {
  /** The `iss` of its statements. */
  readonly issuer: string;
  /** An https URL, or the absolute name of a file. */
  readonly jwks: string;
  readonly format: StatementFormat;
  /** Seconds a statement may be old by its `iat`. */
  readonly max_age?: number | undefined;
};

/**
 * Reads a software statement (RFC 7591 §2.3): a JWT signed by a known authority.
 * @returns its claims, and what they say of the software
 * @throws Refusal `invalid_software_statement` or `unapproved_software_statement`, each failure with its own cause
 */
export type ReadSoftwareStatement = (
  statement: string,
) => Promise<{ readonly claims: JWTPayload; readonly vouched: Vouched }>;

const ALGORITHMS = ['PS256', 'ES256', 'EdDSA', 'RS256', 'ES384', 'ES512'];
const LONGEST = 64_000;
const CLOCK_TOLERANCE = 30;

/** @param why which check failed */
const invalid = (why: string, evidence: object = {}) =>
  invalidSoftwareStatement(
    'The software statement or its signature is not valid.',
    'software_statement_invalid',
    { why, ...evidence },
  );

/** Names the authority and where its keys should be. */
const keysUnavailable = (authority: SoftwareStatementAuthority, evidence: object) =>
  temporarilyUnavailable(
    'The software statement cannot be checked now.',
    'software_statement_keys_unavailable',
    { authority: authority.issuer, jwks: authority.jwks, ...evidence },
  );

function unverified(statement: string) {
  if (statement.length > LONGEST) throw invalid('too long', { expected: `at most ${LONGEST} characters` });
  try {
    return { header: decodeProtectedHeader(statement), claims: decodeJwt(statement) };
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : 'not a JWT');
  }
}

/**
 * Makes the reader of software statements.
 * @param authorities asked at every statement, so that a reload counts at once
 */
export function createSoftwareStatements(
  authorities: () => readonly SoftwareStatementAuthority[],
  jwks: JwksSource,
  clock: Clock,
): ReadSoftwareStatement {
  const keysIn = async (authority: SoftwareStatementAuthority): Promise<readonly JwksKey[]> => {
    try {
      return parseJwksDocument(await readFile(authority.jwks)).keys;
    } catch (error) {
      if (error instanceof MalformedJwks) throw keysUnavailable(authority, { why: error.message });
      if (error instanceof Error && 'code' in error) throw keysUnavailable(authority, { why: error.message });
      throw error;
    }
  };

  const keysOf = async (authority: SoftwareStatementAuthority, fits: (key: JwksKey) => boolean) => {
    if (!/^https:/i.test(authority.jwks)) return (await keysIn(authority)).filter(fits);
    const found = await fittingKeys(jwks, authority.jwks, fits);
    if (found.kind === 'unavailable') throw keysUnavailable(authority, { ...found.failure });
    return found.kind === 'fitting' ? found.keys : [];
  };

  return async (statement) => {
    const { header, claims } = unverified(statement);
    const authority = authorities().find(({ issuer }) => issuer === claims.iss);
    if (!authority) {
      throw unapprovedSoftwareStatement(
        'The authority of the software statement is not one this server believes.',
        'software_statement_authority_unknown',
        { expected: authorities().map(({ issuer }) => issuer), presented: claims.iss ?? 'no iss' },
      );
    }
    const { alg, kid } = header;
    if (typeof alg !== 'string' || !ALGORITHMS.includes(alg)) {
      throw invalid('signature algorithm', { expected: ALGORITHMS, presented: alg ?? 'none' });
    }
    const keys = await keysOf(authority, (key) =>
      canHaveSigned(key, typeof kid === 'string' ? kid : undefined, alg),
    );
    const { max_age } = authority;
    for (const key of keys) {
      try {
        const { payload } = await jwtVerify(statement, key.publicKey, {
          algorithms: [alg],
          clockTolerance: CLOCK_TOLERANCE,
          currentDate: new Date(clock()),
          ...(max_age !== undefined && { maxTokenAge: max_age }),
        });
        return { claims: payload, vouched: vouchedBy(authority.format, payload) };
      } catch (error) {
        if (error instanceof errors.JWSSignatureVerificationFailed || isUnfitKey(error)) continue;
        if (error instanceof errors.JWTExpired) {
          throw invalidSoftwareStatement(
            'The software statement has expired.',
            'software_statement_expired',
            { authority: authority.issuer, why: error.message, exp: claims.exp, iat: claims.iat, max_age },
          );
        }
        if (error instanceof errors.JOSEError) throw invalid(error.message, { authority: authority.issuer });
        throw error;
      }
    }
    throw invalid('no key of the authority made the signature', {
      authority: authority.issuer,
      presented: { alg, kid: kid ?? 'none' },
    });
  };
}
