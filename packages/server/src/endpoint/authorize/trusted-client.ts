import { isRegisteredRedirectUri } from '../../client/redirect-uri.ts';
import type { ClientDirectory, KnownClient } from '../../client-authentication/client-directory.ts';
import { invalidRequest } from '../../refusal/error-codes.ts';
import type { Parameters } from './parameters.ts';

/** A client and a redirect URI of it that an answer can safely go to. */
export type TrustedClient = {
  readonly known: KnownClient;
  readonly redirect_uri: string;
  readonly redirect_uri_named: boolean;
};

/**
 * The client a request names, whoever sent it. Until its redirect URI is known too nothing may be sent there
 * (RFC 6749 §4.1.2.1, RFC 9700 §4.11).
 * @throws Refusal, to be shown to the person
 */
export async function knownClient(parameters: Parameters, directory: ClientDirectory): Promise<KnownClient> {
  const client_id = parameters.get('client_id');
  if (client_id === undefined) {
    throw invalidRequest('The parameter client_id is missing.', 'parameter_missing', {
      expected: 'client_id',
    });
  }
  const known = await directory.find(client_id);
  if (!known) {
    throw invalidRequest('The application is not known.', 'client_unknown', {
      presented: client_id,
    });
  }
  if (!known.client.enabled) {
    throw invalidRequest('The application is disabled.', 'client_disabled', { client_id });
  }
  return known;
}

/**
 * The redirect URI of a client's request.
 * @throws Refusal, to be shown to the person
 */
export function trustedRedirect(parameters: Parameters, known: KnownClient): TrustedClient {
  const { client_id, metadata } = known.client;
  const { redirect_uris, application_type } = metadata;
  const presented = parameters.get('redirect_uri');
  if (presented === undefined) {
    const [only, ...others] = redirect_uris;
    if (only === undefined || others.length > 0) {
      throw invalidRequest('The parameter redirect_uri is missing.', 'parameter_missing', {
        client_id,
        expected: 'redirect_uri',
        registered: redirect_uris.length,
      });
    }
    return { known, redirect_uri: only, redirect_uri_named: false };
  }
  if (!isRegisteredRedirectUri(redirect_uris, presented, application_type)) {
    throw invalidRequest(
      'The redirect_uri is not registered for the application.',
      'redirect_uri_not_registered',
      {
        client_id,
        expected: redirect_uris,
        presented,
      },
    );
  }
  return { known, redirect_uri: presented, redirect_uri_named: true };
}
