import type { IncomingMessage } from 'node:http';
import { verifyDpopProof } from '../packages/server/src/token/dpop-proof.ts';
import { post } from '../packages/server/test/token-client.ts';
import type { ResourceServerIdentity } from './place.ts';

/** What the authorization server says of a token (RFC 7662 §2.2), as far as it is asked for. */
type Told = { readonly active: boolean; readonly jkt: string | undefined; readonly sub: unknown };

/** Why a request is refused, as its challenge says (RFC 9449 §7.1). */
export type DpopRefusal = 'invalid_token' | 'invalid_dpop_proof';

/** Whether a request brings a token by the scheme `DPoP`, however it is written (RFC 9110 §11.1). */
export const isDpop = (request: IncomingMessage): boolean =>
  /^dpop /i.test(request.headers.authorization ?? '');

/**
 * Accepts tokens that are bound to a DPoP key (RFC 9449 §7), each proof once: `@countersign/resource-server` knows
 * certificates alone.
 * @param origin where requests come to, `https://host:port`
 */
export function dpopTokens(issuer: string, origin: string, { client_id, cert, key }: ResourceServerIdentity) {
  const used = new Map<string, number>();

  const introspect = async (token: string): Promise<Told> => {
    const form = { client_id, token };
    const answer = await post(`${issuer}/oauth2/introspect`, form, { certificate: { cert, key } });
    const { active, cnf, sub } = answer.json();
    const { jkt }: Readonly<Record<string, unknown>> = Object(cnf);
    return { active: active === true, jkt: typeof jkt === 'string' ? jkt : undefined, sub };
  };

  /** Whether a proof is seen for the first time; those that no longer count are forgotten. */
  const isFirst = (id: string, expires_at: number, now: number): boolean => {
    for (const [each, end] of used) if (end <= now) used.delete(each);
    if (used.has(id)) return false;
    used.set(id, expires_at);
    return true;
  };

  return {
    /** The subject of the token, or why the request is refused. */
    async accept(request: IncomingMessage): Promise<{ readonly sub: unknown } | DpopRefusal> {
      const token = (request.headers.authorization ?? '').replace(/^dpop +/i, '');
      const proofs = request.headersDistinct.dpop ?? [];
      const [proof = ''] = proofs;
      if (proofs.length !== 1) return 'invalid_dpop_proof';
      const now = Date.now();
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      const asked = { method: request.method ?? 'GET', urls: [origin + path], access_token: token };
      const proven = await verifyDpopProof(proof, asked, now).catch(() => undefined);
      if (proven === undefined) return 'invalid_dpop_proof';
      const { active, jkt, sub } = await introspect(token);
      if (!active || jkt !== proven.jkt) return 'invalid_token';
      return isFirst(`${proven.jkt} ${proven.jti}`, proven.expires_at, now) ? { sub } : 'invalid_dpop_proof';
    },
  };
}
