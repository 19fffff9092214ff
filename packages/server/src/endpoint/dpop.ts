import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { clauseOf, type Profiled } from '../client/profile.ts';
import type { AuthenticatedClient } from '../client-authentication/client-authenticator.ts';
import type { Clock } from '../clock.ts';
import type { Cause } from '../refusal/causes.ts';
import { invalidDpopProof, useDpopNonce } from '../refusal/error-codes.ts';
import type { Refusal } from '../refusal/refusal.ts';
import type { ReplayStore } from '../storage/storage.ts';
import { createDpopNonces } from '../token/dpop-nonce.ts';
import { DPOP_SIGNING_ALGORITHMS, type DpopProof, verifyDpopProof } from '../token/dpop-proof.ts';
import { JwsRefused } from '../token/jws.ts';

export type DpopContext = {
  readonly clock: Clock;
  readonly replays: ReplayStore;
  /** 32 bytes, the deployment's `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
  /** What the URLs of the endpoints begin with: the issuer, and the second listener's where there is one. */
  readonly baseUrls: readonly string[];
  /** `[oauth] dpop_nonce` of now. */
  readonly dpopNonce: () => DpopNonceRule;
};

/** Whose proofs must carry a nonce: everybody's, those of clients whose profile wants it, nobody's. */
export type DpopNonceRule = 'required' | 'profile' | 'optional';

/** How the endpoints of this server read DPoP proofs (RFC 9449). */
export type DpopProofs = {
  /**
   * The key whose proof came with a request of a client (§5).
   * @param client from whom a nonce may be demanded
   * @returns its RFC 7638 thumbprint; undefined when there is no proof
   * @throws Refusal 400 `invalid_dpop_proof` or `use_dpop_nonce`
   */
  provenKey(request: FastifyRequest, client: Profiled): Promise<string | undefined>;
  /**
   * The client, with the key whose proof came along.
   * @throws Refusal as {@link provenKey} does, and when the client is registered for proofs and sent none (§5.2)
   */
  senderOf(client: AuthenticatedClient, request: FastifyRequest): Promise<AuthenticatedClient>;
  /**
   * The key whose proof came with an access token (§7.1).
   * @throws Refusal 401 as {@link provenKey} does
   */
  keyOfToken(access_token: string, request: FastifyRequest, client: Profiled): Promise<string | undefined>;
  /** Has the answers to those from whom nonces are demanded, or who sent one, carry the nonce to use next (§8.2). */
  offerNonces(app: FastifyInstance): void;
};

export function createDpopProofs(context: DpopContext): DpopProofs {
  const { replays, baseUrls, dpopNonce, clock } = context;
  const nonces = createDpopNonces(context.encryptionKey);

  /** The requests whose answers carry a nonce. */
  const offered = new WeakSet<FastifyRequest>();

  const demandsNonce = (client: Profiled): boolean => {
    const rule = dpopNonce();
    return rule === 'required' || (rule === 'profile' && clauseOf(client, 'dpop_nonce') !== undefined);
  };

  const checkNonce = (
    { nonce, jkt }: DpopProof,
    request: FastifyRequest,
    client: Profiled,
    status: number,
    now: number,
  ) => {
    const isDemanded = demandsNonce(client);
    // Who never needs one is not led to send one, which would be too old one day.
    if (isDemanded || nonce !== undefined) offered.add(request);
    if (nonce === undefined ? !isDemanded : nonces.accepts(nonce, now)) return;
    throw useDpopNonce(
      'The DPoP proof needs the nonce of the DPoP-Nonce header.',
      'dpop_nonce_needed',
      { jkt, expected: 'a nonce of this server, some minutes old at most', presented: nonce ?? 'none' },
      status,
    );
  };

  const proven = async (
    request: FastifyRequest,
    client: Profiled,
    status: number,
    access_token?: string,
  ): Promise<string | undefined> => {
    // All headers are told apart for this alone, of which most requests have none.
    const [proof, ...more] =
      request.headers.dpop === undefined ? [] : (request.raw.headersDistinct.dpop ?? []);
    if (proof === undefined) return undefined;
    const invalid = (because: Cause, evidence: object) =>
      invalidDpopProof('The DPoP proof is not valid.', because, { ...evidence }, status);
    if (more.length > 0)
      throw invalid('dpop_proof_invalid', { expected: 'one DPoP header', presented: 'several' });
    const [path = ''] = (request.raw.url ?? '').split('?');
    const now = clock();
    let verified: DpopProof;
    try {
      const urls = [...baseUrls.map((base) => `${base}${path}`), ...(request.origin.known_as ?? [])];
      const token = access_token === undefined ? {} : { access_token };
      verified = await verifyDpopProof(proof, { method: request.method, urls, ...token }, now);
    } catch (error) {
      if (error instanceof JwsRefused) throw invalid('dpop_proof_invalid', error.evidence);
      throw error;
    }
    checkNonce(verified, request, client, status, now);
    const { jkt, jti, expires_at } = verified;
    const name = hash('sha256', jti, 'base64url');
    if (!(await replays.claim(`dpop ${jkt} ${name}`, expires_at))) {
      throw invalid('dpop_proof_replayed', { jkt, jti });
    }
    return jkt;
  };

  return {
    provenKey: (request, client) => proven(request, client, 400),

    async senderOf(client, request) {
      const { client_id, metadata } = client.known.client;
      const dpop_jkt = await proven(request, metadata, 400);
      if (dpop_jkt !== undefined) return { ...client, dpop_jkt };
      if (!metadata.dpop_bound_access_tokens) return client;
      throw invalidDpopProof('A DPoP proof is needed.', 'dpop_proof_missing', {
        client_id,
        expected: 'a DPoP header, for dpop_bound_access_tokens (RFC 9449 §5.2)',
      });
    },

    keyOfToken: (access_token, request, client) => proven(request, client, 401, access_token),

    offerNonces(app) {
      app.addHook('onSend', (request, reply, payload, done) => {
        const isDemanded = request.headers.dpop !== undefined && dpopNonce() === 'required';
        if (isDemanded || offered.has(request)) reply.header('dpop-nonce', nonces.current(clock()));
        done(null, payload);
      });
    },
  };
}

/** What the metadata says of DPoP (RFC 9449 §5.1). */
export const DPOP_METADATA = { dpop_signing_alg_values_supported: [...DPOP_SIGNING_ALGORITHMS] } as const;

/**
 * The challenges of a 401 answer of an endpoint that takes bound tokens (RFC 6750 §3, RFC 9449 §7.1): the error with
 * the scheme that was used. A request without a token is told how to authenticate and nothing else.
 */
export function tokenChallenges(
  request: FastifyRequest,
  { error, because, description }: Refusal,
  realm: string,
): string {
  const used =
    /^dpop /i.test(request.headers.authorization ?? '') || because.startsWith('dpop_') ? 'DPoP' : 'Bearer';
  const challenge = (scheme: 'Bearer' | 'DPoP') => {
    const isTold = scheme === used && because !== 'token_absent';
    return [
      `${scheme} realm="${realm}"`,
      isTold ? `, error="${error}"` : '',
      scheme === 'DPoP' ? `, algs="${DPOP_SIGNING_ALGORITHMS.join(' ')}"` : '',
      isTold ? `, error_description="${description}"` : '',
    ].join('');
  };
  const other = used === 'DPoP' ? 'Bearer' : 'DPoP';
  return `${challenge(used)}, ${challenge(other)}`;
}
