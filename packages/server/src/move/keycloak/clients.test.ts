import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { createIdentity } from '../../../test/client-identity.ts';
import { jsonFile, type ReadItems, type ReadOptions, readItems } from '../../../test/read-items.ts';
import { parseClientMetadata } from '../../client/client-registration.ts';
import { MovedRecord } from '../record.ts';
import { CLIENT_ATTRIBUTES } from './fields.ts';
import { keycloak } from './keycloak.ts';

/** Clients of a realm, each with what it says beside its name. */
const read = (
  clients: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  { realm = {}, ...options }: ReadOptions & { readonly realm?: Readonly<Record<string, unknown>> } = {},
): Promise<ReadItems> =>
  readItems(
    keycloak,
    [
      jsonFile('yard-realm.json', {
        realm: 'yard',
        clients: Object.entries(clients).map(([clientId, members]) => ({ clientId, ...members })),
        ...realm,
      }),
    ],
    options,
  );

const outcomes = (items: ReadItems, name: string, field: string): readonly string[] =>
  items.told(name, field).map(({ outcome }) => outcome);

test('clients of Keycloak itself are left out, and named once', async () => {
  const items = await read({
    account: { publicClient: true },
    'security-admin-console': {},
    'master-realm': { attributes: { realm_client: 'true' } },
    own: { serviceAccountsEnabled: true, secret: 's' },
  });
  assert.deepEqual(
    items.records('client').map(({ client_id }) => client_id),
    ['own'],
  );
  const [told] = items.told('yard', 'clients');
  assert.match(told?.why ?? '', /^"account", "security-admin-console", "master-realm": left out/);
});

test('publicClient decides who proves itself by nothing, whatever else is written', async () => {
  const items = await read({
    spa: {
      publicClient: true,
      clientAuthenticatorType: 'client-secret',
      secret: 'left behind',
      standardFlowEnabled: true,
      serviceAccountsEnabled: true,
      redirectUris: ['https://spa.example/cb'],
    },
  });
  const { metadata, secret } = items.client('spa');
  assert.equal(metadata.token_endpoint_auth_method, 'none');
  assert.deepEqual(metadata.grant_types, ['authorization_code', 'refresh_token']);
  assert.equal(secret, undefined);
  assert.deepEqual(outcomes(items, 'spa', 'attributes.pkce.code.challenge.method'), ['changed']);
});

test('a secret is kept to the character, and is a credential of those alone that use one', async () => {
  const odd = ' päss:%+&=wörd ';
  const keys = { 'use.jwks.url': 'true', 'jwks.url': 'https://c.example/jwks.json' };
  const items = await read({
    'bäsic id:1': { secret: odd, serviceAccountsEnabled: true },
    hmac: { clientAuthenticatorType: 'client-secret-jwt', secret: odd, serviceAccountsEnabled: true },
    assertion: { clientAuthenticatorType: 'client-jwt', secret: odd, attributes: keys },
    x509: { clientAuthenticatorType: 'client-x509', secret: odd, attributes: { 'x509.subjectdn': 'CN=x' } },
    strange: { clientAuthenticatorType: 'a-plug-in', secret: odd },
  });
  for (const client_id of ['bäsic id:1', 'hmac']) {
    assert.deepEqual(items.client(client_id).secret, { form: 'text', value: odd });
    assert.equal(items.client(client_id).client_id, client_id);
  }
  for (const client_id of ['assertion', 'x509']) {
    assert.equal(items.client(client_id).secret, undefined);
    assert.deepEqual(outcomes(items, client_id, 'secret'), ['lost']);
  }
  assert.equal(items.item('client', 'strange').record, undefined);
  const told = JSON.stringify(items.all.map(({ findings }) => findings));
  assert.ok(!told.includes('wörd'), 'no finding has a secret');
});

