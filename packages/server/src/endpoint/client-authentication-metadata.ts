import { ASSERTION_ALGORITHMS } from '../client/client-signing-algorithms.ts';
import { ownMember } from '../own-member.ts';

/**
 * What the metadata says of how clients authenticate at an endpoint (RFC 8414 §2): the methods, and the algorithms of
 * assertions where one of the methods has them.
 */
export function clientAuthenticationMetadata(
  endpoint: 'token_endpoint' | 'revocation_endpoint' | 'introspection_endpoint',
  methods: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const algorithms = methods.flatMap((method) => ownMember(ASSERTION_ALGORITHMS, method) ?? []);
  return {
    [`${endpoint}_auth_methods_supported`]: methods,
    ...(algorithms.length > 0 && { [`${endpoint}_auth_signing_alg_values_supported`]: algorithms }),
  };
}
