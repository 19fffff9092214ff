import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../refusal/refusal.ts';
import { matchesRedirectPattern, metadataWithin, type RegistrationPolicy } from './registration-policy.ts';

const policy: RegistrationPolicy = {
  mode: 'token',
  require_software_statement: false,
  token_endpoint_auth_methods: ['tls_client_auth', 'client_secret_basic'],
  grant_types: ['authorization_code', 'client_credentials'],
  redirect_uri_patterns: [],
  scopes: ['openid', 'profile', 'accounts', 'admin:read'],
  trust_groups: ['partners', 'friends'],
  registration_access_token_rotation: 'always',
  registration_access_token_reuse_window: 30,
  max_requests_per_address: 60,
};

const redirect_uris = ['https://app.example/callback'];
const service = { client_name: 'a', grant_types: ['client_credentials'] };
const refused = (error: string, because: string) => (thrown: unknown) =>
  thrown instanceof Refusal && thrown.error === error && thrown.because === because;

test('many stars and a long URI cost no more than both their lengths', () => {
  const pattern = `https://${'*.'.repeat(20)}example/callback`;
  assert.ok(matchesRedirectPattern(pattern, `https://${'a.'.repeat(25)}example/callback`));
  // With backtracking this would not end within any test's time.
  assert.ok(!matchesRedirectPattern(pattern, `https://${'a.'.repeat(900)}example/callbac`));
});

test('a star stands for part of a host name or of one path segment and for nothing else', () => {
  const pattern = 'https://*.partner.example/apps/*/callback';
  assert.ok(matchesRedirectPattern(pattern, 'https://a.b.partner.example/apps/7/callback'));
  for (const uri of [
    'https://partner.example/apps/7/callback',
    'https://.partner.example/apps/7/callback',
    'https://evil.example/a.partner.example/apps/7/callback',
    'https://evil.example?.partner.example/apps/7/callback',
    'https://evil.example#.partner.example/apps/7/callback',
    'https://user@a.partner.example/apps/7/callback',
    'https://a.partner.example:8443/apps/7/callback',
    'https://a.partner.example/apps/7/8/callback',
    'https://a.partner.example/apps//callback',
    'https://a.partner.example/apps/7/callback?x',
    'https://a.partner.example/apps/7/callbackX',
    'xhttps://a.partner.example/apps/7/callback',
    'https://a.partner.example/apps/%2f/callback',
    'https://aXpartner.example/apps/7/callback',
  ]) {
    assert.equal(matchesRedirectPattern(pattern, uri), false, uri);
  }
});

test('what is left out means what RFC 7591 says, within the policy', () => {
  const { token_endpoint_auth_method, grant_types, scope, trust_group } = metadataWithin(
    { client_name: 'a', redirect_uris },
    policy,
  );
  assert.deepEqual(
    { token_endpoint_auth_method, grant_types, scope, trust_group },
    {
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code'],
      scope: 'openid profile',
      trust_group: undefined,
    },
  );
});

test('a client that authenticates by a certificate of an authority belongs to a trust group', () => {
  const subject = { ...service, tls_client_auth_san_dns: 'a.example' };
  assert.equal(metadataWithin(subject, policy).trust_group, 'partners');
  assert.equal(metadataWithin({ ...subject, trust_group: 'friends' }, policy).trust_group, 'friends');
  assert.throws(
    () => metadataWithin({ ...subject, trust_group: 'others' }, policy),
    refused('invalid_client_metadata', 'registration_policy_exceeded'),
  );
  const withoutGroups = { ...policy, trust_groups: [] };
  assert.equal(metadataWithin(subject, withoutGroups).trust_group, undefined);
  assert.throws(
    () => metadataWithin({ ...subject, trust_group: 'partners' }, withoutGroups),
    refused('invalid_client_metadata', 'registration_policy_exceeded'),
  );
});

test('more than the policy allows is refused, and the scopes of the admin API always are', () => {
  const cases = [
    [{ ...service, token_endpoint_auth_method: 'none' }, 'client_metadata_invalid'],
    [{ ...service, token_endpoint_auth_method: 'client_secret_post' }, 'registration_policy_exceeded'],
    [{ ...service, grant_types: ['client_credentials', 'password'] }, 'registration_policy_exceeded'],
    [{ ...service, scope: 'accounts payments' }, 'registration_policy_exceeded'],
    [{ ...service, scope: 'admin:read' }, 'registration_policy_exceeded'],
  ] as const;
  for (const [asked, because] of cases) {
    assert.throws(() => metadataWithin(asked, policy), refused('invalid_client_metadata', because));
  }
  const patterns = { ...policy, redirect_uri_patterns: ['https://app.example/*'] };
  assert.deepEqual(
    metadataWithin({ client_name: 'a', redirect_uris }, patterns).redirect_uris,
    redirect_uris,
  );
  assert.throws(
    () =>
      metadataWithin({ client_name: 'a', redirect_uris: [...redirect_uris, 'https://b.example/'] }, patterns),
    refused('invalid_redirect_uri', 'registration_policy_exceeded'),
  );
});

