import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { Configuration } from './configuration.ts';
import { type Deployment, parseDeployment } from './deployment.ts';
import { CLIENT_AUTH_TRUST_MANAGER } from './deployment-schema.ts';
import { InvalidDeployment } from './invalid-deployment.ts';

const KEY = 'ab'.repeat(32);
const ENCRYPTION = `[encryption]\nkey = "${KEY}"\n`;
const FILE = '/home/repository/conf/deployment.toml';

const parse = (text: string, environment: Record<string, string> = {}): Deployment =>
  parseDeployment(text, { file: FILE, home: '/home', environment, encryptionKeyFile: undefined });

/** The problems of a text after the two lines of [encryption], each as `line:column: message`. */
function problems(text: string, environment: Record<string, string> = {}): readonly string[] {
  try {
    parse(`${ENCRYPTION}${text}`, environment);
  } catch (error) {
    assert.ok(error instanceof InvalidDeployment);
    return error.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
  }
  return [];
}

const BROKEN: readonly (readonly [what: string, text: string, ...problems: string[]])[] = [
  ['an unknown section', '[transprt.https]\n', '3:1: transprt is not a known key; did you mean transport?'],
  [
    'a key in the wrong case',
    '[transport.https]\nclientauth = "want"',
    '4:1: transport.https.clientauth is not a known key; did you mean transport.https.clientAuth?',
  ],
  ['swapped letters', '[server]\nprot = 1', '4:1: server.prot is not a known key; did you mean server.port?'],
  [
    'a key in the wrong section',
    '[server]\nclientAuth = "want"',
    '4:1: server.clientAuth is not a known key; did you mean transport.https.clientAuth?',
  ],
  ['a key like no other', '[server]\nfrobnicate = 1', '4:1: server.frobnicate is not a known key'],
  [
    'a name of WSO2',
    '[oauth.token_validation]\nuser_access_token_validity = "3600"',
    '3:1: oauth.token_validation is not a known key; did you mean oauth.access_token_lifetime?',
  ],
  [
    'a dotted unknown key',
    '[database]\nidentity_db.typ = "sqlite"',
    '4:13: database.identity_db.typ is not a known key; did you mean database.identity_db.type?',
  ],
  [
    'an unknown key of an inline table',
    '[transport]\nmtls = { enable = true, prt = 1 }',
    '4:25: transport.mtls.prt is not a known key; did you mean transport.mtls.port?',
  ],
  [
    'a receiver with credentials in its URL',
    '[telemetry]\notlp_endpoint = "https://user:pw@otel.example"',
    '4:17: telemetry.otlp_endpoint must be an http or https URL without credentials and query; the value that stands here is not shown',
  ],
  [
    'headers of a receiver that are not written as pairs, and are not shown',
    '[telemetry]\notlp_headers = "Authorization: hunter2"',
    '4:16: telemetry.otlp_headers must be a list such as "api-key=abc,tenant=one%20two", as OTEL_EXPORTER_OTLP_HEADERS is written; the value that stands here is not shown',
  ],
  [
    'a part of requests that is more than all',
    '[telemetry]\nsample_ratio = 1.5',
    '4:16: telemetry.sample_ratio must be a number from 0 to 1, not 1.5',
  ],
  [
    'a key for a receiver without a certificate',
    '[telemetry]\ntls_key_file = "client.key"',
    '4:16: telemetry.tls_key_file needs telemetry.tls_certificate_file beside it',
  ],
  [
    'a number out of range',
    '[server]\nport = 94433',
    '4:8: server.port must be a whole number from 1 to 65535, not 94433',
  ],
  [
    'text for a number',
    '[server]\nport = "9443"',
    '4:8: server.port must be a whole number from 1 to 65535, not "9443"',
  ],
  [
    'half a number',
    '[oauth]\nid_token_lifetime = 1.5',
    '4:21: oauth.id_token_lifetime must be a whole number of seconds from 1 to 2592000, not 1.5',
  ],
  [
    'a maximum below what every client has',
    '[oauth]\nmax_access_token_lifetime = 600',
    '4:29: oauth.max_access_token_lifetime must be at least access_token_lifetime, which is 3600',
  ],
  [
    'text for a boolean',
    '[console]\nenable = "true"',
    '4:10: console.enable must be true or false, not "true"',
  ],
  [
    'a date',
    '[branding]\nname = 2026-01-01',
    '4:8: branding.name must be a name of 1 to 2000 characters, not a date',
  ],
  [
    'a URL for a host name',
    '[server]\nhostname = "https://x"',
    '4:12: server.hostname must be a host name or an IP address, without scheme and port, not "https://x"',
  ],
  [
    'a base URL with a slash',
    '[server]\nbase_url = "https://x/"',
    '4:12: server.base_url must be an https URL without query, fragment and closing slash, not "https://x/"',
  ],
  [
    'a base URL without TLS',
    '[server]\nbase_url = "http://x"',
    '4:12: server.base_url must be an https URL without query, fragment and closing slash, not "http://x"',
  ],
  [
    'an unknown choice',
    '[transport.https]\nclientAuth = "wanted"',
    '4:14: transport.https.clientAuth must be "want", "require" or "none", not "wanted"',
  ],
  [
    'another trust manager',
    '[transport.https]\ntrustManagerClassName = "com.example.TrustAll"',
    `4:25: transport.https.trustManagerClassName must be "${CLIENT_AUTH_TRUST_MANAGER}", the only trust manager there is, or left out, not "com.example.TrustAll"`,
  ],
  [
    'a bad entry of a list',
    '[transport.proxy]\ntrusted_addresses = ["10.0.0.0/8",\n  "10.0.0.0/33"]',
    '5:3: transport.proxy.trusted_addresses must be a list of IP addresses and CIDR networks without bits beyond their prefix, not "10.0.0.0/33"',
  ],
  [
    'one address for a list',
    '[outbound]\nallowed_addresses = "10.0.0.0/8"',
    '4:21: outbound.allowed_addresses must be a list of IP addresses, CIDR networks and host names, not "10.0.0.0/8"',
  ],
  [
    'a value for a table',
    '[transport]\nhttps = true',
    '4:9: transport.https must be a table, [transport.https], not true',
  ],
  [
    'a list of tables for a table',
    '[[server]]\nport = 1',
    '3:1: server must be a table, [server], not a list',
  ],
  [
    'a table for a list of tables',
    '[event_listener]\nid = "a"',
    '3:1: event_listener must be a list of tables, [[event_listener]], not a table',
  ],
  [
    'missing keys of a list of tables',
    '[[trust_group]]\nname = "a"\nfile_name = "a.pem"\n[[trust_group]]\nname = "b"',
    '6:1: trust_group.file_name is missing; it must be a file name',
  ],
  [
    'one name for two trust groups',
    '[[trust_group]]\nname = "a"\nfile_name = "a.pem"\n[[trust_group]]\nname = "a"\nfile_name = "b.pem"',
    '7:8: trust_group.name is used twice: "a"',
  ],
  [
    'one id for two event listeners',
    '[[event_listener]]\nid = "a"\nname = "x"\norder = 1\n[[event_listener]]\nid = "a"\nname = "y"\norder = 2',
    '8:6: event_listener.id is used twice: "a"',
  ],
  [
    'an order that is no number',
    '[[event_listener]]\nid = "a"\nname = "x"\norder = "first"',
    '6:9: event_listener.order must be a whole number, which may stand in quotes, not "first"',
  ],
  [
    'a property that is a table',
    '[[event_listener]]\nid = "a"\nname = "x"\norder = 1\n[event_listener.properties]\np = { q = 1 }',
    '8:5: event_listener.properties.p must be a table of strings, numbers and booleans, not a table',
  ],
  [
    'a malformed thumbprint',
    '[[admin_console.authenticator.mutual_ssl_authenticator.administrator]]\ncertificate_thumbprint = "AA:BB"\nusername = "admin"',
    '4:26: admin_console.authenticator.mutual_ssl_authenticator.administrator.certificate_thumbprint must be a SHA-256 thumbprint, in base64url or as hexadecimal digits with or without colons, not "AA:BB"',
  ],
  [
    'PostgreSQL without a URL',
    '[database.identity_db]\ntype = "postgres"',
    '3:1: database.identity_db.url must be a URL beginning with postgres:// when database.identity_db.type is "postgres"',
  ],
  [
    'TLS to the database in two places',
    '[database.identity_db]\ntype = "postgres"\nurl = "postgres://db/x?sslmode=require"\ntls = "verify"',
    '6:7: database.identity_db.tls cannot be given together with an sslmode in the url',
  ],
  [
    'an authority for a connection without TLS',
    '[database.identity_db]\ntype = "postgres"\nurl = "postgres://db/x"\ntls_ca_file = "ca.pem"',
    '6:15: database.identity_db.tls_ca_file needs a tls of "require" or "verify"',
  ],
  [
    'a key for the database without its certificate',
    '[database.identity_db]\ntype = "postgres"\nurl = "postgres://db/x"\ntls = "verify"\ntls_key_file = "db.key"',
    '7:16: database.identity_db.tls_key_file needs a tls_certificate_file beside it',
  ],
  [
    'no time for the database',
    '[database.identity_db]\ndeadline = 0',
    '4:12: database.identity_db.deadline must be a whole number of seconds from 1 to 300, not 0',
  ],
  [
    'a server for SQLite',
    '[database.identity_db]\nurl = "postgres://u:secret-word@db/x"',
    '4:7: database.identity_db.url must be a file name when database.identity_db.type is "sqlite"; a server\'s URL needs type = "postgres"',
  ],
  [
    'a certificate header from anybody',
    '[transport.proxy]\ncertificate_header = "nginx"',
    '4:22: transport.proxy.certificate_header needs transport.proxy.trusted_addresses or transport.proxy.pinned_certificate to say whom to believe',
  ],
  [
    'a header name without a format',
    '[transport.proxy]\ntrusted_addresses = ["10.0.0.1"]\nheader_name = "X-A"',
    '5:15: transport.proxy.header_name needs transport.proxy.certificate_header, the form of its value',
  ],
  [
    'a certificate in a header with a meaning of its own',
    '[transport.proxy]\ntrusted_addresses = ["10.0.0.1"]\ncertificate_header = "nginx"\nheader_name = "Cookie"',
    '6:15: transport.proxy.header_name must be the name of an HTTP header without a meaning of its own, not "Cookie"',
  ],
  [
    'a network with bits beyond its prefix',
    '[transport.proxy]\ntrusted_addresses = ["10.0.0.0/8", "10.0.0.1/8", "2001:DB8::/32", "2001:db8::1/32"]',
    '4:36: transport.proxy.trusted_addresses must be a list of IP addresses and CIDR networks without bits beyond their prefix, not "10.0.0.1/8"',
    '4:67: transport.proxy.trusted_addresses must be a list of IP addresses and CIDR networks without bits beyond their prefix, not "2001:db8::1/32"',
  ],
  [
    'headers beside PROXY protocol by address alone',
    '[transport.proxy]\ntrusted_addresses = ["10.0.0.1"]\ncertificate_header = "nginx"\nproxy_protocol = true',
    '5:22: transport.proxy.certificate_header needs transport.proxy.pinned_certificate beside proxy_protocol: clients passed through come from the address of the proxy too, and could send the header themselves',
  ],
  [
    'an issuer with a closing slash',
    '[server]\nbase_url = "https://login.example.com/"',
    '4:12: server.base_url must be an https URL without query, fragment and closing slash, not "https://login.example.com/"',
  ],
  [
    'a PROXY header from anybody',
    '[transport.proxy]\nproxy_protocol = true',
    '4:18: transport.proxy.proxy_protocol needs transport.proxy.trusted_addresses to say whom to believe',
  ],
  [
    'a variable that is not set',
    '[super_admin]\npassword = "$env{ADMIN}"',
    '4:12: super_admin.password needs the environment variable ADMIN, which is not set',
  ],
  [
    'a reference of WSO2 without meaning here',
    '[super_admin]\npassword = "$secret{admin}"',
    '4:12: super_admin.password holds $secret{admin}, which is not supported; use $env{NAME} or $file{PATH}',
  ],
  [
    'no TOML',
    '[server]\nport 9443',
    '4:6: not TOML: illegal character in key\n  4 | port 9443\n    |      ^',
  ],
  [
    'a secret on a line that is no TOML',
    '[super_admin]\npassword = "secret-word',
    '4:12: not TOML: unfinished string\n  4 | password = …\n    |            ^',
  ],
];

