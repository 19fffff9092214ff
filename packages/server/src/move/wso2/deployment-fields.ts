import { ownMember } from '../../own-member.ts';
import type { Instead } from '../finding.ts';
import type { FieldMapping } from '../source.ts';

/** A value of TOML. */
export type TomlValue = unknown;

/** What a key becomes: keys of this server's file with their values, and what is said of it. */
export type KeyVerdict = Pick<Instead, 'outcome' | 'why'> & {
  /** By the names of this server's `deployment.toml`, with dots. */
  readonly keys?: Readonly<Record<string, TomlValue>>;
};

/** A line of the table of keys. */
export type DeploymentField = FieldMapping & {
  /** Whether all that lies below the name is meant. */
  readonly whole?: true;
  /** @returns undefined where the value asks for nothing */
  judge(value: TomlValue, settings: Readonly<Record<string, string>>): KeyVerdict | undefined;
};

const TRUST_MANAGER = 'org.wso2.carbon.identity.core.util.ClientAuthX509TrustManager';

/** The same key, the same value. */
const same = (field: string, why = 'The same key.'): DeploymentField => ({
  field,
  ours: field,
  outcome: 'same',
  why,
  judge: (value) => ({ keys: { [field]: value } }),
});

const lost = (field: string, why: string): DeploymentField => ({
  field,
  outcome: 'lost',
  why,
  whole: true,
  judge: () => ({}),
});

/** A lifetime in seconds; one without an end is left to this server. */
const seconds = (field: string, ours: string): DeploymentField => ({
  field,
  ours,
  outcome: 'same',
  why: 'Seconds.',
  judge: (value) => {
    const number = Number(value);
    return Number.isSafeInteger(number) && number > 0
      ? { keys: { [ours]: number } }
      : { outcome: 'lost', why: 'It is no number of seconds: this server’s own holds.' };
  },
});

const CLIENT_AUTH: Readonly<Record<string, string>> = {
  want: 'want',
  optional: 'want',
  false: 'none',
  none: 'none',
  require: 'require',
  required: 'require',
  true: 'require',
  optionalnoca: 'want',
};

const clientAuth = (field: string): DeploymentField => ({
  field,
  ours: 'transport.https.clientAuth',
  outcome: 'same',
  why: 'want, require or none; required is require, optional is want, optionalNoCA is want with the trust manager.',
  judge: (value) => {
    const name = `${value}`.toLowerCase();
    const known = ownMember(CLIENT_AUTH, name);
    if (known === undefined) return { outcome: 'lost', why: 'It is none of want, require and none.' };
    return {
      ...(known !== name && { outcome: 'changed' }),
      keys: {
        'transport.https.clientAuth': known,
        ...(name === 'optionalnoca' && { 'transport.https.trustManagerClassName': TRUST_MANAGER }),
      },
    };
  },
});

const trustManager = (field: string): DeploymentField => ({
  field,
  ours: 'transport.https.trustManagerClassName',
  outcome: 'same',
  why: 'The one of the page; another is none of this server’s.',
  judge: (value) =>
    value === TRUST_MANAGER
      ? { keys: { 'transport.https.trustManagerClassName': TRUST_MANAGER } }
      : { outcome: 'lost', why: 'Another trust manager than the one of the page.' },
});

const SIGNATURES: Readonly<Record<string, string>> = {
  SHA256withRSA: 'RS256',
  RS256: 'RS256',
  PS256: 'PS256',
  ES256: 'ES256',
};

/** The header by which a proxy hands on certificates: believed only of proxies that are named. */
function certificateHeader(value: TomlValue, settings: Readonly<Record<string, string>>): KeyVerdict {
  const addresses = (settings.trusted_addresses ?? '').split(/[\s,]+/).filter((each) => each !== '');
  if (addresses.length === 0) {
    return {
      outcome: 'asked',
      why: 'WSO2 believes it of everybody who sends it. Say whose: --set trusted_addresses=10.0.0.5,10.0.0.6.',
    };
  }
  return {
    keys: {
      'transport.proxy.trusted_addresses': addresses,
      'transport.proxy.certificate_header': 'wso2',
      'transport.proxy.header_name': value,
    },
  };
}

/** The port: WSO2 counts it from 9443. */
function port(value: TomlValue): KeyVerdict | undefined {
  const offset = Number(value);
  if (offset === 0) return undefined;
  return Number.isSafeInteger(offset) && offset > 0 && 9443 + offset < 65_536
    ? { keys: { 'server.port': 9443 + offset } }
    : { outcome: 'lost', why: 'It is no offset of a port.' };
}

