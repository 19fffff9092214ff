import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { type Certificate, certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { parseClientMetadata } from '../../client/client-registration.ts';
import { MovedRecord } from '../record.ts';
import { type ClientAnswer, type MovedItem, type SourceInput, UnreadableSource } from '../source.ts';
import { wso2 } from './wso2.ts';

const SECRET = 's3cret-0f-the-Gauge_Xy7';
const KEY = 'K3y_0f-the-Gauge';

const issue = async (subject: string) => {
  const { certificate } = await issueCertificate({
    subject,
    keyType: 'EC-P256',
    days: 30,
    usage: 'client',
    now: Date.now(),
  });
  return certificate;
};
const own: Certificate = await issue('CN=gauge,OU=Quay 4,O=Dockside,C=PT');
const authority: Certificate = await issue('CN=authority,O=Dockside');
const PEM = certificateToPem(own);

type Text = Readonly<Record<string, string>>;

const elements = (fields: Text): string =>
  Object.entries(fields)
    .map(([name, text]) => `<${name}>${text}</${name}>`)
    .join('');

const OAUTH: Text = {
  oauthConsumerKey: KEY,
  oauthConsumerSecret: SECRET,
  applicationName: 'gauge',
  callbackUrl: 'https://gauge.example/cb',
  oauthVersion: 'OAuth-2.0',
  grantTypes: 'client_credentials authorization_code refresh_token ',
  state: 'ACTIVE',
  idTokenEncryptionAlgorithm: 'null',
};

/** An application as 7 exports it, as XML. */
const xml = (oauth: Text = {}, provider: Text = {}, more = ''): string =>
  `<?xml version="1.0"?><ServiceProvider><ApplicationName>gauge</ApplicationName>${elements(provider)}<InboundAuthenticationConfig><InboundAuthenticationRequestConfigs><InboundAuthenticationRequestConfig><InboundAuthKey>${KEY}</InboundAuthKey><InboundAuthType>oauth2</InboundAuthType><InboundConfigurationProtocol>${elements({ ...OAUTH, ...oauth })}</InboundConfigurationProtocol></InboundAuthenticationRequestConfig>${more}</InboundAuthenticationRequestConfigs></InboundAuthenticationConfig></ServiceProvider>`;

/** The same as JSON, whose members YAML has too. */
const json = (
  oauth: Readonly<Record<string, unknown>> = {},
  provider: Readonly<Record<string, unknown>> = {},
) => ({
  applicationName: 'gauge',
  inboundAuthenticationConfig: {
    inboundAuthenticationRequestConfigs: [
      {
        inboundAuthKey: KEY,
        inboundAuthType: 'oauth2',
        inboundConfigurationProtocol: { type: 'oAuthAppDO', id: 0, ...OAUTH, ...oauth },
      },
    ],
  },
  ...provider,
});

const octetsOf = (content: string | Uint8Array) =>
  typeof content === 'string' ? Buffer.from(content) : content;

type Given = {
  readonly clients?: Readonly<Record<string, ClientAnswer>>;
  readonly settings?: Text;
  readonly certificates?: SourceInput['certificates'];
};

const inputOf = (
  files: Readonly<Record<string, string | Uint8Array>>,
  { clients = {}, settings = {}, certificates = [] }: Given = {},
): SourceInput => ({
  files: Object.entries(files).map(([name, content]) => ({
    name,
    async *octets() {
      yield octetsOf(content);
    },
  })),
  certificates,
  answers: { clients, settings },
});

async function read(
  files: Readonly<Record<string, string | Uint8Array>>,
  given?: Given,
): Promise<readonly MovedItem[]> {
  const items = await Array.fromAsync(wso2.read(inputOf(files, given)));
  for (const { record } of items) if (record) MovedRecord.parse(record);
  return items;
}

const findingOf = (item: MovedItem | undefined, field: string) =>
  item?.findings.find((finding) => finding.field === field);

/** The one client of the files, with its metadata as a registration would take it. */
async function client(files: Readonly<Record<string, string>>, given?: Given) {
  const item = (await read(files, given)).find(({ kind }) => kind === 'client');
  assert.ok(item);
  const { record } = item;
  const moved = record?.kind === 'client' ? record : undefined;
  return { item, moved, metadata: moved && parseClientMetadata(moved.metadata) };
}

const withPem = (oauth: Text = {}, provider: Text = {}) => xml(oauth, { Certificate: PEM, ...provider });

const unreadable = (files: Readonly<Record<string, string | Uint8Array>>, message: RegExp, given?: Given) =>
  assert.rejects(read(files, given), (error: unknown) => {
    assert.ok(error instanceof UnreadableSource, String(error));
    assert.match(error.message, message);
    assert.ok(!error.message.includes(SECRET), 'no secret in an error');
    return true;
  });

describe('documents', () => {
  test('XML has no document type, no entities of its own, and nests within reason', async () => {
    const doctype = '<!DOCTYPE ServiceProvider [<!ENTITY x SYSTEM "file:///etc/passwd">]>';
    await unreadable(
      { 'a.xml': `${doctype}${xml({}).replace('<?xml version="1.0"?>', '')}` },
      /document type/,
    );
    await unreadable({ 'a.xml': xml({ applicationName: '&x;' }) }, /a\.xml: is not XML/);
    await unreadable({ 'a.xml': `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}` }, /nests too deep/);
    const inner = `<InboundAuthType>oauth2</InboundAuthType><inboundConfiguration><![CDATA[<!DOCTYPE oAuthAppDO><oAuthAppDO/>]]></inboundConfiguration>`;
    await unreadable(
      {
        'a.xml': `<ServiceProvider><InboundAuthenticationConfig><InboundAuthenticationRequestConfigs><InboundAuthenticationRequestConfig>${inner}</InboundAuthenticationRequestConfig></InboundAuthenticationRequestConfigs></InboundAuthenticationConfig></ServiceProvider>`,
      },
      /inboundConfiguration: has a document type/,
    );
  });

  test('a broken file is named, and nothing that stands in it', async () => {
    await unreadable({ 'a.xml': xml().slice(0, -30) }, /a\.xml: is not XML/);
    await unreadable({ 'a.json': JSON.stringify(json()).slice(0, -2) }, /a\.json: is not JSON/);
    await unreadable({ 'a.yml': `applicationName: [${SECRET}` }, /a\.yml, line \d+, column \d+: is not YAML/);
    await unreadable({ 'a.xml': Buffer.from([0x3c, 0xe9, 0x3e]) }, /a\.xml: is not UTF-8/);
    await unreadable(
      { 'deployment.toml': `[a\npassword = "${SECRET}"` },
      /deployment\.toml, line 1.*is not TOML/,
    );
    await unreadable(
      { 'users.csv': `UM_USER_NAME,UM_USER_PASSWORD\na,"${SECRET}` },
      /users\.csv, line \d+: a quotation mark is not closed/,
    );
    await unreadable(
      { 'users.csv': `UM_USER_NAME,UM_USER_PASSWORD\na,b,${SECRET}` },
      /users\.csv, line 2: .*number of values/,
    );
  });

  test('YAML knows the two tags of exports, and refuses each other one and every alias', async () => {
    const provider = '!!org.wso2.carbon.identity.application.common.model.ServiceProvider';
    const oauth = '!!org.wso2.carbon.identity.oauth.dao.OAuthAppDO';
    const yaml = (tag: string) =>
      `${tag}\nclaimConfig: {localClaimDialect: true}\ninboundAuthenticationConfig:\n  inboundAuthenticationRequestConfigs:\n  - inboundConfigurationProtocol: ${oauth}\n      grantTypes: 'client_credentials '\n      oauthConsumerSecret: 0o17\n      oauthConsumerKey: 1234567890123456789012\n      idTokenSignatureAlgorithm: null\n    inboundAuthType: oauth2\napplicationName: gauge\n`;
    const { moved } = await client({ 'a.yml': yaml(provider) });
    assert.equal(moved?.client_id, '1234567890123456789012', 'digits stay text');
    assert.deepEqual(moved?.secret, { form: 'text', value: '0o17' });
    for (const tag of ['!!javax.script.ScriptEngineManager', '!!java.net.URL', '!own', '!!set']) {
      await unreadable(
        { 'a.yml': yaml(tag) },
        /a\.yml, line 1, column 1: has a tag other than those of org\.wso2/,
      );
    }
    await unreadable({ 'a.yml': 'a: &x [1]\nb: *x' }, /anchors and aliases/);
    await unreadable({ 'a.yml': 'a: 1\na: 2' }, /is not YAML/);
  });

  test('a field that has one value has one', async () => {
    const certificate = `<Certificate>${PEM}</Certificate>`;
    const certified = withPem().replace(certificate, certificate.repeat(2));
    await unreadable({ 'a.xml': certified }, /has Certificate 2 times/);
    const twice = withPem().replace(
      '<oauthConsumerKey>',
      '<oauthConsumerKey>other</oauthConsumerKey><oauthConsumerKey>',
    );
    await unreadable({ 'a.xml': twice }, /has oauthConsumerKey 2 times/);
    const two = xml(
      {},
      {},
      '<InboundAuthenticationRequestConfig><InboundAuthType>oauth2</InboundAuthType></InboundAuthenticationRequestConfig>',
    );
    await unreadable({ 'a.xml': two }, /has 2 OAuth applications/);
  });

  test('every other file is named and left aside', async () => {
    const items = await read({
      'client-truststore.jks': 'x',
      'readme.md': 'x',
      'other.json': '{"a": 1}',
      'other.xml': '<beans/>',
      'other.csv': 'a,b\n1,2\n',
      'IdentityProviders/google.yml':
        '!!org.wso2.carbon.identity.application.common.model.IdentityProvider\na: 1',
    });
    assert.deepEqual(
      items.map(({ kind, name, record }) => [kind, name, record]),
      [
        'IdentityProviders/google.yml',
        'client-truststore.jks',
        'other.csv',
        'other.json',
        'other.xml',
        'readme.md',
      ].map((name) => ['server', name, undefined]),
    );
    assert.match(findingOf(items[1], 'client-truststore.jks')?.why ?? '', /--trust/);
  });

  test('one client in several files is taken from the one that says most', async () => {
    const items = await read({
      'a.xml': withPem({ oauthConsumerSecret: '' }),
      'b.json': JSON.stringify(json({}, { certificateContent: PEM })),
      'c.xml': withPem({ oauthConsumerSecret: '' }),
    });
    assert.equal(items.length, 1);
    assert.match(findingOf(items[0], 'file')?.why ?? '', /a.xml, c.xml as well; b.json is taken/);
  });

  test('keywords of iamctl are refused until they are filled, and its mask is no secret', async () => {
    const files = {
      'Applications/a.xml': xml(
        { oauthConsumerSecret: '********' },
        { JwksUri: 'https://{{HOST}}/jwks.json' },
      ),
    };
    const { item, moved } = await client(files);
    assert.equal(moved, undefined);
    assert.deepEqual(
      item.findings.map(({ field, outcome }) => [field, outcome]),
      [['JwksUri', 'asked']],
    );
    assert.match(item.findings[0]?.why ?? '', /--set HOST=/);
    const inherited = { 'a.xml': xml({}, { JwksUri: 'https://{{constructor}}/jwks.json' }) };
    assert.match((await client(inherited)).item.findings[0]?.why ?? '', /--set constructor=/);
    const known = await client(files, { settings: { HOST: 'gauge.example' } });
    assert.equal(known.metadata?.jwks_uri, 'https://gauge.example/jwks.json');
    assert.equal(known.moved?.secret, undefined);
  });

  test('what the table does not know is named, whatever form it stands in', async () => {
    const other = await client({
      'a.xml': withPem({ brandNewSwitch: 'true', quiet: 'false' }, { TrustedApp: 'x' }),
    });
    assert.equal(findingOf(other.item, 'brandNewSwitch')?.outcome, 'lost');
    assert.equal(findingOf(other.item, 'TrustedApp')?.outcome, 'lost');
    assert.equal(findingOf(other.item, 'quiet'), undefined);
    assert.equal(findingOf(other.item, 'idTokenEncryptionAlgorithm'), undefined, 'null as text is nothing');
  });

  test('protocols that every export has are not warned of, others are', async () => {
    const config = (type: string) =>
      `<InboundAuthenticationRequestConfig><InboundAuthKey>gauge</InboundAuthKey><InboundAuthType>${type}</InboundAuthType></InboundAuthenticationRequestConfig>`;
    const { item } = await client({
      'a.xml': xml({}, {}, ['passivests', 'openid', 'samlsso'].map(config).join('')),
    });
    const named = item.findings.filter(({ field }) => field.startsWith('inboundAuthenticationConfig'));
    assert.deepEqual(
      named.map(({ field, outcome }) => [field, outcome]),
      [['inboundAuthenticationConfig samlsso', 'lost']],
    );
  });
});

describe('how a client proves itself', () => {
  const chosen = (answer: ClientAnswer): Given => ({ clients: { [KEY]: answer } });

  test('a certificate in any of the writings that WSO2 takes is that very certificate', async () => {
    const bare = Buffer.from(own.der).toString('base64');
    for (const written of [
      PEM,
      PEM.replaceAll('\n', '&#13;\n'),
      PEM.replaceAll('\n', ''),
      bare,
      Buffer.from(PEM).toString('base64'),
    ]) {
      const { metadata } = await client({ 'a.xml': xml({}, { Certificate: written }) });
      assert.equal(metadata?.token_endpoint_auth_method, 'self_signed_tls_client_auth');
      assert.deepEqual(metadata?.certificates, [PEM], written.slice(0, 40));
    }
    const { item, moved } = await client({ 'a.xml': xml({}, { Certificate: 'AAAA' }) });
    assert.equal(moved, undefined);
    assert.equal(findingOf(item, 'tokenEndpointAuthMethod')?.outcome, 'asked');
  });

  test('tls_client_auth is WSO2’s name for certificates, never PKI by the name', async () => {
    const dn = 'CN=gauge, OU=Quay 4, O=Dockside, C=PT';
    const files = {
      'a.xml': withPem({ tokenEndpointAuthMethod: 'tls_client_auth', tlsClientAuthSubjectDN: dn }),
    };
    const { metadata, item } = await client(files);
    assert.equal(metadata?.token_endpoint_auth_method, 'self_signed_tls_client_auth');
    assert.equal(metadata?.tls_client_auth_subject_dn, undefined);
    assert.match(findingOf(item, 'tokenEndpointAuthMethod')?.why ?? '', /tls_client_auth with an authority/);

    const byName = chosen({ token_endpoint_auth_method: 'tls_client_auth', authority: 'Dockside-CA' });
    assert.equal((await client(files, byName)).moved, undefined, 'an authority that was not given');
    const given = {
      ...byName,
      certificates: [{ alias: 'dockside-ca', der: authority.der, isAuthority: false }],
    };
    const known = await client(files, given);
    assert.equal(known.metadata?.tls_client_auth_subject_dn, 'CN=gauge,OU=Quay 4,O=Dockside,C=PT');
    assert.deepEqual(known.metadata?.trust_anchors, [certificateToPem(authority)]);
    assert.deepEqual(known.metadata?.certificates, []);
    for (const named of [
      authority.thumbprint,
      Buffer.from(authority.thumbprint, 'base64url').toString('hex').toUpperCase(),
    ]) {
      const answer = chosen({ token_endpoint_auth_method: 'tls_client_auth', authority: named });
      assert.ok((await client(files, { ...given, ...answer })).moved, named);
    }
    const namesake = { alias: 'DOCKSIDE-CA', der: own.der, isAuthority: false };
    const ambiguous = await client(files, { ...given, certificates: [...given.certificates, namesake] });
    assert.equal(ambiguous.moved, undefined, 'two certificates of the alias');
    assert.match(findingOf(ambiguous.item, 'tokenEndpointAuthMethod')?.why ?? '', /is several of/);
    const unnamed = chosen({ token_endpoint_auth_method: 'tls_client_auth' });
    assert.equal(
      findingOf((await client(files, { ...given, ...unnamed })).item, 'tokenEndpointAuthMethod')?.ours,
      'authority',
    );
  });

  test('a subject DN that is not the certificate’s lets nobody in, as there', async () => {
    const other = withPem({ tlsClientAuthSubjectDN: 'CN=other, O=Dockside, C=PT' });
    assert.equal((await client({ 'a.xml': other })).moved, undefined);
    for (const same of [
      'C=PT,O=Dockside,OU=Quay 4,CN=gauge',
      'OID.2.5.4.3=gauge, OU=Quay 4, O=Dockside, C=PT',
    ]) {
      assert.ok((await client({ 'a.xml': withPem({ tlsClientAuthSubjectDN: same }) })).moved, same);
    }
  });

  test('the operator chooses the secret; one that is not there is asked for where it is needed alone', async () => {
    const { moved, item } = await client({ 'a.xml': withPem() });
    assert.equal(moved?.metadata.token_endpoint_auth_method, 'self_signed_tls_client_auth');
    assert.equal(findingOf(item, 'oauthConsumerSecret')?.outcome, 'lost');
    const bySecret = await client(
      { 'a.xml': withPem() },
      chosen({ token_endpoint_auth_method: 'client_secret_basic' }),
    );
    assert.deepEqual(bySecret.moved?.secret, { form: 'text', value: SECRET });
    const without = await client({ 'a.xml': xml({ oauthConsumerSecret: '' }) });
    assert.equal(without.metadata?.token_endpoint_auth_method, 'client_secret_basic');
    assert.equal(without.moved?.secret, undefined, 'nobody invents one');
    const answered = await client(
      { 'a.xml': xml({ oauthConsumerSecret: '' }) },
      chosen({ client_secret: 'told' }),
    );
    assert.deepEqual(answered.moved?.secret, { form: 'text', value: 'told' });
  });

  test('public clients, keys that sign, and methods that nobody knows', async () => {
    const open = await client({ 'a.xml': xml({ bypassClientCredentials: 'true' }) });
    assert.equal(open.metadata?.token_endpoint_auth_method, 'none');
    assert.ok(!open.metadata?.grant_types.includes('client_credentials'));
    assert.match(findingOf(open.item, 'grantTypes')?.why ?? '', /client_credentials \(the client is public/);
    const signs = await client({ 'a.xml': withPem({ tokenEndpointAuthMethod: 'private_key_jwt' }) });
    assert.equal(signs.metadata?.jwks?.keys.length, 1);
    const objects = await client({ 'a.xml': withPem({ requestObjectSignatureValidationEnabled: 'true' }) });
    assert.equal(objects.metadata?.token_endpoint_auth_method, 'self_signed_tls_client_auth');
    assert.equal(objects.metadata?.jwks?.keys.length, 1);
    for (const oauth of [
      { tokenEndpointAuthMethod: 'tls_client_auth' },
      { tokenEndpointAuthMethod: 'of_our_own' },
    ]) {
      const { moved, item } = await client({ 'a.xml': xml(oauth) });
      assert.equal(moved, undefined);
      assert.equal(findingOf(item, 'tokenEndpointAuthMethod')?.outcome, 'asked');
    }
  });
});

describe('the rest of a client', () => {
  test('callbacks that cannot be taken cost the grant that needs them, and no other', async () => {
    const many = 'regexp=https://[a-z]+\\.gauge\\.example/cb';
    const { metadata, item } = await client({ 'a.xml': withPem({ callbackUrl: many }) });
    assert.deepEqual(metadata?.grant_types, ['client_credentials']);
    assert.equal(findingOf(item, 'callbackUrl')?.outcome, 'asked');
    const uri = 'https://north.gauge.example/cb';
    const narrowed = await client(
      { 'a.xml': withPem({ callbackUrl: many }) },
      { clients: { [KEY]: { redirect_uris: [uri] } } },
    );
    assert.deepEqual(narrowed.metadata?.redirect_uris, [uri]);
    assert.deepEqual(narrowed.metadata?.grant_types, [
      'client_credentials',
      'authorization_code',
      'refresh_token',
    ]);
    const only = await client({ 'a.xml': withPem({ callbackUrl: many, grantTypes: 'authorization_code' }) });
    assert.equal(only.moved, undefined, 'nothing would be left of it');
  });

  test('plain http to another machine is asked about, and taken where it is accepted by name', async () => {
    const uri = 'http://gauge.dockside.example:8080/cb';
    const files = { 'a.xml': withPem({ callbackUrl: uri }) };
    const { metadata, item } = await client(files);
    assert.deepEqual(metadata?.redirect_uris, []);
    assert.match(findingOf(item, 'callbackUrl')?.why ?? '', /accept_redirect_uris/);
    const accepted = await client(files, { clients: { [KEY]: { accept_redirect_uris: [uri] } } });
    assert.deepEqual(accepted.metadata?.redirect_uris, [uri]);
    assert.deepEqual(accepted.metadata?.plain_http_redirect_uris, [uri]);
    const other = await client(files, { clients: { [KEY]: { accept_redirect_uris: [`${uri}/x`] } } });
    assert.deepEqual(other.metadata?.redirect_uris, []);
  });

  test('lifetimes: both kinds of token, without an end, and longer than any', async () => {
    const { metadata, item } = await client({
      'a.xml': withPem({
        userAccessTokenExpiryTime: '900',
        applicationAccessTokenExpiryTime: '600',
        refreshTokenExpiryTime: '-1',
        renewRefreshTokenEnabled: 'false',
        idTokenExpiryTime: '99999999',
      }),
    });
    assert.equal(metadata?.access_token_lifetime, 900);
    assert.equal(metadata?.client_credentials_token_lifetime, 600);
    assert.equal(metadata?.refresh_token_lifetime, 3650 * 86_400);
    assert.equal(metadata?.id_token_lifetime, 30 * 86_400);
    assert.equal(findingOf(item, 'idTokenExpiryTime')?.outcome, 'changed');
    const equal = await client({
      'a.xml': withPem({ userAccessTokenExpiryTime: '60', applicationAccessTokenExpiryTime: '60' }),
    });
    assert.equal(equal.metadata?.client_credentials_token_lifetime, undefined);
  });

  test('switches of both levels mean the same here', async () => {
    const { metadata, moved, item } = await client({
      'a.json': JSON.stringify(
        json(
          {
            pkceMandatory: true,
            pkceSupportPlain: true,
            tokenType: 'Default',
            tokenBindingType: 'certificate',
            requirePushedAuthorizationRequests: true,
            idTokenSignatureAlgorithm: 'PS256',
            backChannelLogoutUrl: 'https://gauge.example/out',
            frontchannelLogoutUrl: 'https://gauge.example/front',
            hybridFlowEnabled: true,
            hybridFlowResponseType: 'code id_token,code token',
            state: 'REVOKED',
            audiences: ['https://levels.example'],
            accessTokenClaims: ['email'],
          },
          {
            certificateContent: PEM,
            localAndOutBoundAuthenticationConfig: { skipConsent: true, enableAuthorization: true },
            saasApp: true,
            apibasedAuthenticationEnabled: true,
          },
        ),
      ),
    });
    assert.ok(metadata && moved);
    assert.equal(moved.enabled, false);
    const { require_pkce, access_token_type, skip_consent, response_types } = metadata;
    assert.deepEqual(
      { require_pkce, access_token_type, skip_consent, response_types },
      {
        require_pkce: true,
        access_token_type: 'reference',
        skip_consent: true,
        response_types: ['code', 'code id_token'],
      },
    );
    assert.equal(metadata.tls_client_certificate_bound_access_tokens, true);
    assert.equal(metadata.require_pushed_authorization_requests, true);
    assert.equal(metadata.id_token_signed_response_alg, 'PS256');
    assert.equal(metadata.backchannel_logout_uri, 'https://gauge.example/out');
    for (const lost of [
      'pkceSupportPlain',
      'frontchannelLogoutUrl',
      'audiences',
      'accessTokenClaims',
      'saasApp',
      'apibasedAuthenticationEnabled',
      'localAndOutBoundAuthenticationConfig.enableAuthorization',
      'hybridFlowResponseType',
    ]) {
      assert.equal(findingOf(item, lost)?.outcome, 'lost', lost);
    }
  });

  test('encryption comes over where it is on and known', async () => {
    const on = {
      idTokenEncryptionEnabled: 'true',
      idTokenEncryptionAlgorithm: 'ECDH-ES',
      idTokenEncryptionMethod: 'A256GCM',
    };
    const { metadata } = await client({ 'a.xml': withPem(on) });
    assert.equal(metadata?.id_token_encrypted_response_alg, 'ECDH-ES');
    assert.equal(metadata?.id_token_encrypted_response_enc, 'A256GCM');
    const old = await client({
      'a.xml': withPem({ ...on, idTokenEncryptionAlgorithm: 'RSA1_5' }),
    });
    assert.equal(findingOf(old.item, 'idTokenEncryptionAlgorithm')?.outcome, 'lost');
    assert.equal(old.metadata?.id_token_encrypted_response_alg, undefined);
  });

  test('scopes are those of OpenID Connect and those that were said', async () => {
    const { metadata } = await client(
      { 'a.xml': withPem() },
      { settings: { scope: 'levels:read,levels:write' } },
    );
    assert.equal(
      metadata?.scope,
      'openid profile email address phone offline_access levels:read levels:write',
    );
    const service = await client({ 'a.xml': withPem({ grantTypes: 'client_credentials' }) });
    assert.equal(service.metadata?.scope, '');
  });

  test('OAuth 1.0a, and grants of others alone, do not come over', async () => {
    assert.equal((await client({ 'a.xml': withPem({ oauthVersion: 'OAuth-1.0a' }) })).moved, undefined);
    const { moved, item } = await client({ 'a.xml': withPem({ grantTypes: 'iwa:ntlm implicit' }) });
    assert.equal(moved, undefined);
    assert.match(findingOf(item, 'grantTypes')?.why ?? '', /iwa:ntlm \(.*implicit \(/);
  });

  test('the two documents of the REST API are one client, by client_id or by their names', async () => {
    const application = {
      name: 'gauge',
      advancedConfigurations: { certificate: { type: 'PEM', value: PEM } },
      inboundProtocols: [{ type: 'oauth2' }, { type: 'samlsso' }],
    };
    const protocol = {
      clientId: KEY,
      clientSecret: SECRET,
      grantTypes: ['client_credentials'],
      callbackURLs: [],
      accessToken: { bindingType: 'certificate' },
    };
    const byName = await client({
      'gauge.json': JSON.stringify(application),
      'gauge-oidc.json': JSON.stringify(protocol),
    });
    assert.deepEqual(byName.metadata?.certificates, [PEM]);
    assert.equal(byName.metadata?.tls_client_certificate_bound_access_tokens, true);
    assert.equal(findingOf(byName.item, 'inboundAuthenticationConfig samlsso')?.outcome, 'lost');
    const byId = await client({
      'x.json': JSON.stringify({ ...application, clientId: KEY }),
      'y.json': JSON.stringify(protocol),
    });
    assert.deepEqual(byId.metadata?.certificates, [PEM]);
    const alone = await client({ 'gauge.json': JSON.stringify(application) });
    assert.equal(alone.moved, undefined);
  });
});