for (const [what, text, ...expected] of BROKEN) {
  test(`refused with its place: ${what}`, () => {
    const found = problems(text);
    assert.deepEqual(found, expected);
    assert.ok(!found.join().includes('secret-word'));
  });
}

test('all problems are reported together, in the order of the file, ready to print', () => {
  const text = `[server]\nhost = "x"\nport = 0\n${ENCRYPTION}[logging]\nlevel = "loud"\n[super_admin]\nusername = "$env{NOBODY}"\n`;
  assert.throws(
    () => parse(text),
    (error) => {
      assert.ok(error instanceof InvalidDeployment);
      assert.equal(
        error.message,
        [
          'the deployment cannot be used, 4 problems:',
          `${FILE}:2:1: server.host is not a known key`,
          `${FILE}:3:8: server.port must be a whole number from 1 to 65535, not 0`,
          `${FILE}:7:9: logging.level must be "trace", "debug", "info", "warn", "error", "fatal" or "silent", not "loud"`,
          `${FILE}:9:12: super_admin.username needs the environment variable NOBODY, which is not set`,
        ].join('\n'),
      );
      assert.deepEqual(
        error.problems.map(({ key }) => key),
        ['server.host', 'server.port', 'logging.level', 'super_admin.username'],
      );
      return true;
    },
  );
});

