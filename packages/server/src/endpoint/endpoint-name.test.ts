import assert from 'node:assert/strict';
import test from 'node:test';
import { endpointName } from './endpoint-name.ts';

test('routes are counted under the endpoint they belong to', () => {
  for (const [route, name] of [
    ['/oauth2/token', 'token'],
    ['/oauth2/authorize/continue', 'authorize'],
    ['/oauth2/device_authorize', 'device_authorize'],
    ['/oauth2/device', 'device'],
    ['/oauth2/register/:client_id', 'register'],
    ['/api/identity/oauth2/dcr/v1.1/register', 'register'],
    ['/api/admin/v1/clients/:client_id', 'admin'],
    ['/oauth2/sign-in/second-factor', 'sign_in'],
    ['/.well-known/openid-configuration', 'metadata'],
    ['/health/ready', 'health'],
    ['/console/*', 'console'],
    ['/account/sessions/end', 'account'],
  ] as const) {
    assert.equal(endpointName(route), name, route);
  }
});

test('what only begins alike is another route', () => {
  assert.equal(endpointName('/oauth2/tokens'), 'other');
  assert.equal(endpointName('/accounts'), 'other');
  assert.equal(endpointName('/oauth2/device_'), 'other');
  assert.equal(endpointName('/'), 'other');
});
