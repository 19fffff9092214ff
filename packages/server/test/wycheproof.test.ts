import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test, { describe } from 'node:test';
import { z } from 'zod';
import { parseClientMetadata } from '../src/client/client-registration.ts';
import { CLIENT_SIGNING_ALGORITHMS } from '../src/client/client-signing-algorithms.ts';
import { Scope } from '../src/client/scope.ts';
import { NO_CLAIMS } from '../src/client-authentication/authority-claims.ts';
import type { ClientAuthenticator } from '../src/client-authentication/client-authenticator.ts';
import type { KnownClient } from '../src/client-authentication/client-directory.ts';
import { findClientKeys } from '../src/client-authentication/client-keys.ts';
import { clientSecretJwt } from '../src/client-authentication/client-secret-jwt.ts';
import type { Presentation } from '../src/client-authentication/presentation.ts';
import { privateKeyJwt } from '../src/client-authentication/private-key-jwt.ts';
import { systemClock } from '../src/clock.ts';
import { parametersOf } from '../src/endpoint/authorize/parameters.ts';
import { createRequestObjects } from '../src/endpoint/authorize/request-object.ts';
import { createSignedRequestReader } from '../src/endpoint/signed-request.ts';
import { createJwksSource, MalformedJwks, parseJwks } from '../src/outbound/jwks-source.ts';
import { OutboundRefused } from '../src/outbound/outbound-fetch.ts';
import { Refusal } from '../src/refusal/refusal.ts';
import { verifyDpopProof } from '../src/token/dpop-proof.ts';
import { JwsRefused, readJwsHeader, verifyJws } from '../src/token/jws.ts';

const FOLDER = process.env.COUNTERSIGN_VECTORS ?? join(import.meta.dirname, '../../../../shared/vectors');
const FILES = [
  'wycheproof-json_web_signature_test.json',
  'wycheproof-json_web_key_test.json',
  'wycheproof-json_web_encryption_test.json',
  'wycheproof-json-web-crypto.json',
];

const Jwk = z.looseObject({
  kty: z.string().optional(),
  k: z.string().optional(),
  alg: z.string().optional(),
});
const Vectors = z.object({
  testGroups: z.array(
    z.object({
      comment: z.string(),
      private: z.union([z.looseObject({ keys: z.array(Jwk) }), Jwk]),
      public: z.union([z.looseObject({ keys: z.array(Jwk) }), Jwk]).optional(),
      tests: z.array(
        z.object({
          tcId: z.number(),
          comment: z.string(),
          jws: z.unknown().optional(),
          jwe: z.unknown().optional(),
          result: z.enum(['valid', 'invalid', 'acceptable']),
        }),
      ),
    }),
  ),
});
type Jwk = z.infer<typeof Jwk>;

