import assert from 'node:assert/strict';
import test from 'node:test';
import { type AliasSettings, findingPlaces } from './addresses.ts';

const NONE: AliasSettings = { keycloak_realms: [], wso2: false, wso2_tenants: [] };
const ALL: AliasSettings = {
  keycloak_realms: ['harbour', 'Maré & co', 'R&D@home'],
  wso2: true,
  wso2_tenants: ['carbon.super'],
};
const at = (base: string, settings = ALL) => findingPlaces([base], () => settings);

const CASES: readonly (readonly [asked: string, place: string])[] = [
  ['/realms/harbour/protocol/openid-connect/token', '/oauth2/token'],
  ['/realms/harbour/protocol/openid-connect/auth?a=/realms/x', '/oauth2/authorize?a=/realms/x'],
  ['/auth/realms/harbour/protocol/openid-connect/certs', '/oauth2/jwks'],
  ['/realms/harbour/.well-known/openid-configuration', '/.well-known/openid-configuration'],
  ['/.well-known/oauth-authorization-server/realms/harbour', '/.well-known/oauth-authorization-server'],
  ['/realms/harbour/clients-registrations/openid-connect/a%2Fb', '/oauth2/register/a%2Fb'],
  ['/realms/Mar%c3%a9%20&%20co/protocol/openid-connect/userinfo', '/oauth2/userinfo'],
  ['/realms/R&D@home/protocol/openid-connect/token', '/oauth2/token'],
  ['/realms/R%26D@home/protocol/openid-connect/certs', '/oauth2/jwks'],
  ['/oauth2/oidcdiscovery/.well-known/openid-configuration', '/.well-known/openid-configuration'],
  ['/t/carbon.super/oauth2/token', '/oauth2/token'],
  ['/t/carbon.super/oauth2/ciba', '/oauth2/bc-authorize'],
  ['/t/carbon.super/api/identity/oauth2/dcr/v1.1/register/x', '/api/identity/oauth2/dcr/v1.1/register/x'],
];

for (const [asked, place] of CASES) {
  test(`${asked} is ${place} where it is asked for, and nothing otherwise`, () => {
    assert.equal(at('https://id.example')(asked).target, place);
    assert.deepEqual(at('https://id.example', NONE)(asked), { target: asked, known_as: [] });
  });
}

test('addresses of other realms and tenants, and what is below or like an address, are no places', () => {
  for (const asked of [
    '/realms/other/protocol/openid-connect/token',
    '/realms/harbour/protocol/openid-connect/token/',
    '/realms/harbour/protocol/openid-connect/token/x',
    '/realms/harbour/protocol/openid-connect/token/introspect/x',
    '/realms/harbour/../harbour/protocol/openid-connect/token',
    '/realms/%zz/protocol/openid-connect/token',
    '/realms/harbour/clients-registrations/openid-connect/a/b',
    '/t/other/oauth2/token',
    '/t/carbon.super/console',
    '/t/carbon.super/api/admin/v1/clients',
  ]) {
    assert.deepEqual(at('https://id.example')(asked), { target: asked, known_as: [] }, asked);
  }
});

test('what a client signs is for its addresses as it writes them', () => {
  for (const name of ['R&D@home', 'R%26D@home', 'R%26D%40home']) {
    const realm = `/realms/${name}/protocol/openid-connect`;
    assert.deepEqual(at('https://id.example')(`${realm}/token/introspect?a`).known_as, [
      `https://id.example${realm}/token/introspect`,
      `https://id.example${realm}/token`,
    ]);
  }
  assert.deepEqual(at('https://id.example/realms/R&D@home')('/protocol/openid-connect/revoke').known_as, [
    'https://id.example/realms/R&D@home/protocol/openid-connect/revoke',
    'https://id.example/realms/R&D@home/protocol/openid-connect/token',
  ]);
});

test('an issuer that is the address of the other server keeps its own places', () => {
  const place = at('https://id.example/realms/harbour');
  const realm = 'https://id.example/realms/harbour/protocol/openid-connect';
  assert.deepEqual(place('/realms/harbour/protocol/openid-connect/ext/par/request?x'), {
    target: '/oauth2/par?x',
    known_as: [`${realm}/ext/par/request`, `${realm}/token`],
  });
  // As a proxy passes it on that took the path of the issuer off.
  assert.deepEqual(place('/protocol/openid-connect/token'), {
    target: '/oauth2/token',
    known_as: [`${realm}/token`],
  });
  assert.deepEqual(place('/realms/harbour/oauth2/token'), { target: '/oauth2/token', known_as: [] });
  assert.equal(place('/realms/harbour').target, '/');
});

test('where the issuer is WSO2’s, its addresses beside it are known as such', () => {
  const place = at('https://id.example/oauth2/token');
  const token = 'https://id.example/oauth2/token';
  assert.deepEqual(place('/oauth2/token'), { target: '/oauth2/token', known_as: [token] });
  assert.deepEqual(place('/oauth2/introspect'), {
    target: '/oauth2/introspect',
    known_as: ['https://id.example/oauth2/introspect', token],
  });
  assert.deepEqual(place('/oauth2/token/oauth2/revoke'), { target: '/oauth2/revoke', known_as: [] });
  assert.equal(
    place('/oauth2/token/.well-known/openid-configuration').target,
    '/.well-known/openid-configuration',
  );
});

test('what is below one of two paths of this server stands beside neither', () => {
  const place = findingPlaces(['https://id.example/a', 'https://mtls.example/b'], () => ALL);
  for (const target of ['/a/oauth2/token', '/b/oauth2/token'])
    assert.deepEqual(place(target), { target: '/oauth2/token', known_as: [] });
  assert.ok(place('/oauth2/token').known_as.length > 0);
});

test('a reload counts with the next request', () => {
  let settings = NONE;
  const place = findingPlaces(['https://id.example'], () => settings);
  assert.equal(place('/t/a/oauth2/jwks').target, '/t/a/oauth2/jwks');
  settings = { ...NONE, wso2_tenants: ['a'] };
  assert.equal(place('/t/a/oauth2/jwks').target, '/oauth2/jwks');
});
