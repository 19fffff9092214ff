import assert from 'node:assert/strict';
import test from 'node:test';
import { type ClientOptions, requireOptions, tokenRequest } from './client-options.ts';

const GOOD: ClientOptions = {
  issuer: 'https://as.example',
  clientId: 'service',
  certificateFile: 'client.pem',
  keyFile: 'client.key',
};

test('options that can be are taken', () => {
  requireOptions(GOOD);
  requireOptions({ ...GOOD, issuer: 'https://as.example/tenant', scope: 'a b', resource: ['urn:api'] });
  requireOptions({ ...GOOD, authentication: { method: 'private_key_jwt', keyFile: 'a' }, retrySeconds: 0 });
});

test('every other is refused by its name', () => {
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ issuer: 'http://as.example' }, /^issuer must be an https URL/],
    [{ issuer: 'https://user:secret@as.example' }, /^issuer must be an https URL without credentials/],
    [{ issuer: 'https://as.example?a=b' }, /^issuer must have no query/],
    [{ issuer: undefined }, /^issuer/],
    [{ clientId: '' }, /^clientId/],
    [{ clientId: 'a\nb' }, /^clientId/],
    [{ certificateFile: '' }, /^certificateFile must name a file/],
    [{ keyFile: undefined }, /^keyFile must name a file/],
    [{ trustedCertificates: [], trustedCertificatesFile: 'a' }, /not both/],
    [{ tokenEndpoint: 'https://as.example/#token' }, /^tokenEndpoint/],
    [{ authentication: { method: 'client_secret_basic' } }, /^authentication.method must be one of tls_/],
    [{ authentication: { method: 'private_key_jwt' } }, /^authentication.keyFile/],
    [{ reloadSeconds: 0 }, /^reloadSeconds must lie between 0.1 and 3600, not 0/],
    [{ retrySeconds: Number.NaN }, /^retrySeconds/],
    [{ scope: 'a "b"' }, /"\\"b\\"" is no scope/],
    [{ scope: ['a'] }, /^scope must be a text/],
    [{ resource: '/api' }, /"\/api" is no absolute URI/],
    [{ resource: 'https://api#a' }, /without a fragment/],
    [{ clientSecret: 'a' }, /^there is no option clientSecret/],
  ];
  for (const [change, message] of wrong) {
    assert.throws(() => requireOptions({ ...GOOD, ...change }), { message }, JSON.stringify(change));
  }
});

test('requests for the same are the same, whatever their order', () => {
  const one = tokenRequest({ scope: ' b  a b', resource: ['https://b', 'https://a', 'https://b'] });
  assert.deepEqual(one, tokenRequest({ scope: 'a b', resource: ['https://a', 'https://b'] }));
  assert.deepEqual([one.scope, one.resource], ['a b', ['https://a', 'https://b']]);
  assert.deepEqual(tokenRequest({ scope: '' }), tokenRequest({}));
  assert.notEqual(tokenRequest({ scope: 'a' }).key, tokenRequest({ resource: 'a:' }).key);
});