test('attack 6: where browsers are sent after signing out is within the patterns too', () => {
  const patterns = { ...policy, redirect_uri_patterns: ['https://app.example/*'] };
  const asked = (...post_logout_redirect_uris: string[]) =>
    metadataWithin({ client_name: 'a', redirect_uris, post_logout_redirect_uris }, patterns);
  const within = 'https://app.example/goodbye';
  assert.deepEqual(asked(within).post_logout_redirect_uris, [within]);
  for (const uri of [
    'https://evil.example/',
    'https://app.example.evil.example/goodbye',
    'https://app.example/a/b',
    'https://app.example:8443/goodbye',
    'http://localhost/goodbye',
    'com.example.app:/goodbye',
  ]) {
    assert.throws(
      () => asked(within, uri),
      refused('invalid_client_metadata', 'registration_policy_exceeded'),
      uri,
    );
  }
});

test('where scripts of the client run is the origin of what the patterns allow', () => {
  const policyOf = (...redirect_uri_patterns: string[]) => ({ ...policy, redirect_uri_patterns });
  const asked = (patterns: RegistrationPolicy, ...allowed_cors_origins: string[]) =>
    metadataWithin({ client_name: 'a', redirect_uris, allowed_cors_origins }, patterns);
  const pattern = 'https://app.example/*';
  for (const [patterns, origin] of [
    [[pattern], 'https://app.example'],
    [[pattern, 'https://*.partners.example/cb'], 'https://a.partners.example'],
    [[pattern, 'https://b.example:8443'], 'https://b.example:8443'],
    [[pattern, 'HTTPS://B.example:443/cb'], 'https://b.example'],
    [[pattern, 'http://localhost:*/cb'], 'http://localhost:5173'],
    [[pattern, 'http://127.0.0.1:80/cb'], 'http://127.0.0.1'],
    [[pattern, 'https://b.example?x=*'], 'https://b.example'],
    [[], 'https://any.example'],
  ] as const) {
    assert.deepEqual(asked(policyOf(...patterns), origin).allowed_cors_origins, [origin], origin);
  }
  for (const origin of [
    'https://evil.example',
    'https://app.example.evil.example',
    'https://app.example:8443',
    'https://partners.example',
    'https://a.partners.example:8443',
    'http://localhost',
  ]) {
    assert.throws(
      () => asked(policyOf(pattern, 'https://*.partners.example/cb', 'com.example.app:/*'), origin),
      refused('invalid_client_metadata', 'registration_policy_exceeded'),
      origin,
    );
  }
  for (const origin of ['null', '*', 'https://*.app.example', 'https://app.example/']) {
    assert.throws(
      () => asked(policyOf(), origin),
      refused('invalid_client_metadata', 'client_metadata_invalid'),
      origin,
    );
  }
});

test('the logo that browsers fetch is on a public host', () => {
  const withLogo = (logo_uri: string) =>
    metadataWithin({ client_name: 'a', redirect_uris, logo_uri }, policy);
  assert.ok(withLogo('https://cdn.example/logo.png'));
  for (const uri of [
    'http://cdn.example/logo.png',
    'https://127.0.0.1/logo.png',
    'https://10.0.0.1/logo.png',
    'https://169.254.169.254/latest',
    'https://[::1]/logo.png',
    'https://[fd00::1]/logo.png',
    'https://[::ffff:10.0.0.1]/logo.png',
    'https://localhost/logo.png',
    'https://router/logo.png',
    'https://router.local/logo.png',
    'https://a.localhost/logo.png',
  ]) {
    assert.throws(() => withLogo(uri), Refusal, uri);
  }
});

test('the default scopes of a client are cut as its scopes are', () => {
  const { scope, default_scope } = metadataWithin(
    { client_name: 'a', redirect_uris, default_scope: 'openid email' },
    policy,
  );
  assert.deepEqual([scope, default_scope], ['openid profile', 'openid']);
});
