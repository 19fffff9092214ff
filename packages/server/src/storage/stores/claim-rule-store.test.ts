import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { onBothDatabases } from '../../../test/storage-contract.ts';
import type { ClaimRule } from '../../claim/claim-rule.ts';
import type { AttributeDefinition } from '../../user/attribute-definition.ts';

const rule = (over: Partial<ClaimRule> = {}): ClaimRule => ({
  claim_rule_id: randomUUID(),
  claim: 'groups',
  scope: 'groups',
  source: { from: 'groups' },
  destinations: ['id_token', 'userinfo'],
  form: 'list',
  created_at: 1,
  revision: 1,
  ...over,
});

onBothDatabases('claim rules and attributes', (test) => {
  test('a rule comes back as it was written, and is replaced by who read it last', async ({
    storage,
    another,
  }) => {
    const written = rule({ max_size: 100, description: 'see your groups' });
    const { steps } = storage.claimRules;
    assert.equal((await storage.commit([steps.insert(written)])).outcome, 'committed');
    assert.deepEqual(await another.claimRules.find(written.claim_rule_id), written);
    assert.equal((await storage.commit([steps.insert(written)])).outcome, 'refused');
    const next = { ...written, claim: 'teams', revision: 2 };
    const outcomes = await Promise.all([
      storage.commit([steps.update(next)]),
      another.commit([another.claimRules.steps.update({ ...next, claim: 'units' })]),
    ]);
    assert.deepEqual(outcomes.map(({ outcome }) => outcome).toSorted(), ['committed', 'refused']);
    assert.equal((await storage.commit([steps.remove(written.claim_rule_id)])).outcome, 'committed');
    assert.equal((await storage.commit([steps.remove(written.claim_rule_id)])).outcome, 'refused');
    assert.equal(await storage.claimRules.find(written.claim_rule_id), undefined);
  });

  test('a change is one of the registry', async ({ storage }) => {
    const written = rule();
    const before = storage.registry.lastChange('claim rule');
    await storage.commit([storage.claimRules.steps.insert(written)]);
    const inserted = storage.registry.lastChange('claim rule', written.claim_rule_id);
    assert.ok(inserted > before);
    await storage.commit([storage.claimRules.steps.remove(written.claim_rule_id)]);
    assert.ok(storage.registry.lastChange('claim rule', written.claim_rule_id) > inserted);
  });

  test('rules are listed by claim, the oldest first; one that cannot be read gives nothing', async ({
    storage,
    database,
  }) => {
    const [b, a2, a1] = [
      rule({ claim: 'lb' }),
      rule({ claim: 'la', created_at: 2 }),
      rule({ claim: 'la', created_at: 1 }),
    ];
    await storage.commit([b, a2, a1].map(storage.claimRules.steps.insert));
    const listed = async () =>
      (await storage.claimRules.list()).filter(({ claim }) => ['la', 'lb'].includes(claim));
    assert.deepEqual(await listed(), [a1, a2, b]);
    const later = JSON.stringify({ ...b, crit: ['hours'], hours: '9-17' });
    await database.execute(
      `update claim_rule set record = '${later}' where claim_rule_id = '${b.claim_rule_id}'`,
    );
    assert.deepEqual(await listed(), [a1, a2]);
    await assert.rejects(storage.claimRules.find(b.claim_rule_id), /hours/);
    // It can be removed all the same.
    assert.equal(
      (await storage.commit([storage.claimRules.steps.remove(b.claim_rule_id)])).outcome,
      'committed',
    );
  });

  test('an attribute is defined once, and replaced by who read it last', async ({ storage }) => {
    const definition: AttributeDefinition = {
      name: `department-${randomUUID()}`,
      type: 'integer',
      list: true,
      minimum: 1,
      title: 'Department',
      created_at: 1,
      revision: 1,
    };
    const { steps } = storage.attributeDefinitions;
    assert.equal((await storage.commit([steps.insert(definition)])).outcome, 'committed');
    assert.equal((await storage.commit([steps.insert(definition)])).outcome, 'refused');
    assert.deepEqual(await storage.attributeDefinitions.find(definition.name), definition);
    assert.ok((await storage.attributeDefinitions.list()).some(({ name }) => name === definition.name));
    assert.equal((await storage.commit([steps.update(definition)])).outcome, 'refused');
    const next = { ...definition, list: false, revision: 2 };
    assert.equal((await storage.commit([steps.update(next)])).outcome, 'committed');
    assert.equal((await storage.commit([steps.remove(definition.name)])).outcome, 'committed');
    assert.equal(await storage.attributeDefinitions.find(definition.name), undefined);
  });
});
