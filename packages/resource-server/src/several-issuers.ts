import { presentedToken } from './authorization-header.ts';
import { TokenRefused } from './token-refused.ts';
import { isJwt, type TokenVerifier, unverifiedIssuer } from './token-verifier.ts';

/** The longest token whose issuer is looked at; each verifier has its own limit beside. */
const MAX_TOKEN_LENGTH = 65_536;

/**
 * Accepts the tokens of several authorization servers: a JWT goes to the verifier of the issuer it names, which then
 * holds it to that name. An opaque token names nobody, and goes to the one verifier that is named for them.
 * @param opaque which of the verifiers asks about opaque tokens; they are refused when absent
 * @throws TypeError where two verifiers have one issuer, or the one for opaque tokens is none of them
 */
export function verifierOfSeveral(
  verifiers: readonly TokenVerifier[],
  opaque?: TokenVerifier,
): TokenVerifier {
  const byIssuer = new Map<string, TokenVerifier>();
  for (const verifier of verifiers) {
    for (const issuer of verifier.issuers) {
      if (byIssuer.has(issuer)) throw new TypeError(`two verifiers are of the issuer ${issuer}`);
      byIssuer.set(issuer, verifier);
    }
  }
  if (byIssuer.size === 0) throw new TypeError('there must be a verifier');
  if (opaque !== undefined && !verifiers.includes(opaque)) {
    throw new TypeError('the verifier of opaque tokens must be one of the verifiers');
  }
  const issuers = [...byIssuer.keys()];
  const proving = verifiers.find(({ dpopAlgorithms }) => dpopAlgorithms !== undefined);

  /** @throws TokenRefused */
  const verifierOf = (token: string): TokenVerifier => {
    const refuse = (because: TokenRefused['because'], expected: unknown, presented: unknown) =>
      new TokenRefused('invalid_token', 'The access token is not valid.', because, { expected, presented });
    if (!isJwt(token)) {
      if (opaque !== undefined) return opaque;
      throw refuse('introspection_not_configured', 'a JWT', 'an opaque token');
    }
    const named = unverifiedIssuer(token);
    const verifier = named === undefined ? undefined : byIssuer.get(named);
    if (verifier === undefined) throw refuse('issuer_differs', issuers, named ?? 'none');
    return verifier;
  };

  return {
    issuers,
    ...(proving?.dpopAlgorithms && { dpopAlgorithms: proving.dpopAlgorithms }),
    dpopNonce: () => proving?.dpopNonce(),
    async verify(request, requirements) {
      const { authorization, url } = request;
      const { token } = presentedToken([authorization ?? []].flat(), url, MAX_TOKEN_LENGTH);
      return verifierOf(token).verify(request, requirements);
    },
  };
}
