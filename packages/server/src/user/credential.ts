type OfAPerson = {
  readonly sub: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly created_at: number;
  readonly last_used_at?: number;
};

/** How the codes of an authenticator app are made (RFC 6238 §4, RFC 4226 §5.3). */
export type TotpParameters = {
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512';
  readonly digits: 6 | 8;
  /** Seconds a code is shown. */
  readonly period: number;
};

/** A shared secret in an authenticator app (RFC 6238); what is absent is SHA-1, six digits, 30 seconds. */
export type TotpCredential = OfAPerson &
  Partial<TotpParameters> & {
    readonly kind: 'totp';
    readonly credential_id: string;
    /** The secret in base32, encrypted with the deployment's `[encryption] key`. */
    readonly sealed_secret: string;
  };

/** One recovery code; it is removed when it is used. */
export type RecoveryCodeCredential = OfAPerson & {
  readonly kind: 'recovery_code';
  /** base64url SHA-256 of the code and its owner's `sub`. */
  readonly credential_id: string;
};

/** A passkey or security key (WebAuthn Level 3 §4, credential record). */
export type PasskeyCredential = OfAPerson & {
  readonly kind: 'passkey';
  /** The credential ID that the authenticator chose, base64url. */
  readonly credential_id: string;
  /** COSE key, base64url. */
  readonly public_key: string;
  /** The signature counter last seen; 0 where the authenticator keeps none. */
  readonly counter: number;
  readonly transports: readonly string[];
  /** What its owner calls it. */
  readonly label: string;
};

/** A personal client certificate that signs its owner in. */
export type CertificateCredential = OfAPerson & {
  readonly kind: 'certificate';
  /** base64url SHA-256 of the DER (RFC 8705 §3.1). */
  readonly credential_id: string;
  /** For people to tell certificates apart; nothing is decided by it. */
  readonly subject: string;
  readonly not_after: number;
};

/** What a person proves who they are with, beside the password. */
export type Credential = TotpCredential | RecoveryCodeCredential | PasskeyCredential | CertificateCredential;

export type CredentialKind = Credential['kind'];
