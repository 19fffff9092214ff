import assert from 'node:assert/strict';
import test from 'node:test';
import { ANY_POLICY } from '../object-identifiers.ts';
import { PolicyGraph } from './policy-graph.ts';

const mapping = (issuerDomainPolicy: string, subjectDomainPolicy: string) => ({
  issuerDomainPolicy,
  subjectDomainPolicy,
});

test('a policy holds only when every certificate has it', () => {
  const graph = new PolicyGraph();
  graph.addPolicies(['1.1', '1.2'], true);
  graph.addPolicies(['1.2', '1.3'], true);
  assert.deepEqual(graph.userConstrainedPolicies(undefined), ['1.2']);
  assert.deepEqual(graph.userConstrainedPolicies(['1.1']), []);
  graph.addPolicies(['1.1'], true);
  assert.equal(graph.isNull, true);
  assert.deepEqual(graph.userConstrainedPolicies(undefined), []);
});

test('anyPolicy stands for every policy while it is allowed', () => {
  const graph = new PolicyGraph();
  graph.addPolicies([ANY_POLICY], true);
  graph.addPolicies(['1.1'], true);
  assert.deepEqual(graph.userConstrainedPolicies(undefined), ['1.1']);
  graph.addPolicies([ANY_POLICY], true);
  assert.deepEqual(graph.userConstrainedPolicies(['1.1', '1.2']), ['1.1']);
  graph.addPolicies([ANY_POLICY], false);
  assert.equal(graph.isNull, true);
});

test('anyPolicy to the end lets the user choose', () => {
  const graph = new PolicyGraph();
  graph.addPolicies([ANY_POLICY], true);
  assert.deepEqual(graph.userConstrainedPolicies(['1.1', '1.2']), ['1.1', '1.2']);
  assert.deepEqual(graph.userConstrainedPolicies(undefined), [ANY_POLICY]);
});

test('a mapped policy is known by the name its issuer gave it', () => {
  const graph = new PolicyGraph();
  graph.addPolicies(['1.1'], true);
  graph.map([mapping('1.1', '2.1'), mapping('1.1', '2.2')], true);
  graph.addPolicies(['2.2'], true);
  assert.deepEqual(graph.userConstrainedPolicies(undefined), ['1.1']);
  assert.deepEqual(graph.userConstrainedPolicies(['2.2']), []);
});

test('a mapping that is not allowed takes its policy away', () => {
  const graph = new PolicyGraph();
  graph.addPolicies(['1.1', '1.2'], true);
  graph.map([mapping('1.1', '2.1')], false);
  graph.addPolicies(['1.1', '1.2'], true);
  assert.deepEqual(graph.userConstrainedPolicies(undefined), ['1.2']);
});

test('a mapping under anyPolicy starts at the root', () => {
  const graph = new PolicyGraph();
  graph.addPolicies([ANY_POLICY], true);
  graph.map([mapping('1.1', '2.1')], true);
  graph.addPolicies(['2.1'], true);
  assert.deepEqual(graph.userConstrainedPolicies(undefined), ['1.1']);
});

test('every policy mapped to every policy, level after level, stays small', () => {
  const policies = Array.from({ length: 40 }, (_, index) => `1.${index}`);
  const everyPair = policies.flatMap((one) => policies.map((other) => mapping(one, other)));
  const graph = new PolicyGraph();
  for (let level = 0; level < 12; level++) {
    graph.addPolicies(policies, true);
    graph.map(everyPair, true);
  }
  graph.addPolicies(policies, true);
  assert.equal(graph.userConstrainedPolicies(undefined).length, 40);
});