test('a secret value never stands in an error', () => {
  for (const text of [
    '[encryption]\nkey = "secret-word"\n',
    `${ENCRYPTION}[super_admin]\npassword = ["secret-word"]\n`,
    `${ENCRYPTION}[keystore.primary]\npassword = { a = "secret-word" }\n`,
  ]) {
    assert.throws(
      () => parse(text),
      (error) => error instanceof InvalidDeployment && !error.message.includes('secret-word'),
    );
  }
  assert.deepEqual(problems('[logging]\nlevel = "$env{LEVEL}"', { LEVEL: 'secret-word' }), [
    '4:9: logging.level must be "trace", "debug", "info", "warn", "error", "fatal" or "silent", not what $env{LEVEL} holds',
  ]);
});

test('without an encryption key nothing starts', () => {
  const from = (encryptionKeyFile: string | undefined) =>
    parseDeployment('', { file: FILE, home: '/home', environment: {}, encryptionKeyFile });
  assert.throws(
    () => from(undefined),
    /encryption\.key is left out, and \/home\/repository\/resources\/security\/encryption\.key is not there/,
  );
  assert.throws(() => from('00'), /encryption\.key does not hold 32 bytes as 64 hexadecimal digits/);
  assert.deepEqual(from(`${KEY}\n`).encryption.key, new Uint8Array(Buffer.from(KEY, 'hex')));
});

