import assert from 'node:assert/strict';
import test, { describe, type TestContext } from 'node:test';
import { createTestHome, type TestDeployment } from './countersign-process.ts';
import { freePort } from './free-port.ts';
import { call } from './token-client.ts';

type Metadata = Readonly<Record<string, unknown>>;

/** One "if A then B" of a specification. */
type Rule = {
  readonly source: string;
  readonly when: (metadata: Metadata) => boolean;
  readonly must: (metadata: Metadata) => boolean;
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const includes =
  (name: string, ...values: readonly string[]) =>
  (metadata: Metadata) =>
    values.some((value) => listOf(metadata[name]).includes(value));
const has = (name: string) => (metadata: Metadata) => metadata[name] !== undefined;
const hasList = (name: string) => (metadata: Metadata) =>
  listOf(metadata[name]).length > 0 && listOf(metadata[name]).every((value) => typeof value === 'string');
const isBoolean = (name: string) => (metadata: Metadata) => typeof metadata[name] === 'boolean';
const is = (name: string, value: unknown) => (metadata: Metadata) => metadata[name] === value;
const always = () => true;
const all =
  (...conditions: readonly ((metadata: Metadata) => boolean)[]) =>
  (metadata: Metadata) =>
    conditions.every((condition) => condition(metadata));
const not = (condition: (metadata: Metadata) => boolean) => (metadata: Metadata) => !condition(metadata);
const names = (metadata: Metadata, pattern: RegExp) =>
  Object.keys(metadata).filter((name) => pattern.test(name));
const urls = (metadata: Metadata) => names(metadata, /_endpoint$|^jwks_uri$/);
const isHttps = (value: unknown) => typeof value === 'string' && value.startsWith('https://');

const GRANTS = {
  device: 'urn:ietf:params:oauth:grant-type:device_code',
  ciba: 'urn:openid:params:grant-type:ciba',
} as const;
const aliasesOf = ({ mtls_endpoint_aliases: aliases }: Metadata): Metadata =>
  typeof aliases === 'object' && aliases !== null ? { ...aliases } : {};

const RULES: readonly Rule[] = [
  ...(['token', 'revocation', 'introspection'] as const).flatMap((endpoint): Rule[] => [
    {
      source: `RFC 8414 §2: ${endpoint}_endpoint_auth_signing_alg_values_supported is REQUIRED with assertions`,
      when: includes(`${endpoint}_endpoint_auth_methods_supported`, 'private_key_jwt', 'client_secret_jwt'),
      must: hasList(`${endpoint}_endpoint_auth_signing_alg_values_supported`),
    },
    {
      source: `RFC 8414 §2: of ${endpoint}_endpoint private_key_jwt has asymmetric algorithms`,
      when: includes(`${endpoint}_endpoint_auth_methods_supported`, 'private_key_jwt'),
      must: includes(`${endpoint}_endpoint_auth_signing_alg_values_supported`, 'RS256', 'PS256', 'ES256'),
    },
    {
      source: `RFC 8414 §2: of ${endpoint}_endpoint client_secret_jwt has HS256`,
      when: includes(`${endpoint}_endpoint_auth_methods_supported`, 'client_secret_jwt'),
      must: includes(`${endpoint}_endpoint_auth_signing_alg_values_supported`, 'HS256'),
    },
    {
      source: `RFC 8414 §2: ${endpoint}_endpoint without its methods means client_secret_basic`,
      when: has(`${endpoint}_endpoint`),
      must: hasList(`${endpoint}_endpoint_auth_methods_supported`),
    },
  ]),
  {
    source:
      'RFC 8414 §2: "none" is no algorithm of an assertion, nor of what is signed for somebody to believe',
    when: always,
    must: (metadata) =>
      names(metadata, /_alg_values_supported$/).every((name) => !listOf(metadata[name]).includes('none')),
  },
  {
    source: 'RFC 8414 §2, OIDC Discovery §3: what is REQUIRED of a server with the code flow',
    when: includes('grant_types_supported', 'authorization_code'),
    must: all(
      ...['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri'].map(has),
      includes('response_types_supported', 'code'),
      hasList('subject_types_supported'),
      includes('id_token_signing_alg_values_supported', 'RS256'),
      includes('code_challenge_methods_supported', 'S256'),
    ),
  },
  {
    source:
      'RFC 8414 §2: what is left out of grant_types_supported and response_modes_supported has a default',
    when: always,
    must: all(hasList('grant_types_supported'), hasList('response_modes_supported')),
  },
  {
    source: 'RFC 8414 §2: every URL is https, without a fragment',
    when: always,
    must: (metadata) =>
      urls(metadata).every((name) => isHttps(metadata[name]) && !String(metadata[name]).includes('#')),
  },
  {
    source: 'RFC 8705 §5: aliases are of endpoints that there are, and of none that people go to',
    when: always,
    must: (metadata) =>
      Object.entries(aliasesOf(metadata)).every(
        ([name, alias]) =>
          name.endsWith('_endpoint') &&
          isHttps(alias) &&
          metadata[name] !== undefined &&
          !['authorization_endpoint', 'end_session_endpoint'].includes(name),
      ),
  },
  {
    source: 'RFC 8705 §5: every endpoint that clients call has an alias',
    when: includes('token_endpoint_auth_methods_supported', 'tls_client_auth', 'self_signed_tls_client_auth'),
    must: (metadata) =>
      names(metadata, /_endpoint$/)
        .filter((name) => !['authorization_endpoint', 'end_session_endpoint'].includes(name))
        .every((name) => isHttps(aliasesOf(metadata)[name])),
  },
  {
    source: 'RFC 8705 §3.3',
    when: always,
    must: isBoolean('tls_client_certificate_bound_access_tokens'),
  },
  {
    source: 'RFC 9126 §5',
    when: has('require_pushed_authorization_requests'),
    must: all(
      isBoolean('require_pushed_authorization_requests'),
      has('pushed_authorization_request_endpoint'),
    ),
  },
  {
    source: 'RFC 9449 §5.1: proofs have asymmetric algorithms',
    when: has('dpop_signing_alg_values_supported'),
    must: all(
      hasList('dpop_signing_alg_values_supported'),
      not(includes('dpop_signing_alg_values_supported', 'HS256', 'HS384', 'HS512')),
    ),
  },
  {
    source: 'RFC 8628 §4: the grant has its endpoint',
    when: includes('grant_types_supported', GRANTS.device),
    must: has('device_authorization_endpoint'),
  },
  {
    source: 'RFC 8628 §4: the endpoint has its grant',
    when: has('device_authorization_endpoint'),
    must: includes('grant_types_supported', GRANTS.device),
  },
  {
    source: 'CIBA §4: what is REQUIRED with the grant',
    when: includes('grant_types_supported', GRANTS.ciba),
    must: all(
      has('backchannel_authentication_endpoint'),
      includes('backchannel_token_delivery_modes_supported', 'poll', 'ping', 'push'),
    ),
  },
  {
    source: 'CIBA §4: the endpoint has its grant; signed requests have asymmetric algorithms',
    when: has('backchannel_authentication_endpoint'),
    must: all(
      includes('grant_types_supported', GRANTS.ciba),
      hasList('backchannel_authentication_request_signing_alg_values_supported'),
      not(includes('backchannel_authentication_request_signing_alg_values_supported', 'HS256')),
      isBoolean('backchannel_user_code_parameter_supported'),
    ),
  },
  {
    source: 'JARM §4: signed answers have their algorithms',
    when: includes('response_modes_supported', 'jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'),
    must: all(
      hasList('authorization_signing_alg_values_supported'),
      ...['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'].map((mode) =>
        includes('response_modes_supported', mode),
      ),
    ),
  },
  {
    source: 'RFC 9101 §10.5, OIDC Discovery §3: request objects have their algorithms',
    when: (metadata) =>
      metadata.request_parameter_supported === true || metadata.request_uri_parameter_supported !== false,
    must: all(
      hasList('request_object_signing_alg_values_supported'),
      isBoolean('require_signed_request_object'),
    ),
  },
  {
    source: 'OIDC Discovery §3: request_uri_parameter_supported means true when it is left out',
    when: has('authorization_endpoint'),
    must: all(
      isBoolean('request_parameter_supported'),
      isBoolean('request_uri_parameter_supported'),
      isBoolean('require_request_uri_registration'),
      isBoolean('claims_parameter_supported'),
    ),
  },
  {
    source: 'OIDC Discovery §3: UserInfo',
    when: has('userinfo_endpoint'),
    must: all(
      hasList('userinfo_signing_alg_values_supported'),
      includes('claims_supported', 'sub'),
      includes('scopes_supported', 'openid'),
      includes('claim_types_supported', 'normal'),
    ),
  },
  {
    source: 'OIDC Discovery §3, JARM §4, RFC 9701 §7: content encryption goes with key encryption',
    when: always,
    must: (metadata) =>
      names(metadata, /_encryption_(alg|enc)_values_supported$/).every(
        (name) =>
          metadata[
            name.includes('_encryption_alg_')
              ? name.replace('_encryption_alg_', '_encryption_enc_')
              : name.replace('_encryption_enc_', '_encryption_alg_')
          ] !== undefined,
      ),
  },
  {
    source: 'RFC 9207 §3: answers carry iss',
    when: has('authorization_endpoint'),
    must: is('authorization_response_iss_parameter_supported', true),
  },
  {
    source: 'RFC 9701 §7',
    when: has('introspection_endpoint'),
    must: hasList('introspection_signing_alg_values_supported'),
  },
  {
    source: 'RFC 9396 §10',
    when: has('authorization_details_types_supported'),
    must: hasList('authorization_details_types_supported'),
  },
  {
    source: 'Back-Channel Logout §2.1: sid is in a logout token where there are logout tokens',
    when: has('backchannel_logout_session_supported'),
    must: all(is('backchannel_logout_supported', true), has('end_session_endpoint')),
  },
  {
    source: 'Front-Channel Logout §3',
    when: has('frontchannel_logout_session_supported'),
    must: is('frontchannel_logout_supported', true),
  },
  {
    source: 'OIDC Discovery §3: a list that is there has something in it',
    when: always,
    must: (metadata) => names(metadata, /_supported$/).every((name) => isOption(metadata[name])),
  },
];

const isOption = (value: unknown) => typeof value === 'boolean' || listOf(value).length > 0;

const issuerOf = async (t: TestContext, deployment: TestDeployment) => {
  const home = await createTestHome(deployment);
  const running = await home.start();
  t.after(async () => {
    await running.stop();
    await home.remove();
  });
  return home.issuer;
};
const metadataOf = async (issuer: string, name = 'openid-configuration') =>
  (await call(`${issuer}/.well-known/${name}`)).json();

describe('what the metadata says if it says something else', { timeout: 120_000 }, () => {
  const mtlsPort = freePort();
  for (const [name, deployment, changes] of [
    ['as it comes', async () => ({}), () => {}],
    [
      'with a second listener, nobody registering, and authorization details',
      async () => ({
        'transport.mtls': { enable: true, port: await mtlsPort },
        registration: { mode: 'closed' },
        authorization_details_type: [{ type: 'payment_initiation', description: 'Pay' }],
      }),
      (metadata: Metadata) => {
        assert.equal(metadata.registration_endpoint, undefined);
        assert.deepEqual(metadata.authorization_details_types_supported, ['payment_initiation']);
      },
    ],
    [
      'without methods of mutual TLS',
      async () => ({
        event_listener: [
          {
            id: 'mutual_tls',
            type: 'org.wso2.carbon.identity.core.handler.AbstractIdentityHandler',
            name: 'org.wso2.carbon.identity.oauth2.token.handler.clientauth.mutualtls.MutualTLSClientAuthenticator',
            order: 158,
            enable: false,
          },
        ],
      }),
      (metadata: Metadata) => {
        assert.ok(!includes('token_endpoint_auth_methods_supported', 'tls_client_auth')(metadata));
      },
    ],
  ] satisfies readonly (readonly [string, () => Promise<TestDeployment>, (metadata: Metadata) => void])[]) {
    test(name, async (t) => {
      const issuer = await issuerOf(t, await deployment());
      const metadata = await metadataOf(issuer);
      assert.equal(metadata.issuer, issuer);
      assert.deepEqual(await metadataOf(issuer, 'oauth-authorization-server'), metadata);
      changes(metadata);
      for (const { source, when, must } of RULES) {
        if (when(metadata)) assert.ok(must(metadata), `${source}\n${JSON.stringify(metadata, null, 2)}`);
      }
    });
  }
});

describe('the aliases for mutual TLS (RFC 8705 §5)', () => {
  const called = (metadata: Metadata) =>
    names(metadata, /_endpoint$/).filter(
      (name) => !['authorization_endpoint', 'end_session_endpoint'].includes(name),
    );

  test('are the endpoints themselves where one listener has them all', async (t) => {
    for (const clientAuth of ['want', 'none']) {
      const metadata = await metadataOf(await issuerOf(t, { 'transport.https': { clientAuth } }));
      assert.deepEqual(
        metadata.mtls_endpoint_aliases,
        Object.fromEntries(called(metadata).map((name) => [name, metadata[name]])),
        clientAuth,
      );
    }
  });

  test('are those of the second listener where there is one', async (t) => {
    const port = await freePort();
    const issuer = await issuerOf(t, { 'transport.mtls': { enable: true, port } });
    const metadata = await metadataOf(issuer);
    assert.deepEqual(
      metadata.mtls_endpoint_aliases,
      Object.fromEntries(
        called(metadata).map((name) => [
          name,
          String(metadata[name]).replace(issuer, `https://localhost:${port}`),
        ]),
      ),
    );
  });
});
