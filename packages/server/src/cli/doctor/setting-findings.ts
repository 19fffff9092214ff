import { valueAt } from '../../config/deployment.ts';
import { DEFAULT_STORE_PASSWORD } from '../../config/deployment-schema.ts';
import type { LiveSettings, StartSettings } from '../../config/settings.ts';
import type { Table } from '../../config/toml-source.ts';
import { isLoopback, type Profile } from './examination.ts';
import { type Found, named, warning } from './finding.ts';

type Settings = {
  readonly atStart: StartSettings;
  readonly now: LiveSettings;
  readonly profile: Profile;
  /** deployment.toml as it is written, references not replaced. */
  readonly table: Table;
};

/** A `[[section]]` as it is written. */
const tablesOf = (table: Table, name: string): readonly Table[] => {
  const tables = table[name];
  return Array.isArray(tables) ? tables : [];
};

/** Connections below which a few clients keep everybody out. */
const LEAST_CONNECTIONS = 100;

/** Whether a key has its value in the file itself, in part at least, and not by a reference alone. */
function standsInFile(table: Table, path: readonly string[]): boolean {
  const value = valueAt(table, path);
  return typeof value === 'string' && !/^\$(env|file)\{[^}]*\}$/.test(value);
}

function databaseFindings({ atStart, profile }: Settings): readonly Found[] {
  const { type, url, tls, unreachable_bound } = atStart.database.identity_db;
  if (type === 'sqlite') return [];
  const sslmode = /[?&]sslmode=([^&]*)/.exec(url)?.[1];
  const isProtected =
    tls !== 'off' || (sslmode !== undefined && !['disable', 'allow', 'prefer'].includes(sslmode));
  const isVerified = tls === 'verify' || ['verify-full', 'verify-ca'].includes(sslmode ?? '');
  const elsewhere = hostsOf(url).filter((host) => !isLoopback(host));
  if (elsewhere.length > 0 && !isProtected) {
    return [
      warning(
        'database_without_tls',
        `[database.identity_db] tls is off, and the database is at ${elsewhere.join(', ')}`,
      ),
      ...boundFindings(profile, unreachable_bound),
    ];
  }
  return [
    ...(profile === 'production' && elsewhere.length > 0 && !isVerified
      ? [
          warning(
            'database_tls_unverified',
            `[database.identity_db] takes any certificate of the database at ${elsewhere.join(', ')}`,
          ),
        ]
      : []),
    ...boundFindings(profile, unreachable_bound),
  ];
}

const boundFindings = (profile: Profile, bound: number): readonly Found[] =>
  profile === 'production' && bound === 0
    ? [warning('unreachable_bound_zero', '[database.identity_db] unreachable_bound is 0')]
    : [];

/** The hosts of a connection URL; a socket of this machine is none. */
export function hostsOf(url: string): readonly string[] {
  const [, hosts = ''] = /^postgres(?:ql)?:\/\/(?:[^@/?#]*@)?([^/?#]*)/.exec(url) ?? [];
  const named = /[?&]host=([^&]*)/.exec(url)?.[1];
  const all = named === undefined ? hosts : decodeURIComponent(named);
  return all
    .split(',')
    .map((each) => each.replace(/:\d+$/, ''))
    .filter((host) => host !== '' && !decodeURIComponent(host).startsWith('/'));
}

function registrationFindings({ atStart, now }: Settings): readonly Found[] {
  const { client_certificate, require_software_statement } = now.registration;
  const isLimited = client_certificate === 'trusted' || require_software_statement;
  return atStart.registration.mode === 'open' && !isLimited
    ? [warning('registration_open', '[registration] mode is "open", and nothing limits who registers what')]
    : [];
}

function loggingFindings({ atStart, now }: Settings): readonly Found[] {
  const { level } = now.logging;
  return [
    ...(atStart.logging.audit_log === 'off'
      ? [warning('audit_log_off', '[logging] audit_log is "off"')]
      : []),
    ...(['trace', 'debug'].includes(level)
      ? [warning('log_level_unfit', `[logging] level is "${level}": every request costs lines of the log`)]
      : []),
    ...(['fatal', 'silent'].includes(level)
      ? [warning('log_level_unfit', `[logging] level is "${level}": errors are not written`)]
      : []),
  ];
}

/** The webhooks whose receivers know events by a secret that everybody knows who sees the file. */
function webhookFindings({ table }: Settings): readonly Found[] {
  const open = tablesOf(table, 'webhook')
    .filter((webhook) => ['secret', 'previous_secret'].some((secret) => standsInFile(webhook, [secret])))
    .map(({ id }) => String(id));
  return open.length === 0
    ? []
    : [
        warning(
          'webhook_secret_in_file',
          `[[webhook]] secret of ${named(open)} stands in deployment.toml itself`,
        ),
      ];
}

/** What the production guide asks for, and a home for development has not. */
function productionFindings(settings: Settings): readonly Found[] {
  const { atStart, now, table } = settings;
  const { server, transport } = atStart;
  const { proxy } = now.transport;
  const isBehindProxy = proxy.trusted_addresses.length > 0 || proxy.pinned_certificate !== undefined;
  const { https } = transport;
  const all: readonly (Found | false)[] = [
    isLoopback(new URL(server.base_url).hostname) &&
      warning('hostname_localhost', `the issuer is ${server.base_url}`),
    standsInFile(table, ['super_admin', 'password']) &&
      warning('super_admin_password_in_file', '[super_admin] password stands in deployment.toml'),
    now.keystore.primary.file_name !== undefined &&
      now.keystore.primary.password === DEFAULT_STORE_PASSWORD &&
      warning(
        'store_password_default',
        `the password of ${now.keystore.primary.file_name} is that of every new home, ${DEFAULT_STORE_PASSWORD}`,
      ),
    https.strict_transport_security_max_age === 0 &&
      !isBehindProxy &&
      warning('strict_transport_security_off', '[transport.https] strict_transport_security_max_age is 0'),
    now.truststore.unnamed === 'by-rule' && warning('trust_by_rule', '[truststore] unnamed is "by-rule"'),
    server.drain_grace === 0 && warning('drain_grace_zero', '[server] drain_grace is 0'),
    https.max_connections < LEAST_CONNECTIONS &&
      warning('max_connections_low', `[transport.https] max_connections is ${https.max_connections}`),
  ];
  return [...all.filter((each) => each !== false), ...webhookFindings(settings)];
}

/** What deployment.toml says that the production guide warns of. */
export function settingFindings(settings: Settings): readonly Found[] {
  return [
    ...(standsInFile(settings.table, ['encryption', 'key'])
      ? [warning('encryption_key_in_file', '[encryption] key stands in deployment.toml itself')]
      : []),
    ...registrationFindings(settings),
    ...loggingFindings(settings),
    ...databaseFindings(settings),
    ...(settings.profile === 'production' ? productionFindings(settings) : []),
  ];
}
