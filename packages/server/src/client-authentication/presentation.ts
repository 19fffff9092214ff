import type { PresentedCertificate } from '@countersign/x509';
import { decodeJwt } from 'jose';
import { invalidClient, invalidRequest } from '../refusal/error-codes.ts';

/** What HTTP Basic says. */
export type BasicCredentials = {
  readonly client_id: string;
  /** Undefined where it is not form-encoded, as it has to be. */
  readonly client_secret: string | undefined;
  /**
   * The secret as it stands there, where that is another text: clients of servers that do not decode it send it plainly,
   * which no longer means the same once a `+` or `%` is in it.
   */
  readonly plain_secret?: string;
};

/** Everything a client can prove itself with in one request, read but not yet judged. */
export type Presentation = {
  /** The one client_id the request names, wherever it stands. */
  readonly client_id: string | undefined;
  /** HTTP Basic credentials (RFC 6749 §2.3.1). */
  readonly basic: BasicCredentials | undefined;
  /** `client_secret` in the body. */
  readonly client_secret: string | undefined;
  readonly client_assertion: string | undefined;
  readonly client_assertion_type: string | undefined;
  readonly certificate: PresentedCertificate | undefined;
  readonly remote_address: string;
  /** The endpoint the request came to, as its metadata publishes it: the audience of assertions. */
  readonly endpoint: string;
  /** Further audiences: `known_as` of the origin. */
  readonly known_as?: readonly string[] | undefined;
};

/** RFC 6749 appendix B: user and password of Basic are form-encoded before they are joined. */
function decodedOrNot(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function readBasic(authorization: string): BasicCredentials {
  const malformed = (why: string) =>
    invalidClient('malformed_request', {
      presented: 'Authorization header',
      why,
    });
  const [, encoded] = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(authorization) ?? [];
  if (encoded === undefined) throw malformed('not the Basic scheme with base64 credentials (RFC 7617 §2)');
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) throw malformed('no colon between client_id and client_secret');
  const client_id = decodedOrNot(decoded.slice(0, colon));
  if (client_id === undefined) throw malformed('client_id is not form-encoded (RFC 6749 §2.3.1)');
  const plain_secret = decoded.slice(colon + 1);
  const client_secret = decodedOrNot(plain_secret);
  return { client_id, client_secret, ...(client_secret !== plain_secret && { plain_secret }) };
}

/** What of a request's form client authentication reads; absent and empty mean the same (RFC 6749 §3.2). */
export type CredentialForm = {
  get(name: 'client_id' | 'client_secret' | 'client_assertion' | 'client_assertion_type'): string | undefined;
};

/** The client an assertion speaks of, unverified: only for finding whose keys verify it (RFC 7521 §4.2). */
function subjectOf(assertion: string): string | undefined {
  try {
    const { sub }: Readonly<Record<string, unknown>> = decodeJwt(assertion);
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}

/** The client a request names first, however badly it is made: whom a refusal is about. Never throws. */
export function namedClient(form: CredentialForm, authorization: string | undefined): string | undefined {
  const inBasic = () => {
    try {
      return authorization === undefined ? undefined : readBasic(authorization).client_id;
    } catch {
      return undefined;
    }
  };
  const assertion = form.get('client_assertion');
  return inBasic() ?? form.get('client_id') ?? (assertion === undefined ? undefined : subjectOf(assertion));
}

/**
 * Reads the client's credentials off a request (RFC 6749 §2.3, RFC 7521 §4.2, RFC 8705 §2).
 * @param came what the origin of the request says
 * @param client_id whom {@link namedClient} found, where somebody asked it already
 * @throws Refusal when they contradict each other or use several explicit methods at once
 */
export function readPresentation(
  form: CredentialForm,
  authorization: string | undefined,
  came: Pick<Presentation, 'certificate' | 'remote_address' | 'known_as'>,
  endpoint: string,
  client_id = namedClient(form, authorization),
): Presentation {
  const basic = authorization === undefined ? undefined : readBasic(authorization);
  const client_secret = form.get('client_secret');
  const client_assertion = form.get('client_assertion');
  const methods = [
    basic && 'client_secret_basic',
    client_secret !== undefined && 'client_secret_post',
    client_assertion !== undefined && 'client_assertion',
  ].filter(Boolean);
  if (methods.length > 1) {
    throw invalidRequest(
      'The client must not use more than one authentication method in a request.',
      'several_methods',
      { expected: 'one method', presented: methods },
    );
  }
  const named = form.get('client_id');
  if (basic && named !== undefined && named !== basic.client_id) {
    throw invalidRequest('client_id does not match the credentials.', 'client_ids_differ', {
      expected: basic.client_id,
      presented: named,
    });
  }
  return {
    client_id,
    basic,
    client_secret,
    client_assertion,
    client_assertion_type: form.get('client_assertion_type'),
    ...came,
    endpoint,
  };
}