/** One message of the set, and the keys it is to be judged by. */
type Vector = {
  readonly name: string;
  readonly kind: 'jws' | 'jwe';
  readonly message: string;
  readonly keys: readonly Jwk[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
};

function vectorsIn(file: string): readonly Vector[] {
  const { testGroups } = Vectors.parse(JSON.parse(readFileSync(resolve(FOLDER, file), 'utf8')));
  return testGroups.flatMap((group) => {
    const set = group.public ?? group.private;
    const keys = Array.isArray(set.keys) ? z.array(Jwk).parse(set.keys) : [Jwk.parse(set)];
    return group.tests.map(({ tcId, comment, jws, jwe, result }) => {
      const message = jws ?? jwe;
      return {
        name: `${group.comment} ${tcId} ${comment}`,
        kind: jws === undefined ? ('jwe' as const) : ('jws' as const),
        // The JSON serialization is an object; as text it is no compact JWS.
        message: typeof message === 'string' ? message : JSON.stringify(message),
        keys,
        result,
      };
    });
  });
}

const jwks = createJwksSource(
  async () => {
    throw new OutboundRefused('network', 'nothing is fetched here');
  },
  { clock: systemClock },
);

function clientWith(keys: readonly Jwk[]): KnownClient {
  return {
    client: {
      client_id: 'c1',
      client_id_issued_at: 0,
      metadata: parseClientMetadata({ client_name: 'C' }),
      enabled: true,
      revision: 1,
    },
    certificates: new Map(),
    trustAnchors: [],
    jwksKeys: parseJwks({ keys }).keys,
    scopes: Scope.none,
    scope_audiences: new Map(),
    grant_types: new Set(),
  };
}

/**
 * The way of every message that a client signs, to the point where the payload is read: the header's algorithm, the
 * registered keys that fit it, the signature. Symmetric keys go the way of a client secret.
 */
async function isBelieved({ message, keys }: Vector): Promise<boolean> {
  try {
    const [secret] = keys;
    if (keys.length === 1 && secret?.kty === 'oct') {
      const { alg } = readJwsHeader(
        message,
        ['HS256', 'HS384', 'HS512'].filter((alg) => alg === secret.alg),
      );
      await verifyJws(message, [Buffer.from(secret.k ?? '', 'base64url')], alg);
      return true;
    }
    const { alg, kid } = readJwsHeader(message, CLIENT_SIGNING_ALGORITHMS);
    const found = await findClientKeys(clientWith(keys), jwks, kid, alg);
    if (found.kind !== 'found') return false;
    await verifyJws(
      message,
      found.keys.map(({ publicKey }) => publicKey),
      alg,
    );
    return true;
  } catch (error) {
    if (error instanceof JwsRefused || error instanceof MalformedJwks) return false;
    throw error;
  }
}

const issuer = 'https://as.example';
const replays = { claim: async () => true };

const authenticate = async (method: ClientAuthenticator, presentation: Presentation, known: KnownClient) => {
  assert.ok(method.kind === 'method');
  await method.authenticate(presentation, known);
};

/** The whole ways, which must end in a refusal: no message of the set says what such a message has to say. */
async function outcomes({ message, keys }: Vector): Promise<readonly unknown[]> {
  const usable = keys.filter(({ kty }) => kty !== 'oct');
  let known: KnownClient;
  try {
    known = clientWith(usable);
  } catch (error) {
    if (error instanceof MalformedJwks) return [];
    throw error;
  }
  const presentation: Presentation = {
    client_id: 'c1',
    client_secret: undefined,
    basic: undefined,
    client_assertion: message,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    certificate: undefined,
    remote_address: '127.0.0.1',
    endpoint: `${issuer}/oauth2/token`,
  };
  const requestObjects = createRequestObjects({
    readSignedRequest: createSignedRequestReader({
      issuer,
      clock: systemClock,
      replays,
      jwks,
      decryptionKeys: { published: async () => [], meantBy: async () => [] },
    }),
    outbound: async () => {
      throw new OutboundRefused('network', 'nothing is fetched here');
    },
  });
  const attempts = [
    () =>
      authenticate(
        privateKeyJwt(jwks, { issuer, replays, clock: systemClock }, NO_CLAIMS),
        presentation,
        known,
      ),
    () =>
      authenticate(
        clientSecretJwt(Buffer.alloc(32), { issuer, replays, clock: systemClock }),
        presentation,
        known,
      ),
    // An empty parameter was not sent (RFC 6749 §3.1).
    () => requestObjects.unfold(parametersOf({ client_id: 'c1', request: message || '-' }), known, false),
    () => verifyDpopProof(message, { method: 'POST', urls: [presentation.endpoint] }, Date.now()),
  ];
  return Promise.all(
    attempts.map(async (attempt) => {
      try {
        await attempt();
        return 'accepted';
      } catch (error) {
        return error;
      }
    }),
  );
}

/** The algorithm a message names. */
function algOf({ message }: Vector): unknown {
  try {
    return readJwsHeader(message, SUPPORTED).alg;
  } catch {
    return undefined;
  }
}

const SUPPORTED = ['HS256', 'HS384', 'HS512', ...CLIENT_SIGNING_ALGORITHMS];

describe('wycheproof: JSON Web Signature, Key and Encryption', () => {
  for (const file of FILES) {
    const missing = !existsSync(resolve(FOLDER, file));
    test(file, { skip: missing && `there is no ${resolve(FOLDER, file)}` }, async (t) => {
      const vectors = vectorsIn(file);
      // Two "invalid" messages of the set lost their fault on the way and equal its valid ones to the letter.
      const textOf = ({ message, keys }: Vector) => JSON.stringify([message, keys]);
      const valid = new Set(vectors.filter(({ result }) => result === 'valid').map(textOf));
      const counts = { refused: 0, accepted: 0, 'not used here': 0 };
      for (const vector of vectors) {
        const { name, kind, result, keys } = vector;
        const believed = await isBelieved(vector);
        if (kind === 'jwe' || (result === 'invalid' && !valid.has(textOf(vector)))) {
          assert.equal(believed, false, `must be refused: ${name}`);
          counts.refused++;
        } else if (believed) counts.accepted++;
        else {
          // Some name another algorithm than their key does, or one that is not used here.
          const usable =
            keys.length === 1 && SUPPORTED.some((alg) => alg === keys[0]?.alg && alg === algOf(vector));
          assert.ok(!usable, `must be accepted: ${name}`);
          counts['not used here']++;
        }
        for (const outcome of await outcomes(vector)) {
          const refused = outcome instanceof Refusal || outcome instanceof JwsRefused;
          assert.ok(refused, `${name}: ${outcome}`);
        }
      }
      t.diagnostic(JSON.stringify(counts));
      assert.ok(counts.refused > 0);
    });
  }
});
