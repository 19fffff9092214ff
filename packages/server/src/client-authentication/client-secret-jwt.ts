import { clientSecretPurpose } from '../client/client-secret.ts';
import { CLIENT_SECRET_ALGORITHMS } from '../client/client-signing-algorithms.ts';
import { invalidClient } from '../refusal/error-codes.ts';
import { unseal } from '../token/sealing.ts';
import { type AssertionOptions, checkAssertion, readAssertion } from './client-assertion.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';

/**
 * `client_secret_jwt`: the client signs an assertion with its secret (OIDC Core §9). It is the one method whose
 * secret has to be kept so that it can be read again: sealed with the deployment's `[encryption] key`.
 */
export function clientSecretJwt(encryptionKey: Uint8Array, options: AssertionOptions): ClientAuthenticator {
  return {
    kind: 'method',
    name: 'client_secret_jwt',
    methods: ['client_secret_jwt'],
    async authenticate(presentation, known) {
      const { client_id, client_secret_sealed } = known.client;
      const header = readAssertion(presentation, known, CLIENT_SECRET_ALGORITHMS);
      if (client_secret_sealed === undefined) {
        throw invalidClient('client_secret_absent', {
          client_id,
          expected: 'a client secret issued for client_secret_jwt',
          presented: 'none is kept; regenerate the secret',
        });
      }
      const secret = Buffer.from(unseal(client_secret_sealed, encryptionKey, clientSecretPurpose(client_id)));
      await checkAssertion(header, [secret], known, presentation, options);
    },
  };
}
