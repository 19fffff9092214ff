import { CONTENT_ENCRYPTION_ALGORITHMS, KEY_MANAGEMENT_ALGORITHMS } from '../../client/client-encryption.ts';
import { CLIENT_SIGNING_ALGORITHMS } from '../../client/client-signing-algorithms.ts';
import { clauseOf, signedRequestClause } from '../../client/profile.ts';
import type { KnownClient } from '../../client-authentication/client-directory.ts';
import { type OutboundFetch, OutboundRefused } from '../../outbound/outbound-fetch.ts';
import type { Cause } from '../../refusal/causes.ts';
import { invalidRequest, invalidRequestObject, invalidRequestUri } from '../../refusal/error-codes.ts';
import { isEncrypted } from '../../token/jwe.ts';
import type { ReadSignedRequest, SignedRequestRules } from '../signed-request.ts';
import { type Parameters, parametersOf } from './parameters.ts';

export type RequestObjectContext = {
  readonly readSignedRequest: ReadSignedRequest;
  readonly outbound: OutboundFetch;
};

/** Signed authorization requests (RFC 9101). */
export type RequestObjects = {
  /**
   * What a client asks for: the claims of its request object where there is one, and then nothing beside them
   * (RFC 9101 §6.3); otherwise the parameters as they came.
   * @param pushed whether the client itself brought it (RFC 9126)
   * @throws Refusal `invalid_request_object`, `invalid_request_uri`, or `invalid_request` when the client must use
   *   a request object and did not
   */
  unfold(sent: Parameters, known: KnownClient, pushed: boolean): Promise<Parameters>;
};

const RULES: SignedRequestRules = {
  refusal: invalidRequestObject,
  algorithm: 'request_object_signing_alg',
  isComplete: false,
  mayBeEncrypted: true,
};
const MEDIA_TYPES = ['application/oauth-authz-req+jwt', 'application/jwt', 'text/plain'];
const MOST_BYTES = 64 * 1024;
const FETCH_TIMEOUT_MS = 5000;

/**
 * A request URI without its fragment, which says which version of the document is meant and names no other document
 * (OIDC Core §6.2).
 */
function documentAt(request_uri: string): string {
  const [document = ''] = request_uri.split('#', 1);
  return document;
}

/** @throws Refusal `invalid_request_object` for what passes through the browser readable, under some profiles */
function checkEncrypted(object: string, { client }: KnownClient, pushed: boolean): void {
  const { client_id, metadata } = client;
  const clause = clauseOf(metadata, 'encrypted_unless_pushed');
  if (clause === undefined || pushed || isEncrypted(object)) return;
  throw invalidRequestObject('The request object must be encrypted.', 'request_object_not_encrypted', {
    client_id,
    clause,
    expected: 'a JWE, or a pushed request',
    presented: 'a JWS',
  });
}

/** Reads request objects, by value and by reference, signed, and encrypted too where the client did that. */
export function createRequestObjects(context: RequestObjectContext): RequestObjects {
  const { readSignedRequest, outbound } = context;

  /** Fetched each time: a changed fragment finds no earlier version kept here. */
  const fetched = async (request_uri: string, known: KnownClient): Promise<string> => {
    const { client_id, metadata } = known.client;
    const invalid = (because: Cause, evidence: object) =>
      invalidRequestUri('The request_uri is not valid.', because, {
        client_id,
        request_uri,
        ...evidence,
      });
    const url = documentAt(request_uri);
    if (!metadata.request_uris.some((registered) => documentAt(registered) === url)) {
      throw invalid('request_uri_not_registered', {
        expected: metadata.request_uris,
        presented: request_uri,
      });
    }
    try {
      const { body } = await outbound({
        purpose: 'request-object',
        client_id,
        url,
        accept: MEDIA_TYPES,
        maxBytes: MOST_BYTES,
        timeoutMs: FETCH_TIMEOUT_MS,
      });
      return new TextDecoder().decode(body).trim();
    } catch (error) {
      if (!(error instanceof OutboundRefused)) throw error;
      throw invalid('request_uri_unavailable', { why: error.message, ...error.evidence });
    }
  };

  return {
    async unfold(sent, known, pushed) {
      const { client_id, metadata } = known.client;
      const request = sent.get('request');
      const request_uri = sent.get('request_uri');
      if (request !== undefined && request_uri !== undefined) {
        throw invalidRequest('request and request_uri exclude each other.', 'parameter_invalid', {
          client_id,
          expected: 'one of them (RFC 9101 §5)',
          presented: ['request', 'request_uri'],
        });
      }
      const object = request_uri === undefined ? request : await fetched(request_uri, known);
      if (object === undefined) {
        const clause = signedRequestClause(metadata);
        if (clause === undefined) return sent;
        throw invalidRequest('A signed request object is needed.', 'request_object_missing', {
          client_id,
          clause,
          expected: 'request or request_uri',
        });
      }
      checkEncrypted(object, known, pushed);
      return parametersOf({ ...(await readSignedRequest(object, known, RULES)), client_id });
    },
  };
}

/** What the metadata says of request objects (RFC 9101 §10.5, OIDC Discovery §3). */
export const REQUEST_OBJECT_METADATA = {
  request_parameter_supported: true,
  request_uri_parameter_supported: true,
  require_request_uri_registration: true,
  require_signed_request_object: false,
  request_object_signing_alg_values_supported: [...CLIENT_SIGNING_ALGORITHMS],
  request_object_encryption_alg_values_supported: [...KEY_MANAGEMENT_ALGORITHMS],
  request_object_encryption_enc_values_supported: [...CONTENT_ENCRYPTION_ALGORITHMS],
} as const;
