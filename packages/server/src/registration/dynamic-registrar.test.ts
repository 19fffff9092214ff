import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recorderInto } from '../../test/recorder-into.ts';
import { openTestStorage } from '../../test/test-storage.ts';
import { systemClock } from '../clock.ts';
import { Refusal } from '../refusal/refusal.ts';
import { successionOf } from '../token/succession.ts';
import { createClientRegistrar } from './client-registrar.ts';
import { createDynamicRegistrar } from './dynamic-registrar.ts';
import { Idempotency } from './idempotency.ts';

test('a flood beyond the limit of an address writes nothing down', async (t) => {
  const storage = await openTestStorage(t);
  const events = recorderInto();
  let written = 0;
  const guesses: typeof storage.guesses = {
    ...storage.guesses,
    fail(key, now, windowMs) {
      written++;
      return storage.guesses.fail(key, now, windowMs);
    },
  };
  const registrar = createDynamicRegistrar({
    storage: { ...storage, guesses },
    clients: createClientRegistrar(
      storage,
      events,
      new Uint8Array(32),
      async () => false,
      async () => {},
      systemClock,
    ),
    events,
    readSoftwareStatement: () => Promise.reject(new Error('none is sent')),
    readSignedRegistration: () => Promise.reject(new Error('none is sent')),
    policy: () => ({
      mode: 'closed',
      require_software_statement: false,
      token_endpoint_auth_methods: [],
      grant_types: [],
      redirect_uri_patterns: [],
      scopes: [],
      trust_groups: [],
      registration_access_token_rotation: 'always',
      registration_access_token_reuse_window: 30,
      max_requests_per_address: 3,
    }),
    defaults: {},
    reserved: async () => new Set<string>(),
    idempotency: new Idempotency(storage.ephemerals, new Uint8Array(32), systemClock),
    successorOf: successionOf('registration access token', new Uint8Array(32)),
    clock: systemClock,
  });
  const causes: string[] = [];
  for (let index = 0; index < 20; index++) {
    const remote_address = `2001:db8:1:2::${index}`;
    try {
      await registrar.register({
        sent: { kind: 'metadata', metadata: {} },
        initial_access_token: undefined,
        remote_address,
        certificate: undefined,
        idempotency_key: undefined,
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      causes.push(error.because);
    }
  }
  assert.equal(written, 3);
  assert.equal(causes.filter((because) => because === 'registration_limited').length, 17);
});
