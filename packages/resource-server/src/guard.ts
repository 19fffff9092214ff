import { schemeOf } from './authorization-header.ts';
import {
  type CertificateCarrier,
  clientCertificateSource,
  type TrustedProxies,
} from './client-certificate.ts';
import type { Requirements } from './requirements.ts';
import { requiredBy } from './requirements.ts';
import { DecisionUnavailable, TokenRefused } from './token-refused.ts';
import type { AcceptedToken, TokenVerifier } from './token-verifier.ts';

/** @typeParam Request what the framework calls a request */
export type GuardOptions<Request> = Requirements & {
  /** Proxies whose word on the client certificate is believed; see `clientCertificateSource`. */
  readonly trustedProxies?: TrustedProxies;
  /** Names the protected space in the challenge (RFC 9110 §11.5); without quotes and backslashes. */
  readonly realm?: string;
  /** The URL of the resource's metadata, for the challenge (RFC 9728 §5.1); see `resourceMetadata`. */
  readonly resourceMetadata?: string;
  /** Told of every request that is not let through, with the cause; for the log. What it throws is not looked at. */
  readonly onRefused?: (refusal: TokenRefused | DecisionUnavailable, request: Request) => void;
};

/** A request as every framework has it. */
export type GuardedRequest = CertificateCarrier & {
  readonly method: string | undefined;
  /** The path with its query, as the caller sent it. */
  readonly url: string | undefined;
};

/** How a request that is not let through is answered. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
};

/** What is to be done with a request: it goes on, with headers that its answer gets, or it is answered. */
export type Verdict =
  | { readonly token: AcceptedToken; readonly headers: Readonly<Record<string, string>> }
  | { readonly answer: Answer };

/** Decides about one request. Errors that are no decision are thrown. */
export type Guard<Request> = (guarded: GuardedRequest, request: Request) => Promise<Verdict>;

const QUOTABLE = /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/;

/**
 * What all middleware is made of: finds certificate, token and proof of a request, has them judged, and words the answer.
 * @throws TypeError for options that cannot be
 */
export function guard<Request>(verifier: TokenVerifier, options: GuardOptions<Request>): Guard<Request> {
  const { realm, resourceMetadata, trustedProxies, onRefused, ...requirements } = options;
  requiredBy(requirements);
  for (const [name, value] of Object.entries({ realm, resourceMetadata })) {
    if (value !== undefined && !QUOTABLE.test(value)) {
      throw new TypeError(`${name} may hold printable ASCII without quotes and backslashes`);
    }
  }
  const certificateOf = clientCertificateSource(trustedProxies);
  const { dpopAlgorithms } = verifier;

  const answerTo = (
    refusal: TokenRefused | DecisionUnavailable,
    authorization: readonly string[],
  ): Answer => {
    const headers = { 'cache-control': 'no-store' };
    if (refusal instanceof DecisionUnavailable) {
      const body = {
        error: 'temporarily_unavailable',
        error_description: 'Access tokens cannot be checked now.',
      };
      return { status: 503, headers: { ...headers, 'retry-after': '5' }, body };
    }
    const { status, error, description } = refusal;
    const nonce = verifier.dpopNonce();
    const challenge = refusal.challenge({
      realm,
      resourceMetadata,
      scheme: schemeOf(authorization),
      ...(dpopAlgorithms && { dpopAlgorithms }),
    });
    return {
      status,
      headers: {
        ...headers,
        'www-authenticate': challenge,
        ...(nonce !== undefined && status === 401 && { 'dpop-nonce': nonce }),
      },
      body: { ...(error !== undefined && { error }), error_description: description },
    };
  };

  return async (guarded, request) => {
    const { method, url, header } = guarded;
    const authorization = header('authorization');
    try {
      const token = await verifier.verify(
        { authorization, certificate: certificateOf(guarded), url, method, dpop: header('dpop') },
        requirements,
      );
      const { dpopNonce } = token;
      return { token, headers: dpopNonce === undefined ? {} : { 'dpop-nonce': dpopNonce } };
    } catch (error) {
      if (!(error instanceof TokenRefused || error instanceof DecisionUnavailable)) throw error;
      try {
        onRefused?.(error, request);
      } catch {
        // The refusal stands, whatever becomes of the log.
      }
      return { answer: answerTo(error, authorization) };
    }
  };
}