test('a masked or missing secret is asked for where the method needs one, and nowhere else', async () => {
  const clients = {
    masked: { secret: '**********', serviceAccountsEnabled: true },
    missing: { serviceAccountsEnabled: true },
    x509: {
      clientAuthenticatorType: 'client-x509',
      secret: '**********',
      attributes: { 'x509.subjectdn': 'CN=x' },
    },
  };
  const items = await read(clients);
  for (const name of ['masked', 'missing']) {
    assert.deepEqual(outcomes(items, name, 'secret'), ['asked']);
    assert.equal(items.client(name).secret, undefined);
  }
  assert.deepEqual(outcomes(items, 'x509', 'secret'), ['lost']);
  const answered = await read(clients, { clients: { masked: { client_secret: 'x' } } });
  assert.deepEqual(answered.client('masked').secret, { form: 'text', value: 'x' });
});

test('a certificate client has one subject and the authority of its name, as a certificate', async () => {
  const [first, namesake, other] = await Promise.all(
    ['CN=Yard CA,O=Yard', 'CN=Yard CA,O=Yard', 'CN=Other CA,O=Yard'].map((subject) =>
      createIdentity(subject, { usage: 'ca' }),
    ),
  );
  assert.ok(first && namesake && other);
  const given = (alias: string, { certificate }: typeof first) => ({
    alias,
    der: certificate.der,
    isAuthority: false,
  });
  const x509 = (attributes: Readonly<Record<string, string>>) => ({
    clientAuthenticatorType: 'client-x509',
    serviceAccountsEnabled: true,
    attributes,
  });
  const named = x509({ 'x509.subjectdn': 'CN=crane,O=Yard', 'x509.casubjectdn': 'O=Yard, CN=Yard CA' });
  const clients = {
    named,
    unnamed: x509({ 'x509.subjectdn': 'CN=crane,O=Yard' }),
    one: x509({ 'x509.subjectdn': 'CN=crane\\.1, O=Yard', 'x509.allow.regex.pattern.comparison': 'true' }),
    several: x509({
      'x509.subjectdn': 'CN=crane-[0-9]+, O=Yard',
      'x509.allow.regex.pattern.comparison': 'true',
    }),
    subjectless: x509({}),
    nonsense: x509({ 'x509.subjectdn': 'no name at all' }),
  };
  const items = await read(clients, { certificates: [given('yard', first), given('other', other)] });
  assert.deepEqual(items.client('named').metadata.trust_anchors, [first.pem]);
  assert.equal(items.client('named').metadata.tls_client_auth_subject_dn, 'CN=crane,O=Yard');
  assert.equal(items.client('unnamed').metadata.trust_anchors, undefined);
  assert.equal(items.client('one').metadata.tls_client_auth_subject_dn, 'CN=crane.1, O=Yard');
  for (const name of ['several', 'subjectless', 'nonsense']) {
    assert.equal(items.item('client', name).record, undefined, name);
    assert.ok(
      items.told(name).some(({ outcome }) => outcome === 'asked'),
      name,
    );
  }

  const nobody = await read({ named });
  assert.equal(nobody.item('client', 'named').record, undefined, 'its authority was not given');
  const both = [given('yard', first), given('yard-2', namesake)];
  const ambiguous = await read({ named }, { certificates: both });
  assert.equal(ambiguous.item('client', 'named').record, undefined, 'two authorities have one name');
  for (const authority of [
    'yard-2',
    'YARD-2',
    namesake.thumbprint,
    thumbprintInHex(namesake.certificate.der),
  ]) {
    const chosen = await read({ named }, { certificates: both, clients: { named: { authority } } });
    assert.deepEqual(chosen.client('named').metadata.trust_anchors, [namesake.pem], authority);
  }
  const wrong = await read({ named }, { certificates: both, clients: { named: { authority: 'nobody' } } });
  assert.equal(wrong.item('client', 'named').record, undefined);
  const answered = await read(clients, {
    clients: { several: { tls_client_auth_subject_dn: 'CN=crane-7,O=Yard' } },
    certificates: both,
  });
  assert.equal(answered.client('several').metadata.tls_client_auth_subject_dn, 'CN=crane-7,O=Yard');
});

const thumbprintInHex = (der: Uint8Array): string =>
  (createHash('sha256').update(der).digest('hex').toUpperCase().match(/../g) ?? []).join(':');