test('the encryption key of the deployment goes before that of the file', () => {
  const { encryption } = parseDeployment(ENCRYPTION, {
    file: FILE,
    home: '/home',
    environment: {},
    encryptionKeyFile: '00'.repeat(32),
  });
  assert.deepEqual(encryption.key, new Uint8Array(Buffer.from(KEY, 'hex')));
});

test('an encryption key is 32 bytes in hex or base64', () => {
  const bytes = new Uint8Array(Buffer.from(KEY, 'hex'));
  const base64 = Buffer.from(bytes).toString('base64');
  for (const key of [KEY, KEY.toUpperCase(), base64, base64.replace('=', '')]) {
    assert.deepEqual(parse(`[encryption]\nkey = "${key}"`).encryption.key, bytes);
  }
  assert.throws(() => parse(`[encryption]\nkey = "${KEY.slice(2)}"`), InvalidDeployment);
});

test('$env{NAME} stands for text, numbers and booleans', () => {
  const deployment = parse(
    `${ENCRYPTION}[server]\nport = "$env{PORT}"\n[database.identity_db]\ntype = "postgres"\nurl = "postgres://u:$env{PASSWORD}@db/$env{NAME}"\n[metrics]\nenable = "$env{METRICS}"\n`,
    { PORT: '8443', PASSWORD: 'p', NAME: 'n', METRICS: 'false' },
  );
  assert.equal(deployment.server.port, 8443);
  assert.equal(deployment.database.identity_db.url, 'postgres://u:p@db/n');
  assert.equal(deployment.metrics.enable, false);
});

