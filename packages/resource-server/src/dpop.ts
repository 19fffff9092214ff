import { hash, timingSafeEqual } from 'node:crypto';
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  EmbeddedJWK,
  errors,
  type JWK,
  jwtVerify,
} from 'jose';
import type { DpopNonces } from './dpop-nonce.ts';
import { memoryReplayStore, type ReplayStore } from './replay-store.ts';
import { TokenRefused } from './token-refused.ts';

/** How DPoP proofs are taken (RFC 9449 §4.3, §7). */
export type DpopOptions = {
  /**
   * The URLs under which callers know this resource server, such as `https://api.example`: what `htu` of a proof begins
   * with, the request's own path behind it. Where a proxy takes a part of the path away, that part belongs here. They
   * are never read from the request's Host, which the caller writes.
   */
  readonly baseUrls: string | readonly string[];
  /** Where it is remembered which proofs were used; in this process's memory when absent. */
  readonly replays?: ReplayStore;
  /** Demands a nonce of this server's in every proof (RFC 9449 §9); none when absent. */
  readonly nonces?: DpopNonces;
  /** Signature algorithms, asymmetric only; ES256, PS256, EdDSA and Ed25519 when absent. */
  readonly algorithms?: readonly string[];
  /** Seconds a proof may be old, 300 when absent. */
  readonly maxAge?: number;
};

/** What a proof has to fit. */
export type ProvenRequest = {
  /** Every DPoP header of the request. */
  readonly proofs: readonly string[];
  readonly method: string | undefined;
  /** The request's target: a path, or a whole URL. */
  readonly url: string | undefined;
};

export type DpopCheck = {
  readonly algorithms: readonly string[];
  /** The nonce to tell the next caller; absent where none is demanded. */
  nonce(): string | undefined;
  /**
   * Holds a request to the key its token is bound to.
   * @param jkt RFC 7638 SHA-256 thumbprint
   * @returns the nonce for the next proof, where the one that came will not do much longer
   * @throws TokenRefused, ReplayStoreUnavailable
   */
  check(jkt: string, token: string, request: ProvenRequest): Promise<string | undefined>;
};

export const DPOP_ALGORITHMS = ['ES256', 'PS256', 'EdDSA', 'Ed25519'] as const;
const ASYMMETRIC = [...DPOP_ALGORITHMS, 'ES384', 'ES512', 'PS384', 'PS512'];
/** Seconds by which the clock of a proof's maker may be ahead (FAPI 2.0 §5.3.2.1-13). */
const AHEAD = 30;
const MAX_PROOF_LENGTH = 8192;
const MAX_JTI_LENGTH = 500;

const refused = (because: TokenRefused['because'], expected: unknown, presented: unknown) =>
  new TokenRefused('invalid_dpop_proof', 'The DPoP proof is not valid.', because, { expected, presented });

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** Without query and fragment, scheme and host in lower case, no default port (RFC 9449 §4.3, RFC 3986 §6.2). */
function normalised(url: string, base?: string): string | undefined {
  const parsed = URL.parse(url, base);
  return parsed ? `${parsed.protocol}//${parsed.host}${parsed.pathname}` : undefined;
}

/** The URLs that a request could have been sent to. */
function urlsOf(target: string | undefined, bases: readonly string[]): readonly string[] {
  const path = target === undefined || !URL.canParse(target) ? target : new URL(target).pathname;
  if (path === undefined) return [];
  const [plain = ''] = path.split('?');
  return bases.flatMap((base) => normalised(`${base}${plain.startsWith('/') ? plain : `/${plain}`}`) ?? []);
}

/** @throws TypeError for a base that cannot be one */
function checkedBase(base: string): string {
  const parsed = URL.parse(base);
  if (parsed?.protocol !== 'https:' || parsed.search !== '' || parsed.hash !== '' || parsed.username !== '') {
    throw new TypeError(`dpop.baseUrls must be https URLs without query, not ${JSON.stringify(base)}`);
  }
  return base.replace(/\/$/, '');
}

/** The one proof of a request. @throws TokenRefused */
function proofOf(proofs: readonly string[]): string {
  const [proof] = proofs;
  if (proof === undefined) throw refused('dpop_proof_absent', 'a DPoP header', 'none');
  if (proofs.length > 1) throw refused('dpop_proof_repeated', 1, proofs.length);
  if (proof.length > MAX_PROOF_LENGTH) {
    throw refused('dpop_proof_malformed', `at most ${MAX_PROOF_LENGTH} characters`, proof.length);
  }
  return proof;
}

const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth', 'priv'];