test('public keys come from where Keycloak takes them, with the kid that it gives them', async () => {
  const { certificate, privateKey } = await createIdentity('CN=keeper');
  const spki = certificate.x509.publicKey.export({ type: 'spki', format: 'der' });
  const kid = createHash('sha256').update(spki).digest('base64url');
  const der = Buffer.from(certificate.der).toString('base64');
  const jwks = { keys: [{ ...certificate.x509.publicKey.export({ format: 'jwk' }), kid: 'own' }] };
  const client = (attributes: Readonly<Record<string, string>>) => ({
    clientAuthenticatorType: 'client-jwt',
    serviceAccountsEnabled: true,
    attributes,
  });
  const stored = { 'jwt.credential.certificate': der };
  const items = await read({
    stored: client(stored),
    named: client({ ...stored, 'jwt.credential.kid': 'k1' }),
    key: client({ 'jwt.credential.public.key': spki.toString('base64') }),
    written: client({ ...stored, 'use.jwks.string': 'true', 'jwks.string': JSON.stringify(jwks) }),
    address: client({ ...stored, 'use.jwks.url': 'true', 'jwks.url': 'https://keeper.example/jwks' }),
    unused: client({ ...stored, 'use.jwks.url': 'false', 'jwks.url': 'https://keeper.example/jwks' }),
    none: client({}),
    broken: client({ 'jwt.credential.certificate': 'MII!' }),
    private: client({
      'use.jwks.string': 'true',
      'jwks.string': JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] }),
    }),
  });
  const { crv, x, y } = certificate.x509.publicKey.export({ format: 'jwk' });
  const expected = { kty: 'EC', crv, x, y, kid, use: 'sig' };
  assert.deepEqual(items.client('stored').metadata.jwks, { keys: [{ ...expected, x5c: [der] }] });
  assert.deepEqual(items.client('named').metadata.jwks, { keys: [{ ...expected, kid: 'k1', x5c: [der] }] });
  assert.deepEqual(items.client('key').metadata.jwks, { keys: [expected] });
  assert.deepEqual(items.client('written').metadata.jwks, jwks);
  assert.equal(items.client('address').metadata.jwks_uri, 'https://keeper.example/jwks');
  assert.deepEqual(items.client('unused').metadata.jwks, { keys: [{ ...expected, x5c: [der] }] });
  for (const name of ['none', 'broken']) assert.equal(items.item('client', name).record, undefined, name);
  assert.throws(() => parseClientMetadata(items.client('private').metadata), /private/);
});

test('addresses stand where Keycloak would find them; what cannot be registered is asked for', async () => {
  const web = {
    secret: 's',
    standardFlowEnabled: true,
    rootUrl: 'https://shop.example/',
    baseUrl: '/home',
    redirectUris: [
      '/cb',
      'https://shop.example/*',
      'https://other.example/cb',
      'http://plain.example/cb',
      '/cb',
    ],
    webOrigins: ['+', 'https://more.example', '*', 'https://more.example/path'],
    attributes: {
      'post.logout.redirect.uris': '+##/bye##https://shop.example/bye/*',
      logoUri: 'javascript:alert(1)',
    },
  };
  const items = await read({ web });
  const { metadata } = items.client('web');
  assert.deepEqual(metadata.redirect_uris, ['https://shop.example/cb', 'https://other.example/cb']);
  assert.deepEqual(metadata.allowed_cors_origins, [
    'https://shop.example',
    'https://other.example',
    'https://more.example',
  ]);
  assert.deepEqual(metadata.post_logout_redirect_uris, [
    'https://shop.example/cb',
    'https://other.example/cb',
    'https://shop.example/bye',
  ]);
  assert.equal(metadata.client_uri, 'https://shop.example/home');
  assert.equal(metadata.logo_uri, undefined);
  assert.deepEqual(outcomes(items, 'web', 'redirectUris'), ['asked', 'asked', 'same']);
  assert.deepEqual(outcomes(items, 'web', 'webOrigins'), ['lost', 'lost', 'same']);

  const narrowed = await read({ web }, { clients: { web: { redirect_uris: ['https://shop.example/a'] } } });
  assert.deepEqual(narrowed.client('web').metadata.redirect_uris, ['https://shop.example/a']);
  const accepted = await read(
    { web },
    { clients: { web: { accept_redirect_uris: ['http://plain.example/cb', 'https://shop.example/*'] } } },
  );
  const { redirect_uris, plain_http_redirect_uris } = accepted.client('web').metadata;
  assert.deepEqual(plain_http_redirect_uris, ['http://plain.example/cb']);
  assert.deepEqual(redirect_uris, [
    'https://shop.example/cb',
    'https://other.example/cb',
    'http://plain.example/cb',
  ]);
  parseClientMetadata(accepted.client('web').metadata);
});