test('a number from the environment must be one', () => {
  assert.deepEqual(problems('[server]\nport = "$env{PORT}"', { PORT: '84x' }), [
    '4:8: server.port must be a whole number from 1 to 65535, not what $env{PORT} holds',
  ]);
  assert.deepEqual(problems('[server]\nport = "$env{PORT}"', { PORT: '99999' }), [
    '4:8: server.port must be a whole number from 1 to 65535, not what $env{PORT} holds',
  ]);
});

test('defaults are filled in and file names are absolute', () => {
  const { server, keystore, truststore, database, logging, transport } = parse(ENCRYPTION);
  assert.deepEqual(server, {
    hostname: 'localhost',
    port: 9443,
    bind: '127.0.0.1',
    drain_grace: 5,
    base_url: 'https://localhost:9443',
  });
  assert.deepEqual(keystore.primary, {
    file_name: '/home/repository/resources/security/wso2carbon.jks',
    certificate_file: undefined,
    key_file: undefined,
    password: 'wso2carbon',
    key_password: 'wso2carbon',
    alias: 'wso2carbon',
    type: 'JKS',
  });
  assert.equal(truststore.file_name, '/home/repository/resources/security/client-truststore.jks');
  const { type, url } = database.identity_db;
  assert.deepEqual({ type, url }, { type: 'sqlite', url: '/home/repository/database/countersign.db' });
  assert.equal(logging.audit_file, '/home/repository/logs/audit.log');
  assert.equal(transport.https.clientAuth, 'want');
  assert.equal(transport.https.trustManagerClassName, undefined);
  assert.deepEqual(transport.mtls, {
    enable: false,
    port: 9444,
    hostname: 'localhost',
    base_url: 'https://localhost:9444',
  });
});

test('defaults that follow from other keys', () => {
  const { server, transport } = parse(`${ENCRYPTION}[server]\nhostname = "login.example.com"\nport = 443\n`);
  assert.equal(server.bind, '::');
  assert.equal(server.base_url, 'https://login.example.com');
  assert.equal(transport.mtls.hostname, 'login.example.com');
  assert.equal(transport.mtls.base_url, 'https://login.example.com:9444');
  const behind = parse(
    `${ENCRYPTION}[server]\nbase_url = "https://example.com/login"\n[transport.mtls]\nhostname = "m"\nbase_url = "https://mtls.example.com/m"\n`,
  );
  assert.equal(behind.server.base_url, 'https://example.com/login');
  assert.equal(behind.transport.mtls.base_url, 'https://mtls.example.com/m');
  assert.equal(parse(`${ENCRYPTION}[server]\nhostname = "::1"\n`).server.base_url, 'https://[::1]:9443');
  assert.equal(parse(`${ENCRYPTION}[keystore.primary]\npassword = "x"\n`).keystore.primary.key_password, 'x');
});

