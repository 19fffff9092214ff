import { clientSecretMatches } from '../client/client-secret.ts';
import { invalidClient } from '../refusal/error-codes.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';

/**
 * `client_secret_basic` and `client_secret_post` (RFC 6749 §2.3.1). Which of the two places a client may use is judged
 * before, with what else its request carries.
 */
export const clientSecret: ClientAuthenticator = {
  kind: 'method',
  name: 'client_secret',
  methods: ['client_secret_basic', 'client_secret_post'],
  async authenticate(presentation, { client }) {
    const registered = client.metadata.token_endpoint_auth_method;
    const presented = presentation.basic?.client_secret ?? presentation.client_secret;
    if (presented === undefined || client.client_secret_sha256 === undefined) {
      throw invalidClient('client_secret_absent', {
        expected: registered,
        presented: presented === undefined ? 'no client secret' : 'a client secret',
        registered: client.client_secret_sha256 === undefined ? 'no client secret' : 'a client secret',
      });
    }
    if (!clientSecretMatches(presented, client.client_secret_sha256)) {
      throw invalidClient('client_secret_wrong', {
        expected: 'the registered client secret',
        presented: 'another one',
      });
    }
  },
};