test('an address that is plain http under rootUrl, or after signing out, can be accepted as it is once resolved', async () => {
  const plain = {
    secret: 's',
    standardFlowEnabled: true,
    rootUrl: 'http://plain.example',
    redirectUris: ['/cb', 'http://plain.example/cb', 'https://plain.example/cb'],
    attributes: { 'post.logout.redirect.uris': '/bye##https://plain.example/bye' },
  };
  const refused = await read({ plain });
  for (const field of ['redirectUris', 'attributes.post.logout.redirect.uris']) {
    const [asked] = refused.told('plain', field);
    assert.equal(asked?.outcome, 'asked', field);
    assert.match(asked?.why ?? '', /answer .*accept_redirect_uris with this one/, field);
  }
  assert.deepEqual(refused.client('plain').metadata.post_logout_redirect_uris, ['https://plain.example/bye']);
  const accept_redirect_uris = ['http://plain.example/cb', 'http://plain.example/bye'];
  const { metadata } = (await read({ plain }, { clients: { plain: { accept_redirect_uris } } })).client(
    'plain',
  );
  assert.deepEqual(metadata.redirect_uris, ['https://plain.example/cb', 'http://plain.example/cb']);
  assert.deepEqual(metadata.post_logout_redirect_uris, [
    'https://plain.example/bye',
    'http://plain.example/bye',
  ]);
  assert.deepEqual(metadata.plain_http_redirect_uris, accept_redirect_uris);
  parseClientMetadata(metadata);
});

test('what could only be redirected by a wildcard is left out, unless it has another grant', async () => {
  const wild = { secret: 's', standardFlowEnabled: true, redirectUris: ['*', '/x'] };
  const items = await read({
    wild,
    also: { ...wild, directAccessGrantsEnabled: true },
    placeholder: { ...wild, rootUrl: `$${'{authBaseUrl}'}` },
  });
  assert.equal(items.item('client', 'wild').record, undefined);
  assert.equal(items.item('client', 'placeholder').record, undefined);
  assert.deepEqual(items.client('also').metadata.grant_types, ['password', 'refresh_token']);
  assert.deepEqual(outcomes(items, 'also', 'standardFlowEnabled'), ['asked']);
});

test('grants, and what each of them needs', async () => {
  const url = 'https://c.example/ping';
  const items = await read(
    {
      all: {
        secret: 's',
        standardFlowEnabled: true,
        implicitFlowEnabled: true,
        directAccessGrantsEnabled: true,
        serviceAccountsEnabled: true,
        consentRequired: true,
        redirectUris: ['https://c.example/cb'],
        attributes: {
          'oauth2.device.authorization.grant.enabled': 'true',
          'oidc.ciba.grant.enabled': 'true',
          'ciba.backchannel.token.delivery.mode': 'ping',
          'ciba.backchannel.client.notification.endpoint': url,
          'standard.token.exchange.enabled': 'true',
        },
      },
      push: {
        secret: 's',
        serviceAccountsEnabled: true,
        attributes: { 'oidc.ciba.grant.enabled': 'true', 'ciba.backchannel.token.delivery.mode': 'push' },
      },
      realms: { secret: 's', attributes: { 'oidc.ciba.grant.enabled': 'true' } },
      unrefreshed: {
        secret: 's',
        directAccessGrantsEnabled: true,
        attributes: { 'use.refresh.tokens': 'false' },
      },
      bearer: { secret: 's', bearerOnly: true },
    },
    { realm: { attributes: { cibaBackchannelTokenDeliveryMode: 'poll' } } },
  );
  const { metadata } = items.client('all');
  assert.deepEqual(metadata.grant_types, [
    'authorization_code',
    'password',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:openid:params:grant-type:ciba',
    'refresh_token',
    'client_credentials',
    'urn:ietf:params:oauth:grant-type:token-exchange',
  ]);
  assert.deepEqual(metadata.response_types, ['code', 'code id_token']);
  assert.equal(metadata.backchannel_client_notification_endpoint, url);
  assert.equal(metadata.skip_consent, false);
  assert.deepEqual(items.client('push').metadata.grant_types, ['client_credentials']);
  assert.equal(items.client('realms').metadata.backchannel_token_delivery_mode, 'poll');
  assert.deepEqual(items.client('unrefreshed').metadata.grant_types, ['password']);
  assert.deepEqual(items.client('bearer').metadata.grant_types, []);
  for (const { metadata: each } of items.records('client')) parseClientMetadata(each);
});

