import type { ClientMetadata } from '../../client/client-metadata.ts';
import { signedRequestClause } from '../../client/profile.ts';
import type { KnownClient } from '../../client-authentication/client-directory.ts';
import { formOf, type TokenForm } from '../../grant/token-form.ts';
import { invalidRequest } from '../../refusal/error-codes.ts';
import type { ReadSignedRequest, SignedRequestRules } from '../signed-request.ts';

/** CIBA §7.1.1; §13 knows `invalid_request` alone for a signed request that cannot be believed. */
const RULES: SignedRequestRules = {
  refusal: invalidRequest,
  algorithm: 'backchannel_authentication_request_signing_alg',
  isComplete: true,
  mayBeEncrypted: false,
};

/** What may stand beside a signed request: itself, and what the client authenticates with (CIBA §7.1.1). */
const BESIDE = ['request', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];

/** Why a client's requests must be signed; undefined when they need not be. */
function signatureRule(metadata: ClientMetadata): string | undefined {
  return metadata.backchannel_authentication_request_signing_alg === undefined
    ? signedRequestClause(metadata)
    : 'backchannel_authentication_request_signing_alg (CIBA §4)';
}

/**
 * What a client asks for over the backchannel: the claims of its signed request where there is one, and then no
 * parameter beside it (CIBA §7.1.1); otherwise the form as it came.
 * @throws Refusal `invalid_request` for a signed request that cannot be believed or does not stand alone, and for a
 *   client that must sign and did not
 */
export async function backchannelRequest(
  sent: TokenForm,
  known: KnownClient,
  readSignedRequest: ReadSignedRequest,
): Promise<TokenForm> {
  const { client_id, metadata } = known.client;
  const request = sent.get('request');
  if (request === undefined) {
    const clause = signatureRule(metadata);
    if (clause === undefined) return sent;
    throw invalidRequest('A signed request is needed.', 'request_object_missing', {
      client_id,
      clause,
      expected: 'request',
    });
  }
  const beside = sent.names().filter((name) => !BESIDE.includes(name));
  if (beside.length > 0) {
    throw invalidRequest('Parameters stand beside the signed request.', 'parameter_invalid', {
      client_id,
      expected: `${BESIDE.join(', ')} and no other (CIBA §7.1.1)`,
      presented: beside.map((name) => name.slice(0, 100)),
    });
  }
  return formOf(await readSignedRequest(request, known, RULES));
}
