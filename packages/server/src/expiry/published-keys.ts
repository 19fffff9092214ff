import type { JwksSource } from '../outbound/jwks-source.ts';
import { type Watched, watchedOf } from './watched.ts';

/** The certificates in the JWK sets that this process holds (RFC 7517 §4.7). Nothing is fetched for it. */
export const publishedCertificates = (jwks: Pick<JwksSource, 'held'>): readonly Watched[] =>
  jwks
    .held()
    .flatMap(({ jwks_uri, keys }) =>
      keys.flatMap(({ x5c }): readonly Watched[] =>
        x5c
          ? [{ ...watchedOf(x5c), kind: 'jwks', key: `jwks ${jwks_uri} ${x5c.thumbprint}`, name: jwks_uri }]
          : [],
      ),
    );