test('lifetimes, algorithms and encryption, as far as there are the same', async () => {
  const signsIn = { secret: 's', directAccessGrantsEnabled: true };
  const items = await read(
    {
      own: {
        ...signsIn,
        attributes: {
          'access.token.lifespan': '900',
          'client.session.idle.timeout': '1200',
          'client.session.max.lifespan': '0',
          'oauth2.device.authorization.grant.enabled': 'true',
          'oauth2.device.code.lifespan': '999999999',
          'id.token.signed.response.alg': 'PS512',
          'user.info.response.signature.alg': 'ES256',
          'id.token.encrypted.response.alg': 'RSA1_5',
          'id.token.encrypted.response.enc': 'A128GCM',
          'user.info.encrypted.response.alg': 'RSA-OAEP',
          'user.info.encrypted.response.enc': 'A192GCM',
          'jwks.url': 'https://c.example/jwks',
          'use.jwks.url': 'true',
          'pkce.code.challenge.method': 'plain',
          'default.acr.values': 'gold##silver',
        },
      },
      realms: signsIn,
      endless: { ...signsIn, attributes: { 'access.token.lifespan': '-1' } },
    },
    { realm: { accessTokenLifespan: 300, defaultSignatureAlgorithm: 'ES384' } },
  );
  const { metadata } = items.client('own');
  assert.equal(metadata.access_token_lifetime, 900);
  assert.equal(metadata.refresh_token_idle_lifetime, 1200);
  assert.equal(metadata.refresh_token_lifetime, undefined);
  assert.equal(metadata.device_code_lifetime, 3600);
  assert.equal(metadata.id_token_signed_response_alg, 'PS256');
  assert.equal(metadata.id_token_encrypted_response_alg, undefined);
  assert.equal(metadata.userinfo_encrypted_response_alg, 'RSA-OAEP');
  assert.equal(metadata.userinfo_encrypted_response_enc, undefined);
  assert.equal(metadata.require_pkce, true);
  assert.deepEqual(metadata.default_acr_values, ['gold', 'silver']);
  assert.deepEqual(outcomes(items, 'own', 'attributes.id.token.encrypted.response.alg'), ['lost']);
  assert.equal(items.client('realms').metadata.access_token_lifetime, 300);
  assert.equal(items.client('realms').metadata.id_token_signed_response_alg, 'ES256');
  assert.equal(items.client('endless').metadata.access_token_lifetime, 300);
  assert.deepEqual(outcomes(items, 'endless', 'attributes.access.token.lifespan'), ['lost']);
});

test('a scope of the admin API gives no client of Keycloak power here', async () => {
  const items = await read(
    {
      sly: {
        secret: 's',
        serviceAccountsEnabled: true,
        defaultClientScopes: ['admin:write', 'two words', 'ok'],
        optionalClientScopes: ['admin:read', 'saml'],
      },
    },
    {
      realm: {
        clientScopes: [
          ...['admin:write', 'admin:read', 'two words', 'ok'].map((name) => ({
            name,
            protocol: 'openid-connect',
          })),
          { name: 'saml', protocol: 'saml' },
        ],
      },
    },
  );
  assert.equal(items.client('sly').metadata.scope, 'ok');
  assert.equal(items.client('sly').metadata.default_scope, 'ok');
});

