import assert from 'node:assert/strict';
import { recorderInto } from '../../test/recorder-into.ts';
import { client, onBothDatabases } from '../../test/storage-contract.ts';
import type { EventDraft } from '../event/event.ts';
import { Refusal } from '../refusal/refusal.ts';
import type { Storage } from '../storage/storage.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../token/opaque-token.ts';
import { successionOf } from '../token/succession.ts';
import { RegistrationAccess } from './registration-access.ts';

const NOW = Date.UTC(2030, 0, 1);
const SECOND = 1_000;
const WINDOW = 30 * SECOND;

/** A client that registered itself, reached as on any number of nodes. */
async function registered(storage: Storage) {
  const registrant = client();
  const { client_id } = registrant;
  const first = generateOpaqueToken();
  await storage.clients.insert(registrant);
  await storage.dynamicRegistrations.insert({
    client_id,
    registration_access_token_sha256: hashOpaqueToken(first),
    registered_at: NOW,
  });
  const told: EventDraft[] = [];
  const use = (presented: string, at = NOW, rotates = true, node = storage) => {
    const access = new RegistrationAccess({
      storage: node,
      events: recorderInto(told),
      successorOf: successionOf('registration access token', new Uint8Array(32)),
      reuseWindow: () => WINDOW,
      clock: () => at,
    });
    const holder = { client_id, presented, remote_address: '192.0.2.1' };
    return access.open(holder, async (opened) => (rotates ? await access.renew(opened) : presented));
  };
  return { first, use, told };
}

const wrong = (error: unknown) =>
  error instanceof Refusal && error.because === 'registration_access_token_wrong';

onBothDatabases('registration access tokens', (test) => {
  test('that are not replaced are good for ever', async ({ storage }) => {
    const { first, use, told } = await registered(storage);
    for (let year = 0; year < 3; year++) assert.equal(await use(first, NOW + year * 1e10, false), first);
    assert.deepEqual(told, []);
  });

  test('50 uses at once, on two nodes: one successor', async ({ storage, another }) => {
    const { first, use } = await registered(storage);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => use(first, NOW, true, index % 2 ? storage : another)),
    );
    const [second = ''] = answers;
    assert.notEqual(second, first);
    assert.deepEqual(answers, Array(50).fill(second));
    assert.notEqual(await use(second), second);
  });

  test('that were replaced yield the same successor within the window, and nothing after it', async ({
    storage,
  }) => {
    const { first, use } = await registered(storage);
    const second = await use(first);
    assert.equal(await use(first, NOW + WINDOW - 1), second);
    await assert.rejects(use(first, NOW + WINDOW), wrong);
    assert.ok(await use(second, NOW + WINDOW), 'the present one is untouched');
  });

  test('end when the successor of the successor is used', async ({ storage }) => {
    const { first, use } = await registered(storage);
    const second = await use(first);
    const third = await use(second);
    assert.equal(await use(first), second, 'the answer with the third may be on its way');
    await use(third);
    await assert.rejects(use(first), wrong);
  });

  test('are repeated at ten different moments, each an event', async ({ storage }) => {
    const { first, use, told } = await registered(storage);
    const second = await use(first);
    for (let moment = 1; moment <= 10; moment++) {
      for (let time = 0; time < 3; time++) assert.equal(await use(first, NOW + moment * SECOND), second);
    }
    assert.deepEqual(
      told.map(({ type, remote_address }) => [type, remote_address]),
      Array(10).fill(['client.registration_repeated', '192.0.2.1']),
    );
    await assert.rejects(use(first, NOW + 11 * SECOND), wrong);
  });

  test('of one client open no other, replaced or not', async ({ storage }) => {
    const [one, other] = [await registered(storage), await registered(storage)];
    await assert.rejects(other.use(one.first), wrong);
    await one.use(one.first);
    await assert.rejects(other.use(one.first), wrong);
  });
});
