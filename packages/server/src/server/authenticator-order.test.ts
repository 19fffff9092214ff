import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClientAuthenticator } from '../client-authentication/client-authenticator.ts';
import { MUTUAL_TLS_CLIENT_AUTHENTICATOR } from '../config/deployment-schema.ts';
import { orderedAuthenticators, UnknownAuthenticator } from './authenticator-order.ts';

const mutualTls: ClientAuthenticator = {
  kind: 'method',
  name: 'mutual-tls',
  methods: ['tls_client_auth'],
  authenticate: async () => {},
};
const plugIn = { name: 'device', authenticate: () => ({ outcome: 'passed' }) as const };

const listener = (name: string, order: number, enable = true) => ({
  id: `${name} ${order}`,
  type: 'org.wso2.carbon.identity.core.handler.AbstractIdentityHandler' as const,
  name,
  order,
  enable,
  properties: {},
});

const namesOf = (...listeners: ReturnType<typeof listener>[]) =>
  orderedAuthenticators(listeners, [mutualTls], [], new Map([['device', plugIn]])).map(({ name }) => name);

test('the mutual-TLS authenticator takes part unless its entry is disabled', () => {
  assert.ok(namesOf().includes('mutual-tls'));
  assert.ok(!namesOf(listener(MUTUAL_TLS_CLIENT_AUTHENTICATOR, 1, false)).includes('mutual-tls'));
});

test('lower numbers are asked first', () => {
  assert.equal(namesOf(listener('device', 1))[0], 'device');
  assert.equal(namesOf(listener('device', 999)).at(-1), 'device');
});

test('of two entries that name one authenticator the later counts', () => {
  const enabled = listener(MUTUAL_TLS_CLIENT_AUTHENTICATOR, 1);
  const disabled = listener(MUTUAL_TLS_CLIENT_AUTHENTICATOR, 2, false);
  assert.ok(!namesOf(enabled, disabled).includes('mutual-tls'));
  assert.ok(namesOf(disabled, enabled).includes('mutual-tls'));
  const device = namesOf(listener('device', 1), listener('device', 999));
  assert.equal(device.indexOf('device'), device.length - 1);
  assert.ok(!namesOf(listener('device', 1), listener('device', 999, false)).includes('device'));
});

test('a name that is none stops the start', () => {
  assert.throws(() => namesOf(listener('devise', 1)), UnknownAuthenticator);
});
