import assert from 'node:assert/strict';
import test from 'node:test';
import { parse } from 'smol-toml';
import { DeploymentSchema } from '../../config/deployment-schema.ts';
import { translatedDeployment } from './deployment.ts';

const translated = (text: string, settings: Readonly<Record<string, string>> = {}) => {
  const { text: own, findings } = translatedDeployment({ name: 'deployment.toml', text }, settings);
  return {
    findings,
    table: parse(own),
    outcomes: new Map(findings.map(({ field, outcome }) => [field, outcome])),
  };
};

const MANAGER = 'org.wso2.carbon.identity.core.util.ClientAuthX509TrustManager';

test('what is translated is a file that this server takes', () => {
  const { table } = translated(
    `
[server]
hostname = "is.dockside.example"
offset = 1
[super_admin]
username = "admin"
password = "Dock-Admin-1"
[keystore.primary]
file_name = "wso2carbon.p12"
type = "PKCS12"
[truststore]
file_name = "client-truststore.p12"
[transport.https.sslHostConfig.properties]
certificateVerification = "optionalNoCA"
[oauth.mutualtls]
client_certificate_header = "x-wso2-mtls-cert"
[oauth.oidc]
id_token.signature_algorithm = "SHA256withRSA"
[oauth.token_validation]
user_access_token_validity = 3600
authorization_code_validity = 300
[[event_listener]]
id = "custom"
type = "org.wso2.carbon.identity.core.handler.AbstractIdentityMessageHandler"
name = "org.wso2.carbon.identity.oauth2.token.handler.clientauth.mutualtls.MutualTLSClientAuthenticator"
order = 158
enable = true
properties.x = 1
`,
    { trusted_addresses: '10.0.0.5, 10.0.0.6' },
  );
  const parsed = DeploymentSchema.parse(table);
  assert.equal(parsed.server.port, 9444);
  assert.equal(parsed.transport.https.clientAuth, 'want');
  assert.equal(parsed.transport.https.trustManagerClassName, MANAGER);
  assert.deepEqual(parsed.transport.proxy.trusted_addresses, ['10.0.0.5', '10.0.0.6']);
  assert.equal(parsed.transport.proxy.certificate_header, 'wso2');
  assert.equal(parsed.transport.proxy.header_name, 'x-wso2-mtls-cert');
  assert.equal(parsed.oauth.signing_algorithm, 'RS256');
  assert.equal(parsed.oauth.authorization_code_lifetime, 300);
  assert.equal(parsed.event_listener.length, 1);
});

test('each key that is left out is named, and references are not carried over', () => {
  const { outcomes, table, findings } = translated(`
[server]
hostname = "$ref{server.other}"
base_path = "https://$ref{server.hostname}:\${carbon.management.port}"
[keystore.primary]
password = "$secret{keystore}"
[database.identity_db]
type = "h2"
password = "wso2carbon"
[identity.auth_framework.endpoint]
app_password = "invented"
[some.new.table]
key = ["a"]
[oauth.mutualtls]
client_certificate_header = "x-wso2-mtls-cert"
[[event_listener]]
id = "other"
name = "org.example.Listener"
order = 1
`);
  assert.deepEqual(Object.keys(table), []);
  assert.deepEqual(Object.fromEntries(outcomes), {
    'server.hostname': 'lost',
    'server.base_path': 'lost',
    'keystore.primary.password': 'lost',
    'database.identity_db.type': 'lost',
    'database.identity_db.password': 'lost',
    'identity.auth_framework.endpoint.app_password': 'lost',
    'some.new.table.key': 'lost',
    'oauth.mutualtls.client_certificate_header': 'asked',
    'event_listener "other"': 'lost',
  });
  assert.ok(!JSON.stringify(findings).includes('wso2carbon'), 'no value of a password in the report');
});

test('what every object has is no value that is known', () => {
  const { outcomes, table } = translated(`
[transport.https]
clientAuth = "constructor"
[oauth.oidc]
id_token.signature_algorithm = "toString"
`);
  assert.deepEqual(Object.keys(table), []);
  assert.deepEqual(Object.fromEntries(outcomes), {
    'transport.https.clientAuth': 'lost',
    'oauth.oidc.id_token.signature_algorithm': 'lost',
  });
});
