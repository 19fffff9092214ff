/**
 * The contract of plug-ins: what a file in `repository/components/dropins` may have for its default export, what it is
 * given and what it answers. It is types alone, and all that is imported as `countersign/plug-in`.
 * @module
 */

/** The client certificate; nothing has been checked of it but that the client holds its key. */
export type PlugInCertificate = {
  readonly pem: string;
  /** RFC 8705 §3.1. */
  readonly 'x5t#S256': string;
  /** RFC 4514; of a name that cannot be read, words that say so. */
  readonly subject: string;
  /** ISO 8601; undefined for a time that is none, which makes the certificate never valid. */
  readonly not_before: string | undefined;
  readonly not_after: string | undefined;
  readonly source: 'tls' | 'header';
};

/** What a client authenticator sees of a request. */
export type PlugInRequest = {
  readonly client_id: string | undefined;
  readonly client_assertion: string | undefined;
  readonly client_assertion_type: string | undefined;
  readonly client_secret: string | undefined;
  readonly remote_address: string;
  readonly endpoint: string;
  readonly certificate: PlugInCertificate | undefined;
};

/** What a client authenticator answers. */
export type PlugInVerdict =
  | { readonly outcome: 'accepted'; readonly client_id: string }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'passed' };

/**
 * A client authenticator of the operator's own: the default export of a file in `repository/components/dropins`.
 * It takes part once an `[[event_listener]]` names it.
 */
export type PlugInAuthenticator = {
  readonly kind?: 'authenticator';
  readonly name: string;
  authenticate(
    request: PlugInRequest,
    properties: Readonly<Record<string, unknown>>,
  ): Promise<PlugInVerdict> | PlugInVerdict;
};

/** What a plug-in grant sees of a token request. Its client is authenticated and registered for the grant type. */
export type PlugInGrantRequest = {
  readonly client_id: string;
  /** A parameter of the request; the client's credentials are not among them. */
  parameter(name: string): string | undefined;
  /** The client certificate of the request, whether or not it was what authenticated the client. */
  readonly certificate: PlugInCertificate | undefined;
  readonly remote_address: string;
};

/** What a plug-in grant answers. */
export type PlugInGrantVerdict =
  | {
      readonly outcome: 'granted';
      /** The person the token speaks of; the client itself when absent. */
      readonly username?: string;
      /** Space-separated; what the request asks for when absent. The client must be registered for all of it. */
      readonly scope?: string;
      /** Seconds the token lives at most. */
      readonly lifetime?: number;
    }
  | {
      readonly outcome: 'refused';
      /** For the operator; the client is told the error alone. */
      readonly reason: string;
      /** `invalid_grant` when absent. */
      readonly error?: 'invalid_grant' | 'invalid_request' | 'access_denied';
    };

/**
 * A grant type of the operator's own (RFC 6749 §4.5): the default export of a file in
 * `repository/components/dropins`. Clients use it once they are registered for its `grant_type`.
 */
export type PlugInGrant = {
  readonly kind: 'grant';
  /** An absolute URI outside `urn:ietf:` and `urn:openid:`. */
  readonly grant_type: string;
  plan(request: PlugInGrantRequest): Promise<PlugInGrantVerdict> | PlugInGrantVerdict;
};

/** Whom a token speaks of: a person, or a client on its own behalf. */
export type PlugInClaimsAbout = (
  | {
      readonly kind: 'person';
      readonly sub: string;
      readonly username: string;
      /** The claims of the account, standard ones among them. */
      readonly attributes: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'client';
      readonly client_id: string;
      readonly attributes: Readonly<Record<string, unknown>>;
    }
) & { readonly groups: readonly string[]; readonly roles: readonly string[] };

/** What a plug-in that gives claims is asked: one claim, for one token or answer. */
export type PlugInClaimsRequest = {
  readonly claim: string;
  readonly destination: 'id_token' | 'userinfo' | 'access_token' | 'introspection';
  /** The client that has the token. */
  readonly client_id: string;
  /** Space-separated. */
  readonly scope: string;
  readonly about: PlugInClaimsAbout;
};

/** What it answers: one value or a list of them, or that there is none. */
export type PlugInClaimsVerdict =
  | {
      readonly outcome: 'given';
      readonly value: string | number | boolean | readonly (string | number | boolean)[];
    }
  | { readonly outcome: 'nothing' };

/**
 * Claims of the operator's own that rules cannot make: the default export of a file in
 * `repository/components/dropins`. It is asked for a claim where a claim rule names it.
 */
export type PlugInClaims = {
  readonly kind: 'claims';
  readonly name: string;
  give(request: PlugInClaimsRequest): Promise<PlugInClaimsVerdict> | PlugInClaimsVerdict;
};
