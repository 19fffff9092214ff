import { decodeJwt } from 'jose';
import { z } from 'zod';
import { CLIENT_SIGNING_ALGORITHMS } from '../client/client-signing-algorithms.ts';
import type { Clock } from '../clock.ts';
import { fittingKeys } from '../outbound/fitting-keys.ts';
import { canHaveSigned, isForEncryption } from '../outbound/json-web-key-set.ts';
import type { JwksSource } from '../outbound/jwks-source.ts';
import {
  invalidClientMetadata,
  invalidSoftwareStatement,
  temporarilyUnavailable,
} from '../refusal/error-codes.ts';
import type { ReplayStore } from '../storage/storage.ts';
import { JwsRefused, readJwsHeader, verifyJws } from '../token/jws.ts';
import { checkLifetime, claimsOfPayload, rememberedUntil } from '../token/jwt-claims.ts';
import type { ReadSoftwareStatement } from './software-statement.ts';
import type { SentMetadata } from './stated-metadata.ts';

/** A JWT made for something else must not serve as a registration (RFC 8725 §3.11). */
const TYPES = ['jwt', 'jose'];

const Claims = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string()).min(1).max(10)]),
  exp: z.number(),
  iat: z.number(),
  nbf: z.number().optional(),
  jti: z.string().min(1).max(500),
  software_statement: z.string(),
});
type Claims = z.infer<typeof Claims>;

const OF_THE_JWT = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti', 'sub']);

export type SignedRegistrationContext = {
  /** What the JWT may be meant for: the issuer, and the registration endpoint as it is published. */
  readonly audiences: readonly string[];
  readonly readSoftwareStatement: ReadSoftwareStatement;
  readonly jwks: JwksSource;
  readonly replays: ReplayStore;
  readonly clock: Clock;
};

/**
 * Reads a registration that software signed, as directories have it done (Open Banking UK, Dynamic Client Registration 3.3;
 * Consumer Data Standards): a JWT with the metadata as claims and the software statement among them, signed by a key that
 * the statement names.
 * @param isAgain whether it was answered before, so that its `jti` is known
 * @returns the metadata
 * @throws Refusal `invalid_client_metadata` for a JWT that cannot be believed, and what reading the statement throws
 */
export type ReadSignedRegistration = (jwt: string, isAgain: boolean) => Promise<SentMetadata>;

const invalid = (evidence: object) =>
  invalidClientMetadata('The signed registration is not valid.', 'signed_registration_invalid', {
    ...evidence,
  });

/** The statement within, before anything of the JWT is believed. */
function statementIn(jwt: string): string {
  let claims: ReturnType<typeof decodeJwt>;
  try {
    claims = decodeJwt(jwt);
  } catch (error) {
    throw invalid({ presented: error instanceof Error ? error.message : 'not a JWT' });
  }
  const { software_statement } = claims;
  if (typeof software_statement === 'string') return software_statement;
  throw invalidSoftwareStatement('A software statement is needed.', 'software_statement_absent', {
    expected: 'software_statement, whose keys the registration is signed with',
  });
}

function checkParties(
  { iss, aud }: Claims,
  software_id: string | undefined,
  audiences: readonly string[],
): void {
  if (software_id !== undefined && iss !== software_id) {
    throw invalid({ field: 'iss', expected: software_id, presented: iss.slice(0, 200) });
  }
  const others = [aud].flat().filter((audience) => !audiences.includes(audience));
  if (others.length > 0) throw invalid({ field: 'aud', expected: audiences, presented: aud });
}

export function createSignedRegistrations(context: SignedRegistrationContext): ReadSignedRegistration {
  const { audiences, readSoftwareStatement, jwks, replays, clock } = context;

  const verified = async (jwt: string, jwks_uri: string): Promise<Claims> => {
    const { alg, kid, typ } = readJwsHeader(jwt, CLIENT_SIGNING_ALGORITHMS);
    if (typ !== undefined && !TYPES.includes(typ.toLowerCase().replace(/^application\//, ''))) {
      throw new JwsRefused({ field: 'typ', expected: TYPES, presented: typ });
    }
    const found = await fittingKeys(jwks, jwks_uri, (key) => canHaveSigned(key, kid, alg));
    if (found.kind === 'unavailable') {
      throw temporarilyUnavailable('The registration cannot be checked now.', 'jwks_unavailable', {
        jwks_uri,
        ...found.failure,
      });
    }
    if (found.kind === 'none') {
      if (found.published.some((key) => key.kid === kid && isForEncryption(key))) {
        throw invalidClientMetadata('The signed registration is not valid.', 'key_of_other_use', {
          kid,
          alg,
        });
      }
      throw new JwsRefused({
        field: 'kid',
        jwks_uri,
        expected: found.published.map((key) => key.kid ?? '(no kid)'),
        presented: { kid: kid ?? 'none', alg },
      });
    }
    const publicKeys = found.keys.map(({ publicKey }) => publicKey);
    return claimsOfPayload(await verifyJws(jwt, publicKeys, alg), Claims);
  };

  return async (jwt, isAgain) => {
    try {
      readJwsHeader(jwt, CLIENT_SIGNING_ALGORITHMS);
      const { vouched } = await readSoftwareStatement(statementIn(jwt));
      if (vouched.jwks_uri === undefined) {
        throw invalid({
          expected: 'a software statement that says where the software’s keys are',
          presented: 'none',
        });
      }
      const claims = await verified(jwt, vouched.jwks_uri);
      checkParties(claims, vouched.software_id, audiences);
      checkLifetime(claims, Math.floor(clock() / 1000));
      const until = rememberedUntil(claims.exp);
      if (!isAgain && !(await replays.claim(`registration ${claims.iss} ${claims.jti}`, until))) {
        throw invalidClientMetadata(
          'The signed registration was used before.',
          'signed_registration_replayed',
          {
            jti: claims.jti,
          },
        );
      }
      return Object.fromEntries(Object.entries(claims).filter(([claim]) => !OF_THE_JWT.has(claim)));
    } catch (error) {
      if (error instanceof JwsRefused) throw invalid(error.evidence);
      throw error;
    }
  };
}