test('policies for clients give the profile that they name, as far as they can be judged', async () => {
  const policy = (name: string, condition: string, configuration: object, profiles: readonly string[]) => ({
    name,
    enabled: true,
    conditions: [{ condition, configuration }],
    profiles,
  });
  const items = await read(
    {
      bank: { secret: 's', serviceAccountsEnabled: true },
      app: { publicClient: true, directAccessGrantsEnabled: true },
    },
    {
      realm: {
        roles: { client: { bank: [{ name: 'strict' }] } },
        clientPolicies: {
          policies: [
            policy('confidential', 'client-access-type', { type: ['confidential'] }, ['fapi-1-advanced']),
            policy('strict', 'client-roles', { roles: ['strict'] }, ['fapi-2-security-profile']),
            policy('not these', 'client-access-type', { type: ['confidential'], 'is-negative-logic': true }, [
              'fapi-2-message-signing',
            ]),
            policy('by address', 'client-updater-source-host', {}, ['fapi-2-message-signing']),
            { ...policy('off', 'any-client', {}, ['fapi-2-message-signing']), enabled: false },
          ],
        },
      },
    },
  );
  assert.equal(items.client('bank').metadata.profile, 'fapi2-security');
  assert.equal(items.client('app').metadata.profile, 'fapi2-message-signing');
  assert.match(
    items
      .told('yard', 'clientPolicies')
      .map(({ why }) => why)
      .join(),
    /"by address"/,
  );
});

test('what nobody knows is kept as an attribute, unless it may be a secret', async () => {
  const items = await read({
    own: {
      secret: 's',
      description: 'Says what it is',
      serviceAccountsEnabled: true,
      attributes: {
        tier: 'gold',
        'vault.secret': 'x',
        'api.token': 'y',
        'saml.encrypt': 'true',
        off: 'false',
        'a b': '1',
        nothing: null,
      },
      login: 'new in some version',
    },
  });
  assert.deepEqual(items.client('own').metadata.attributes, { description: 'Says what it is', tier: 'gold' });
  for (const name of ['vault.secret', 'api.token', 'a b'])
    assert.deepEqual(outcomes(items, 'own', `attributes.${name}`), ['lost']);
  assert.deepEqual(outcomes(items, 'own', 'login'), ['lost']);
});

test('SAML and other protocols are left out by name', async () => {
  const items = await read({ saml: { protocol: 'saml' }, docker: { protocol: 'docker-v2' } });
  for (const name of ['saml', 'docker']) {
    assert.equal(items.item('client', name).record, undefined);
    assert.deepEqual(outcomes(items, name, 'protocol'), ['lost']);
  }
});

test('what registration refuses of ornaments is left out alone', async () => {
  const items = await read({
    own: {
      secret: 's',
      serviceAccountsEnabled: true,
      attributes: { 'request.uris': 'http://c.example/r', 'default.acr.values': 'x'.repeat(300) },
    },
  });
  assert.deepEqual(outcomes(items, 'own', 'request_uris'), ['lost']);
  assert.deepEqual(outcomes(items, 'own', 'default_acr_values'), ['lost']);
  parseClientMetadata(items.client('own').metadata);
});

test('no field of the table is told of wrongly: whatever a loss says, the client has nothing of it', async () => {
  // With realm_client the client would be Keycloak’s own.
  const names = Object.keys(CLIENT_ATTRIBUTES).filter((name) => name !== 'realm_client');
  const attributes = Object.fromEntries(names.map((name) => [name, 'true']));
  const items = await read({
    all: {
      adminUrl: 'https://c.example',
      authorizationServicesEnabled: true,
      frontchannelLogout: true,
      notBefore: 5,
      secret: 's',
      serviceAccountsEnabled: true,
      attributes,
    },
  });
  for (const [name, line] of Object.entries(CLIENT_ATTRIBUTES)) {
    const isTold = items.told('all', `attributes.${name}`).length > 0;
    if (line.outcome === 'lost') assert.equal(isTold, !('untold' in line), name);
  }
  for (const name of ['adminUrl', 'authorizationServicesEnabled', 'frontchannelLogout', 'notBefore']) {
    assert.deepEqual(outcomes(items, 'all', name), ['lost'], name);
  }
  for (const record of items.all.flatMap((item) => item.record ?? [])) MovedRecord.parse(record);
});