/** The public key in the header of a proof. @throws TokenRefused */
function keyOf(proof: string): JWK {
  let jwk: JWK | undefined;
  try {
    ({ jwk } = decodeProtectedHeader(proof));
  } catch {
    throw refused('dpop_proof_malformed', 'a signed JWT (RFC 9449 §4.2)', 'something else');
  }
  if (typeof jwk !== 'object' || jwk === null || typeof jwk.kty !== 'string' || jwk.kty === 'oct') {
    throw refused('dpop_proof_malformed', 'a public key in the header', 'none');
  }
  if (PRIVATE.some((member) => member in jwk)) {
    throw refused('dpop_proof_malformed', 'a public key in the header', 'a private one');
  }
  return jwk;
}

async function thumbprintOf(jwk: JWK): Promise<string> {
  try {
    return await calculateJwkThumbprint(jwk);
  } catch {
    throw refused('dpop_proof_malformed', 'a public key in the header', 'one that cannot be read');
  }
}

/** @throws TypeError, RangeError for options that would be unsafe */
export function dpopCheck(options: DpopOptions, clock: () => number): DpopCheck {
  const { nonces, algorithms = DPOP_ALGORITHMS, maxAge = 300, replays = memoryReplayStore() } = options;
  const bases = [options.baseUrls].flat().map(checkedBase);
  if (bases.length === 0) throw new TypeError('dpop.baseUrls must name this resource server');
  const weak = algorithms.find((name) => !ASYMMETRIC.includes(name));
  if (weak !== undefined)
    throw new TypeError(`dpop.algorithms may hold ${ASYMMETRIC.join(', ')}, not ${weak}`);
  if (!(maxAge >= 1 && maxAge <= 3600)) throw new RangeError('dpop.maxAge must lie between 1 and 3600');

  const claimsOf = async (proof: string) => {
    try {
      const { payload } = await jwtVerify(proof, EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: [...algorithms],
        // Its own times are judged below; `exp` and `nbf` are no part of a proof.
        currentDate: new Date(clock()),
      });
      return payload;
    } catch (error) {
      if (!(error instanceof errors.JOSEError || error instanceof TypeError)) throw error;
      throw refused('dpop_proof_malformed', 'a proof signed by its own key (RFC 9449 §4.2)', error.message);
    }
  };

  return {
    algorithms,
    nonce: () => nonces?.current(clock()),
    async check(jkt, token, { proofs, method, url }) {
      const proof = proofOf(proofs);
      // The token names the key, so only who has a good token can make this server verify a signature.
      const presented = await thumbprintOf(keyOf(proof));
      if (!isSame(presented, jkt)) throw refused('dpop_key_differs', { jkt }, { jkt: presented });
      const { jti, htm, htu, iat, ath, nonce } = await claimsOf(proof);
      const now = clock();
      const differs = (claim: string, expected: unknown, came: unknown) =>
        refused('dpop_proof_differs', { [claim]: expected }, { [claim]: came });
      if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_LENGTH) {
        throw differs('jti', `1 to ${MAX_JTI_LENGTH} characters`, typeof jti);
      }
      if (htm !== method) throw differs('htm', method, htm);
      const urls = urlsOf(url, bases);
      const named = typeof htu === 'string' ? normalised(htu) : undefined;
      if (named === undefined || !urls.includes(named)) throw differs('htu', urls, htu);
      if (typeof iat !== 'number' || iat * 1000 > now + AHEAD * 1000 || iat * 1000 < now - maxAge * 1000) {
        throw differs(
          'iat',
          `${maxAge} seconds ago to ${AHEAD} seconds ahead of ${Math.floor(now / 1000)}`,
          iat,
        );
      }
      const hashed = hash('sha256', token, 'base64url');
      if (typeof ath !== 'string' || !isSame(ath, hashed)) throw differs('ath', hashed, ath);
      if (nonces !== undefined && (typeof nonce !== 'string' || !nonces.accepts(nonce, now))) {
        throw new TokenRefused(
          'use_dpop_nonce',
          'Send the DPoP proof again with the nonce of this answer.',
          'dpop_nonce_absent',
          { expected: 'a nonce given out lately', presented: nonce === undefined ? 'none' : 'another' },
        );
      }
      const key = `${jkt} ${hash('sha256', jti, 'base64url')}`;
      if (!(await replays.claim(key, Math.ceil(iat + maxAge + 1) * 1000, now))) {
        throw refused('dpop_proof_replayed', 'a jti that is new', 'one that was used');
      }
      const next = nonces?.current(now);
      return next === nonce ? undefined : next;
    },
  };
}
