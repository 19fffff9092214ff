/** What the admin API answers, as far as the console reads it. Names are the API's. */

export type Role = 'owner' | 'client_manager' | 'auditor';
export type Scope = 'admin:read' | 'admin:clients' | 'admin:trust' | 'admin:users' | 'admin:keys';

export type Me = {
  readonly username: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly Scope[];
  readonly issuer: string;
  readonly version: string;
  /** Seconds. */
  readonly console_session_lifetime: number;
};

export type Page<T> = { readonly items: readonly T[]; readonly next?: string; readonly total?: number };

export type Certificate = {
  readonly 'x5t#S256': string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial_number: string;
  readonly not_before: string;
  readonly not_after: string;
  readonly key_type: string;
  readonly key_bits?: number;
  readonly key_curve?: string;
  readonly self_signed: boolean;
  readonly is_ca?: boolean;
  readonly fingerprint_sha256: string;
  readonly fingerprint_sha1: string;
  readonly subject_alternative_names: readonly { readonly type: string; readonly value: string }[];
  readonly key_usage?: readonly string[];
  readonly extended_key_usage?: readonly string[];
  readonly pem: string;
};

export type Finding = {
  readonly severity: 'error' | 'warning' | 'note';
  readonly code: string;
  readonly message: string;
};

export type Chain = {
  readonly trusted: boolean;
  readonly path: readonly { readonly subject: string; readonly 'x5t#S256': string; readonly role: string }[];
  readonly problem?: {
    readonly reason: string;
    readonly subject: string;
    readonly field: string;
    readonly expected: string;
    readonly presented: string;
  };
};

export type CertificateCheck = {
  readonly certificate: Certificate;
  readonly others: readonly Certificate[];
  readonly findings: readonly Finding[];
  readonly chain: Chain;
};

export type JwksPreview = {
  readonly keys: readonly {
    readonly kid?: string;
    readonly kty: string;
    readonly use?: string;
    readonly alg?: string;
    readonly 'x5t#S256'?: string;
    readonly certificate?: Certificate;
    readonly findings: readonly Finding[];
  }[];
  readonly skipped: readonly {
    readonly index: number;
    readonly kid?: string;
    readonly because: string;
    readonly message: string;
  }[];
  readonly failure?: {
    readonly because: string;
    readonly message: string;
    readonly evidence: Readonly<Record<string, unknown>>;
  };
};

export type ClientMetadata = {
  readonly client_name: string;
  readonly token_endpoint_auth_method: string;
  readonly grant_types: readonly string[];
  readonly redirect_uris: readonly string[];
  readonly scope: string;
  readonly certificates: readonly string[];
  readonly jwks_uri?: string;
  readonly jwks?: unknown;
  readonly tls_client_auth_subject_dn?: string;
  readonly tls_client_auth_san_dns?: string;
  readonly tls_client_auth_san_uri?: string;
  readonly tls_client_auth_san_ip?: string;
  readonly tls_client_auth_san_email?: string;
  readonly trust_group?: string;
  readonly trust_anchors: readonly string[];
  readonly tls_client_certificate_bound_access_tokens: boolean;
  readonly access_token_type: 'jwt' | 'reference';
  readonly application_type: 'web' | 'native';
  readonly post_logout_redirect_uris: readonly string[];
  readonly backchannel_logout_uri?: string;
  readonly require_pushed_authorization_requests: boolean;
  readonly client_uri?: string;
  readonly contacts: readonly string[];
};

export type Client = ClientMetadata & {
  readonly client_id: string;
  readonly client_id_issued_at: number;
  readonly enabled: boolean;
  readonly built_in: boolean;
  readonly has_client_secret: boolean;
  readonly client_secret?: string;
  readonly certificate_details: readonly Certificate[];
  readonly warnings?: readonly { readonly field: string; readonly message: string }[];
};

export type Outcome = 'success' | 'refused' | 'failure';

export type Event = {
  readonly event_id: string;
  readonly time: string;
  readonly type: string;
  readonly outcome: Outcome;
  readonly client_id?: string;
  readonly username?: string;
  readonly remote_address?: string;
  readonly certificate?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly because?: string;
  readonly evidence?: Readonly<Record<string, unknown>>;
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly what?: string;
  readonly remedy?: string;
};

export type User = {
  readonly sub: string;
  readonly username: string;
  readonly roles: readonly Role[];
  readonly claims: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
  readonly created_at: string;
  readonly locked_at?: string;
};

export type Session = {
  readonly session_id: string;
  readonly username: string;
  readonly signed_in_at: string;
  readonly last_seen_at: string;
  readonly expires_at: string;
  readonly amr: readonly string[];
  readonly client_ids: readonly string[];
  readonly remote_address?: string;
  readonly user_agent?: string;
};

export type Consent = {
  readonly username: string;
  readonly client_id: string;
  readonly client_name: string;
  readonly scopes: readonly string[];
  readonly granted_at: string;
};

export type Grant = {
  readonly grant_id: string;
  readonly username: string;
  readonly client_id: string;
  readonly client_name: string;
  readonly scope: string;
  readonly created_at: string;
  readonly expires_at: string;
};

export type SigningKey = {
  readonly kid: string;
  readonly alg: string;
  readonly state: 'next' | 'active' | 'retired';
  readonly created_at: string;
  readonly retired_at?: string;
};

export type TrustEntry = { readonly alias: string; readonly kind: string; readonly certificate: Certificate };
export type TrustStore = {
  readonly group?: string;
  readonly file_name: string;
  readonly type: string;
  readonly revocation: 'off' | 'prefer' | 'require';
  readonly crl_file?: string;
  readonly entries: readonly TrustEntry[];
};

export type RevocationState = {
  readonly kind: 'crl' | 'ocsp';
  readonly location: string;
  readonly serial?: string;
  readonly this_update?: string;
  readonly next_update?: string;
  readonly fetched_at?: string;
  readonly error?: { readonly at: string; readonly problems: readonly string[] };
};

export type Setting = {
  readonly key: string;
  readonly description: string;
  readonly expected: string;
  readonly value?: string;
  readonly secret: boolean;
  readonly source: 'deployment.toml' | 'default';
  readonly otherwise?: string;
  readonly reload: 'live' | 'restart';
};
export type SettingsSection = {
  readonly section: string;
  readonly description: string;
  readonly repeated: boolean;
  readonly settings: readonly Setting[];
};

export type Histogram = {
  readonly items: readonly { readonly time: number; readonly outcome: Outcome; readonly count: number }[];
};

export type CertificateExpiry = {
  readonly buckets: readonly { readonly label: string; readonly count: number }[];
  readonly soonest: readonly {
    readonly client_id: string;
    readonly client_name: string;
    readonly 'x5t#S256': string;
    readonly not_after: string;
  }[];
};
