import type { Client } from '../client/client.ts';
import { clientSecretMatches, hasClientSecret } from '../client/client-secret.ts';
import { invalidClient } from '../refusal/error-codes.ts';
import type { ChosenSecrets } from './chosen-secrets.ts';
import type { ClientAuthenticator } from './client-authenticator.ts';
import type { Presentation } from './presentation.ts';

/** The texts that a request may mean by the secret it carries: what stands there decoded, or as it stands. */
const presentedSecrets = ({ basic, client_secret }: Presentation): readonly string[] =>
  [basic?.client_secret, basic?.plain_secret, client_secret].filter((secret) => secret !== undefined);

const isChosen = (client: Client): client is Client & { readonly client_secret_argon2id: string } =>
  client.client_secret_argon2id !== undefined;

/**
 * `client_secret_basic` and `client_secret_post` (RFC 6749 §2.3.1). Which of the two places a client may use is judged
 * before, with what else its request carries.
 */
export const clientSecret = (chosen: ChosenSecrets): ClientAuthenticator => ({
  kind: 'method',
  name: 'client_secret',
  methods: ['client_secret_basic', 'client_secret_post'],
  async authenticate(presentation, { client }) {
    const registered = client.metadata.token_endpoint_auth_method;
    const presented = presentedSecrets(presentation);
    if (presented.length === 0 || !hasClientSecret(client)) {
      throw invalidClient('client_secret_absent', {
        expected: registered,
        presented: presented.length === 0 ? 'no client secret' : 'a client secret',
        registered: hasClientSecret(client) ? 'a client secret' : 'no client secret',
      });
    }
    const { client_secret_sha256: hash } = client;
    const matches = isChosen(client)
      ? await chosen.matches(client, presented, presentation.remote_address)
      : hash !== undefined && presented.some((secret) => clientSecretMatches(secret, hash));
    if (matches) return;
    if (presentation.basic && presentation.basic.client_secret === undefined)
      throw invalidClient('malformed_request', {
        presented: 'Authorization header',
        why: 'client_secret is not form-encoded (RFC 6749 §2.3.1), nor is it the registered one as it stands',
      });
    throw invalidClient('client_secret_wrong', {
      expected: 'the registered client secret',
      presented: 'another one',
    });
  },
});