test('relative names of stores count from the security folder, others from the home', () => {
  const deployment = parse(
    `${ENCRYPTION}[transport.proxy]\npinned_certificate = "proxy.pem"\n[[trust_group]]\nname = "g"\nfile_name = "g.pem"\ncrl_file = "/var/g.crl"\n[branding]\nlogo_file = "logo.svg"\n`,
  );
  assert.equal(
    deployment.transport.proxy.pinned_certificate,
    '/home/repository/resources/security/proxy.pem',
  );
  assert.equal(deployment.trust_group[0]?.file_name, '/home/repository/resources/security/g.pem');
  assert.equal(deployment.trust_group[0]?.crl_file, '/var/g.crl');
  assert.equal(deployment.branding.logo_file, '/home/logo.svg');
});

test('the order of an event listener may stand in quotes', () => {
  for (const order of ['158', '"158"']) {
    const text = `${ENCRYPTION}[[event_listener]]\nid = "a"\nname = "x"\norder = ${order}\n[event_listener.properties]\nheader = "h"\n`;
    assert.deepEqual(parse(text).event_listener, [
      {
        id: 'a',
        type: 'org.wso2.carbon.identity.core.handler.AbstractIdentityHandler',
        name: 'x',
        order: 158,
        enable: true,
        properties: { header: 'h' },
      },
    ]);
  }
});

test('a thumbprint is known in every form openssl prints', () => {
  const digest = Buffer.from(KEY, 'hex');
  const colons = KEY.toUpperCase().match(/../g)?.join(':') ?? '';
  for (const form of [KEY, colons, digest.toString('base64url')]) {
    const text = `${ENCRYPTION}[[admin_console.authenticator.mutual_ssl_authenticator.administrator]]\ncertificate_thumbprint = "${form}"\nusername = "a"\n`;
    assert.deepEqual(parse(text).admin_console.authenticator.mutual_ssl_authenticator.administrator, [
      { certificate_thumbprint: digest.toString('base64url'), username: 'a' },
    ]);
  }
});

test('the home folder of a file is two folders above its own', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'countersign-deployment-'));
  t.after(() => rm(home, { recursive: true }));
  await mkdir(join(home, 'repository/conf'), { recursive: true });
  const file = join(home, 'repository/conf/deployment.toml');
  await assert.rejects(Configuration.read(file), (error) => {
    assert.ok(error instanceof InvalidDeployment);
    assert.ok(error.message.includes(`${file}:1:1: cannot be read: ENOENT`));
    return true;
  });
  await writeFile(file, `\ufeff${ENCRYPTION}`);
  assert.equal(
    (await Configuration.read(file)).atStart.database.identity_db.url,
    join(home, 'repository/database/countersign.db'),
  );
  await writeFile(file, Buffer.from([0x23, 0xff, 0x0a]));
  await assert.rejects(Configuration.read(file), /cannot be read: not UTF-8 text/);
});

test('[telemetry] is off by default; its headers are read as pairs, its files are in the security folder', () => {
  const { telemetry: bare } = parse(ENCRYPTION);
  assert.equal(bare.otlp_endpoint, undefined);
  const { telemetry } = parse(
    `${ENCRYPTION}[telemetry]\notlp_endpoint = "http://127.0.0.1:4318/"\notlp_headers = "$env{KEY}"\ntls_ca_file = "otel.pem"\n`,
    { KEY: 'api-key=a%20b' },
  );
  assert.deepEqual(telemetry, {
    otlp_endpoint: 'http://127.0.0.1:4318/',
    otlp_headers: { 'api-key': 'a b' },
    traces: true,
    metrics: true,
    sample_ratio: 1,
    metrics_interval: 60,
    service_name: 'countersign',
    propagate_to: [],
    tls_ca_file: '/home/repository/resources/security/otel.pem',
  });
});
