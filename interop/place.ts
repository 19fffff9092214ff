/** What a program shows of itself over TLS: a certificate that signs itself and its key, as files and as text. */
export type Identity = {
  /** PEM. */
  readonly certificateFile: string;
  /** PKCS#8, PEM, without a password. */
  readonly keyFile: string;
  /** The certificate as PEM, as `tls_client_certificate` and consoles take it. */
  readonly certificate: string;
  /** The same two as PKCS#12, for programs in Java. */
  readonly pkcs12File: string;
  readonly pkcs12Password: string;
};

/** An identity whose certificate an authority issued; `certificateFile` holds the certificate alone. */
export type IssuedIdentity = Identity & {
  /** The authority's certificate, PEM, as `trust_anchors` takes it. */
  readonly authority: string;
  /** As `tls_client_auth_subject_dn` takes it. */
  readonly subject: string;
};

/** The server that programs are tried against, and what a row needs of it. */
export type Place = {
  /** `https://localhost:PORT`, with nothing behind it. */
  readonly issuer: string;
  /** The server's certificate, PEM: what programs are told to trust. */
  readonly serverCertificateFile: string;
  /** The same as a PKCS#12 trust store for Java, password `wso2carbon`. */
  readonly trustStoreFile: string;
  readonly person: { readonly username: string; readonly password: string };
  /** A temporary folder, of this row alone. */
  readonly folder: string;
  /** Aborted when the row's time is up. */
  readonly signal: AbortSignal;
  /** Registers a client of this RFC 7591 metadata by the command line, as a user would, and sets nothing besides. */
  addClient(metadata: Readonly<Record<string, unknown>>): Promise<RegisteredClient>;
  /** Runs another command of the operator's, and gives what it prints with `--json`. */
  operate(...args: readonly string[]): Promise<unknown>;
  /** A fresh self-signed identity, made by openssl in the row's folder. `name` is its CN and names its files. */
  identity(name: string): Promise<Identity>;
  /** The same, issued by a small authority of its own, for `tls_client_auth`. */
  issuedIdentity(name: string): Promise<IssuedIdentity>;
  /**
   * What a person's browser does at an authorization URL: signs in and allows, by the plain forms. Ends at the
   * redirect to the client, which it does not follow, and returns it.
   */
  signIn(authorizationUrl: string): Promise<URL>;
  /**
   * The same, from the application's own address for signing in, with one cookie jar for both, until the application
   * answers something other than a redirect.
   */
  signInThrough(applicationUrl: string): Promise<Landing>;
};

export type RegisteredClient = { readonly client_id: string; readonly client_secret?: string };

/** Where a browser came to rest. */
export type Landing = { readonly status: number; readonly body: string; readonly url: string };

/** A program, used one way: fails by throwing what went wrong. */
export type Row = {
  /** The program's name, as its users know it. */
  readonly program: string;
  /** The version that ran. */
  readonly version: string;
  /** The client authentication method, an RFC's name: `tls_client_auth`, `client_secret_basic`, `none`. */
  readonly method: string;
  /** What it does: `client_credentials`, `code`, `code, refresh, revocation`. */
  readonly flow: string;
  /** What a user should know, for the table. */
  readonly note?: string;
  run(place: Place): Promise<void>;
};

/** The programs of one language. */
export type Language = {
  readonly name: string;
  /** What of the toolchain is not here, in words; undefined when all is. */
  missing(): Promise<string | undefined>;
  /** Fetches and compiles what the rows use, by the lock file of the language's folder. */
  build(): Promise<void>;
  rows(): Promise<readonly Row[]>;
};
