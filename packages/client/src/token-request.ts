import { algorithmOf, clientAssertion } from './client-assertion.ts';
import type { ClientAuthentication, TokenRequest } from './client-options.ts';
import type { Identity } from './identity.ts';
import { type IssuedToken, issuedToken } from './issued-token.ts';
import { callServer, type ServerAnswer } from './server-call.ts';
import type { KnownMetadata, ServerMetadata } from './server-metadata.ts';
import { TokenUnavailable } from './token-unavailable.ts';

/** Asks the token endpoint once. @throws TokenUnavailable; the signal's reason when it is aborted */
export type RequestToken = (
  request: TokenRequest,
  identity: Identity,
  signal: AbortSignal,
) => Promise<IssuedToken>;

export type TokenRequestOptions = {
  readonly issuer: string;
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
  readonly requireBinding: boolean;
  readonly metadata: KnownMetadata;
  readonly clock: () => number;
};

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Errors of RFC 6749 §4.1.2.1 that some servers answer here too: they pass. */
const PASSING_ERRORS = ['temporarily_unavailable', 'server_error'];

async function credentialsOf(
  { issuer, clientId, authentication, clock }: TokenRequestOptions,
  { assertionKey }: Identity,
  { signingAlgorithms }: ServerMetadata,
): Promise<Readonly<Record<string, string>>> {
  if (authentication.method !== 'private_key_jwt' || assertionKey === undefined) {
    return { client_id: clientId };
  }
  const client_assertion = await clientAssertion({
    clientId,
    audience: issuer,
    key: assertionKey,
    algorithm: authentication.algorithm ?? algorithmOf(assertionKey, signingAlgorithms),
    keyId: authentication.keyId,
    now: clock(),
  });
  // Without client_id: beside a certificate it would look like a second method.
  return { client_assertion_type: ASSERTION_TYPE, client_assertion };
}

/** Characters of RFC 6749 §5.2, without anything that could be a token or an assertion. */
const harmless = (value: unknown, most: number): string | undefined =>
  typeof value === 'string'
    ? value
        .replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, ' ')
        .replaceAll(/[\w+/=~.-]{40,}/g, '…')
        .slice(0, most)
    : undefined;

function refusal({ status, json, retryAfter, eventId }: ServerAnswer, url: string): TokenUnavailable {
  const error = harmless(json?.error, 80);
  const evidence = { status, error, retryAfter, eventId };
  if (status === 408 || status === 429 || status >= 500 || PASSING_ERRORS.includes(error ?? '')) {
    return new TokenUnavailable(
      'server_failed',
      `${url} answered HTTP ${status} ${error ?? ''}`.trim(),
      evidence,
    );
  }
  if (error === undefined) {
    return new TokenUnavailable(
      'answer_malformed',
      `${url} answered HTTP ${status} and no error of OAuth`,
      evidence,
    );
  }
  const description = harmless(json?.error_description, 300);
  const told = [description, eventId && `event ${eventId}`].filter(Boolean).join('; ');
  return new TokenUnavailable(
    'request_refused',
    `${url} refused with ${error}${told === '' ? '' : `: ${told}`}`,
    evidence,
  );
}

/** Makes requests for tokens with the grant `client_credentials` (RFC 6749 §4.4.2). */
export function tokenRequests(options: TokenRequestOptions): RequestToken {
  const { metadata, requireBinding, clock } = options;
  return async ({ scope, resource }, identity, signal) => {
    const known = await metadata.get(identity, signal);
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      ...(await credentialsOf(options, identity, known)),
      ...(scope !== undefined && { scope }),
    });
    for (const each of resource) form.append('resource', each);
    const { tokenEndpoint } = known;
    try {
      const answer = await callServer(identity, tokenEndpoint, { form, signal, now: clock() });
      if (answer.status !== 200) throw refusal(answer, tokenEndpoint);
      if (answer.json === undefined) {
        throw new TokenUnavailable('answer_malformed', `${tokenEndpoint} answered no JSON object`);
      }
      return issuedToken(answer.json, identity.thumbprint, requireBinding);
    } catch (error) {
      // It may have moved.
      if (error instanceof TokenUnavailable && error.isPassing) metadata.doubt();
      throw error;
    }
  };
}
