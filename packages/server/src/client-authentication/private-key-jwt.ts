import { CLIENT_SIGNING_ALGORITHMS } from '../client/client-signing-algorithms.ts';
import { allowedAlgorithms } from '../client/profile.ts';
import type { JwksSource } from '../outbound/jwks-source.ts';
import { invalidClient } from '../refusal/error-codes.ts';
import type { AuthorityClaims } from './authority-claims.ts';
import { type AssertionOptions, checkAssertion, readAssertion } from './client-assertion.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';
import { findClientKeys } from './client-keys.ts';

/** `private_key_jwt`: the client signs an assertion with its private key (RFC 7523 §2.2, OIDC Core §9). */
export function privateKeyJwt(
  jwks: JwksSource,
  options: AssertionOptions,
  claims: AuthorityClaims,
): ClientAuthenticator {
  return {
    kind: 'method',
    name: 'private_key_jwt',
    methods: ['private_key_jwt'],
    async authenticate(presentation, known) {
      const { client_id, metadata } = known.client;
      const algorithms = allowedAlgorithms(metadata, CLIENT_SIGNING_ALGORITHMS);
      const header = readAssertion(presentation, known, algorithms);
      const found = await findClientKeys(known, jwks, header.kid, header.alg);
      if (found.kind === 'unavailable') {
        throw invalidClient('jwks_unavailable', {
          client_id,
          jwks_uri: metadata.jwks_uri,
          ...found.failure,
        });
      }
      if (found.kind === 'of other use') {
        throw invalidClient('key_of_other_use', {
          client_id,
          kid: header.kid,
          alg: header.alg,
          presented: found.uses,
        });
      }
      if (found.kind === 'none') {
        throw invalidClient('client_assertion_invalid', {
          client_id,
          field: 'kid',
          expected: found.published,
          presented: { kid: header.kid ?? 'none', alg: header.alg },
        });
      }
      const keys = found.keys.map((key) => key.publicKey);
      await checkAssertion(header, keys, known, presentation, options);
      claims.published(client_id, found.keys);
    },
  };
}
