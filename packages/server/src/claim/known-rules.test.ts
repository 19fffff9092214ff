import assert from 'node:assert/strict';
import test from 'node:test';
import type { ClaimRule } from './claim-rule.ts';
import { createRulesOfNow, knownRules } from './known-rules.ts';

let made = 0;
const rule = (of: Partial<ClaimRule>): ClaimRule => ({
  claim_rule_id: `rule-${made}`,
  claim: 'claim',
  source: { from: 'value', value: 1 },
  destinations: ['userinfo'],
  form: 'single',
  created_at: made++,
  revision: 1,
  ...of,
});

test('a rule is for its client, its scope, or both; those for the client come first', () => {
  const ofScope = rule({ scope: 'a' });
  const ofClient = rule({ client_id: 'c' });
  const ofBoth = rule({ client_id: 'c', scope: 'a' });
  const rules = knownRules([ofScope, ofBoth, ofClient]);
  assert.deepEqual(rules.of('c', ['a', 'b']), [ofClient, ofBoth, ofScope]);
  assert.deepEqual(rules.of('c', ['b']), [ofClient]);
  assert.deepEqual(rules.of('d', ['a']), [ofScope]);
  assert.deepEqual(rules.of('d', []), []);
  assert.equal(rules.isEmpty, false);
  assert.equal(knownRules([]).isEmpty, true);
});

test('rules are read once until one is changed, and each time while nobody knows', async () => {
  const state = { number: 1, current: true };
  let asked = 0;
  let stored: readonly ClaimRule[] = [];
  const rulesOfNow = createRulesOfNow(
    {
      async list() {
        asked++;
        return stored;
      },
    },
    { lastChange: () => state.number, isCurrent: () => state.current },
  );
  await Promise.all(Array.from({ length: 20 }, rulesOfNow));
  assert.equal(asked, 1, 'requests that come together ask once');
  assert.ok(!(rulesOfNow() instanceof Promise), 'what is remembered is there at once');

  stored = [rule({ scope: 'a' })];
  state.number = 2;
  assert.equal((await rulesOfNow()).of('c', ['a']).length, 1);
  assert.equal(asked, 2);

  state.current = false;
  await rulesOfNow();
  await rulesOfNow();
  assert.equal(asked, 4);
});

test('a change that comes while rules are read is seen by whoever asks after it', async () => {
  const state = { number: 1 };
  const reads: ((rules: readonly ClaimRule[]) => void)[] = [];
  const rulesOfNow = createRulesOfNow(
    { list: () => new Promise((done) => reads.push(done)) },
    { lastChange: () => state.number, isCurrent: () => true },
  );
  const before = rulesOfNow();
  state.number = 2;
  const since = rulesOfNow();
  reads[1]?.([rule({ scope: 'a' })]);
  reads[0]?.([]);
  assert.equal((await since).isEmpty, false);
  assert.equal((await before).isEmpty, true);
  // What was read before the change is not taken for what is so now.
  const now = rulesOfNow();
  reads[2]?.([rule({ scope: 'a' })]);
  assert.equal((await now).isEmpty, false);
});

test('a database that fails is asked again', async () => {
  let fails = true;
  const rulesOfNow = createRulesOfNow(
    {
      async list() {
        if (fails) throw new Error('away');
        return [];
      },
    },
    { lastChange: () => 1, isCurrent: () => true },
  );
  await assert.rejects(async () => rulesOfNow(), /away/);
  fails = false;
  assert.equal((await rulesOfNow()).isEmpty, true);
});
