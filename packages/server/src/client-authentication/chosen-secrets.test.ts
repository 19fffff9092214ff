import assert from 'node:assert/strict';
import test from 'node:test';
import { hashAsTyped } from '../client/chosen-secret.ts';
import { createTurns } from '../user-authentication/turns.ts';
import { createChosenSecrets } from './chosen-secrets.ts';

const KNOWN = { client_id: 'c', revision: 1, client_secret_argon2id: await hashAsTyped('hunter2') };

/** A check of secrets, with what it asked the guard and the database for. */
function checking() {
  const asked: string[] = [];
  const known = new Set<string>();
  const turns = createTurns();
  const chosen = createChosenSecrets(
    {
      async lockOn(name, _address, browser) {
        asked.push(`lock of ${browser ?? name}`);
        return undefined;
      },
      async failed(name, _address, browser) {
        asked.push(`failure of ${browser ?? name}`);
      },
      async inTurn(name, guess, browser) {
        const leave = await turns.enter(browser ?? name, 64);
        if (typeof leave !== 'function') throw new Error('too many wait');
        try {
          return await guess();
        } finally {
          leave();
        }
      },
      unlocking: () => [],
    },
    {
      async get(_kind, key) {
        return known.has(key) ? {} : undefined;
      },
      async put(_kind, key) {
        known.add(key);
      },
    },
    () => 0,
  );
  const matches = (presented: readonly string[], changes: Partial<typeof KNOWN> = {}, from = '192.0.2.1') =>
    chosen.matches({ ...KNOWN, ...changes }, presented, from);
  return { asked, matches };
}

test('a secret that was right is asked of nobody again, until the client changes', async () => {
  const { asked, matches } = checking();
  assert.equal(await matches(['hunter2']), true);
  assert.deepEqual(asked, ['lock of c']);
  for (let count = 0; count < 100; count++) assert.equal(await matches(['hunter2'], {}, '192.0.2.99'), true);
  assert.deepEqual(asked, ['lock of c']);
  assert.equal(await matches(['hunter2'], { revision: 2 }), true);
  assert.deepEqual(asked, ['lock of c', 'lock of client c\n192.0.2.1']);
  const client_secret_argon2id = await hashAsTyped('another');
  assert.equal(await matches(['hunter2'], { revision: 2, client_secret_argon2id }), false);
});

test('of requests that come at once with a right secret one is checked', async () => {
  const { asked, matches } = checking();
  const answers = await Promise.all(Array.from({ length: 20 }, () => matches(['hunter2'])));
  assert.deepEqual(answers, Array(20).fill(true));
  assert.deepEqual(asked, ['lock of c']);
});

test('one of several texts suffices, and several that are wrong are one failure', async () => {
  const { asked, matches } = checking();
  assert.equal(await matches(['hunter%32', 'hunter2']), true);
  assert.equal(await matches(['one', 'two']), false);
  assert.deepEqual(
    asked.filter((each) => each.startsWith('failure')),
    ['failure of client c\n192.0.2.1'],
  );
});

test('failures from where the client never came from are counted apart', async () => {
  const { asked, matches } = checking();
  assert.equal(await matches(['hunter2'], {}, '2001:db8::1'), true);
  assert.equal(await matches(['one'], {}, '2001:db8::2'), false);
  assert.equal(await matches(['one'], {}, '198.51.100.1'), false);
  assert.deepEqual(
    asked.filter((each) => each.startsWith('failure')),
    ['failure of client c\n2001:db8::/64', 'failure of c'],
  );
});
