import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'node:test';
import { parseDeployment } from './deployment.ts';
import { deploymentReference } from './deployment-reference.ts';
import {
  CLIENT_AUTH_TRUST_MANAGER,
  KEYS,
  MUTUAL_TLS_CLIENT_AUTHENTICATOR,
  SECTIONS,
} from './deployment-schema.ts';
import { deploymentTemplate } from './deployment-template.ts';
import { isTable } from './references.ts';
import { readToml } from './toml-source.ts';

const encryptionKey = '0f'.repeat(32);
const TEMPLATE = deploymentTemplate({ hostname: 'localhost', port: 9443 });
const REFERENCE = readFileSync(resolve(import.meta.dirname, '../../../../docs/deployment-toml.md'), 'utf8');
const context = {
  file: 'deployment.toml',
  home: '/home',
  environment: {},
  encryptionKeyFile: `${encryptionKey}\n`,
};

/** The template with every commented key and header in force. */
const UNCOMMENTED = TEMPLATE.replaceAll(/^# (\[|[a-z_A-Z0-9]+ = )/gm, '$1');

/** Of keys that do not go together one choice: the database is PostgreSQL with TLS, the server's key two files. */
const consistent = (text: string) =>
  text
    .replace('type = "sqlite"', 'type = "postgres"')
    .replace('tls = "off"', 'tls = "verify"')
    .replace('file_name = "wso2carbon.jks"\n', '');

/** The dotted keys of a parsed document, list positions left out. */
function keysOf(value: unknown, path: readonly string[] = []): readonly string[] {
  if (Array.isArray(value) && value.some(isTable)) return value.flatMap((item) => keysOf(item, path));
  if (!isTable(value) || KEYS.some((known) => known.path.join('.') === path.join('.')))
    return [path.join('.')];
  return Object.entries(value).flatMap(([name, item]) => keysOf(item, [...path, name]));
}

test('every key of the schema stands in the template, and no other', () => {
  assert.deepEqual(
    new Set(keysOf(readToml(UNCOMMENTED).table)),
    new Set(KEYS.map(({ path }) => path.join('.'))),
  );
});

test('every key of the schema stands in the reference with its default and its way of change', () => {
  for (const { path, keys, repeated } of SECTIONS) {
    const heading = repeated ? `## [[${path.join('.')}]]` : `## [${path.join('.')}]`;
    const [, after = ''] = REFERENCE.split(`${heading}\n`);
    const [section = ''] = after.split('\n## ');
    for (const key of keys) {
      assert.match(
        section,
        new RegExp(`^- \\*\\*\`${key.path.at(-1)}\`\\*\\* \\(.*; ${key.notes.reload}\\): `, 'm'),
      );
    }
  }
});

test('the reference is the one written from the schema', () => {
  assert.equal(
    REFERENCE,
    deploymentReference(),
    'write it anew: node packages/server/src/config/deployment-reference.ts > docs/deployment-toml.md',
  );
});

test('the template says what the defaults say, with client certificates switched on', () => {
  const deployment = parseDeployment(TEMPLATE, context);
  const bare = parseDeployment('', context);
  assert.deepEqual(deployment, {
    ...bare,
    transport: {
      ...bare.transport,
      https: {
        ...bare.transport.https,
        clientAuth: 'want',
        trustManagerClassName: CLIENT_AUTH_TRUST_MANAGER,
      },
    },
    event_listener: [
      {
        id: 'mutual_tls_authenticator',
        type: 'org.wso2.carbon.identity.core.handler.AbstractIdentityHandler',
        name: MUTUAL_TLS_CLIENT_AUTHENTICATOR,
        order: 158,
        enable: true,
        properties: {},
      },
    ],
  });
});

test('every default and example of the template is a value the schema accepts', () => {
  const text = consistent(UNCOMMENTED);
  const environment = {
    COUNTERSIGN_ADMIN_PASSWORD: 'a',
    DATABASE_PASSWORD: 'b',
    COUNTERSIGN_WEBHOOK_SECRET: 'd'.repeat(24),
    COUNTERSIGN_PREVIOUS_WEBHOOK_SECRET: 'e'.repeat(24),
    KEY_PASSWORD: 'c',
    COUNTERSIGN_ENCRYPTION_KEY: encryptionKey,
  };
  const deployment = parseDeployment(text, { ...context, environment });
  assert.equal(deployment.trust_group[0]?.name, 'partners');
  assert.equal(deployment.database.identity_db.url, 'postgres://countersign:b@db.example.com/countersign');
});

test('a commented default in the template is the default', () => {
  const bare = parseDeployment('', context);
  const { oauth, account_lock, logging, metrics, console } = parseDeployment(
    consistent(UNCOMMENTED)
      .replace('$env{COUNTERSIGN_ENCRYPTION_KEY}', encryptionKey)
      .replaceAll(/\$env\{\w+\}/g, 'x'.repeat(24))
      // Without a default: what stands there is an example.
      .replaceAll(/^(syslog|signing_algorithm|file) = .*$/gm, ''),
    context,
  );
  assert.deepEqual(
    { oauth, account_lock, logging, metrics, console },
    {
      oauth: bare.oauth,
      account_lock: bare.account_lock,
      logging: bare.logging,
      metrics: bare.metrics,
      console: bare.console,
    },
  );
});

test('no header stands in the template without a key below it', () => {
  const lines = TEMPLATE.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  lines.forEach((line, index) => {
    if (line.startsWith('[')) assert.doesNotMatch(lines[index + 1] ?? '[', /^\[/, line);
  });
});

/** What the page has its reader add to the file, as it stands there. */
const PAGE = `
        [admin_console.authenticator.mutual_ssl_authenticator]
        enable = false
        [transport.https]
        trustManagerClassName="org.wso2.carbon.identity.core.util.ClientAuthX509TrustManager"
        [transport.https]
        trustManagerClassName="org.wso2.carbon.identity.core.util.ClientAuthX509TrustManager"
        clientAuth="want"
    [[event_listener]]
    id = "custom_event_listener"
    type = "org.wso2.carbon.identity.core.handler.AbstractIdentityMessageHandler"
    name= "org.wso2.carbon.identity.oauth2.token.handler.clientauth.mutualtls.MutualTLSClientAuthenticator"
    order = 158
    enable = true
`;

test('what the page adds to the file can be appended as it stands, and wins', () => {
  const appended = `${TEMPLATE}${PAGE}[super_admin]\nusername = "admin"\npassword = "admin"\n[server]\nport = 8443\n[transport.https]\nclientAuth = "require"`;
  const { event_listener, ...deployment } = parseDeployment(appended, context);
  assert.deepEqual(
    event_listener.map(({ id, name }) => [id, name]),
    [
      ['mutual_tls_authenticator', MUTUAL_TLS_CLIENT_AUTHENTICATOR],
      ['custom_event_listener', MUTUAL_TLS_CLIENT_AUTHENTICATOR],
    ],
  );
  assert.equal(deployment.super_admin.password, 'admin');
  assert.equal(deployment.server.port, 8443);
  assert.equal(deployment.server.hostname, 'localhost');
  assert.equal(deployment.transport.https.clientAuth, 'require');
  assert.equal(deployment.transport.https.trustManagerClassName, CLIENT_AUTH_TRUST_MANAGER);
  const mistaken = `${appended}\n[server]\nport = 0\n`;
  assert.throws(
    () => parseDeployment(mistaken, context),
    new RegExp(`deployment\\.toml:${mistaken.split('\n').length - 1}:8: server\\.port must be`),
  );
});

test('no password stands in the template', () => {
  assert.doesNotMatch(TEMPLATE, /^password/m);
});
