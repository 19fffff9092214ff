import { allowedAlgorithms, type Profiled } from '../client/profile.ts';
import type { JwtSigner } from './jwt.ts';
import type { KeyRing } from './key-ring.ts';
import type { SigningAlgorithm } from './server-key.ts';

/**
 * The algorithm of what is signed for a client: the one it registered, or the deployment's own. Where its security
 * profile forbids that one, it is ES256, or PS256 where that is the only one (FAPI 2.0 §5.4.1, FAPI 1.0 Advanced §8.6).
 */
export function clientAlgorithm(
  keyRing: Pick<KeyRing, 'alg'>,
  client: Profiled,
  registered?: SigningAlgorithm,
): SigningAlgorithm {
  const [allowed = 'PS256'] = allowedAlgorithms(client, [
    registered ?? keyRing.alg,
    'ES256',
    'PS256',
  ] as const);
  return allowed;
}

/**
 * A signer of JWTs for a client.
 * @param typ the JOSE `typ` of what is signed
 * @param registered the algorithm the client registered for it
 */
export function clientSigner(
  keyRing: KeyRing,
  typ: string,
  client: Profiled,
  registered?: SigningAlgorithm,
): Promise<JwtSigner> {
  return keyRing.signer(typ, clientAlgorithm(keyRing, client, registered));
}