/** Every key of WSO2's `deployment.toml` that means something here, or is asked about most. */
export const DEPLOYMENT_FIELDS: readonly DeploymentField[] = [
  same('server.hostname', 'The host name clients know; part of the issuer.'),
  {
    field: 'server.offset',
    ours: 'server.port',
    outcome: 'changed',
    why: '9443 and the offset.',
    judge: port,
  },
  lost('server.node_ip', 'server.bind says which address is listened on, where it must be one.'),
  lost(
    'server.base_path',
    'Made of host name and port; behind a proxy that changes them write server.base_url.',
  ),
  lost('server.proxy_context_path', 'Behind a proxy with a path write server.base_url.'),
  same('super_admin.username'),
  {
    ...same('super_admin.password'),
    outcome: 'changed',
    why: 'The same key, in plain text there: better $env{COUNTERSIGN_ADMIN_PASSWORD}.',
  },
  same('super_admin.create_admin_account'),
  same('keystore.primary.file_name'),
  same('keystore.primary.password'),
  same('keystore.primary.key_password'),
  same('keystore.primary.alias'),
  same('keystore.primary.type'),
  lost(
    'keystore.tls',
    'There is one key store, [keystore.primary]: the certificate of TLS must stand there.',
  ),
  lost('keystore.internal', 'Secrets in the database are encrypted with [encryption] key.'),
  same('truststore.file_name'),
  same('truststore.password'),
  same('truststore.type'),
  clientAuth('transport.https.clientAuth'),
  trustManager('transport.https.trustManagerClassName'),
  clientAuth('transport.https.sslHostConfig.properties.certificateVerification'),
  clientAuth('transport.https.properties.clientAuth'),
  trustManager('transport.https.sslHostConfig.properties.trustManagerClassName'),
  lost(
    'transport.https.sslHostConfig.properties.ciphers',
    'Those of RFC 9325 §4.2, or those of Node.js: transport.https.tls12_cipher_suites.',
  ),
  {
    field: 'admin_console.authenticator.mutual_ssl_authenticator.enable',
    ours: 'admin_console.authenticator.mutual_ssl_authenticator.enable',
    outcome: 'same',
    why: 'The same key; on, certificates enter that [[…administrator]] names.',
    judge: (value) => ({
      keys: { 'admin_console.authenticator.mutual_ssl_authenticator.enable': value },
    }),
  },
  {
    field: 'oauth.mutualtls.client_certificate_header',
    ours: 'transport.proxy.header_name',
    outcome: 'changed',
    why: 'The header of a proxy that is named ([transport.proxy]); WSO2 believes it of everybody, so that it is asked whose it is.',
    judge: certificateHeader,
  },
  lost('oauth.grant_type', 'Grant handlers are Java; this server’s own grants bind tokens to certificates.'),
  seconds('oauth.token_validation.user_access_token_validity', 'oauth.access_token_lifetime'),
  seconds('oauth.token_validation.refresh_token_validity', 'oauth.refresh_token_idle_lifetime'),
  {
    ...seconds('oauth.token_validation.authorization_code_validity', 'oauth.authorization_code_lifetime'),
    why: 'Seconds; 600 are the most.',
    judge: (value) => {
      const number = Number(value);
      return Number.isSafeInteger(number) && number > 0 && number <= 600
        ? { keys: { 'oauth.authorization_code_lifetime': number } }
        : { outcome: 'lost', why: 'It is no number of seconds up to 600: this server’s own holds.' };
    },
  },
  seconds('oauth.oidc.id_token.expiry', 'oauth.id_token_lifetime'),
  {
    field: 'oauth.oidc.id_token.signature_algorithm',
    ours: 'oauth.signing_algorithm',
    outcome: 'changed',
    why: 'Of access tokens, and of what is signed for clients that name no algorithm and are registered from then on.',
    judge: (value) => {
      const known = ownMember(SIGNATURES, `${value}`);
      return known === undefined
        ? { outcome: 'lost', why: 'It is none of RS256, PS256 and ES256.' }
        : { keys: { 'oauth.signing_algorithm': known } };
    },
  },
  lost('user_store.type', 'People are in the database.'),
  lost('user_store.properties', 'They say how users.csv is read: PasswordDigest, StoreSaltedPassword.'),
  lost(
    'database',
    'Another database, of another schema: SQLite unless [database.identity_db] says PostgreSQL.',
  ),
  lost('account_recovery', 'There is no recovery of accounts by mail.'),
  lost('identity.auth_framework', 'People sign in on this server’s own pages.'),
];
