import assert from 'node:assert/strict';
import test from 'node:test';
import type { GateRule } from './gate-configuration.ts';
import { plainPath, ruleFinder } from './gate-rules.ts';

test('a path that servers read in different ways is none', () => {
  for (const target of [
    '/status/../orders',
    '/status/./orders',
    '/status//orders',
    '//orders',
    '/status\\..\\orders',
    '/status/%2e%2e/orders',
    '/status/..%2Forders',
    '/status%5c..%5corders',
    '/status%252f..%252forders',
    '/status/..;/orders',
    '/status;/../orders',
    '/orders;version=1',
    '/orders%3bversion=1',
    '/orders%00',
    '/orders%0a',
    '/orders%7F',
    '/orders%ff',
    '/orders/é',
    'orders',
    'https://api.example.com/orders',
    '',
  ]) {
    assert.equal(plainPath(target), undefined, target);
  }
});

test('a path is read as servers read it, whatever of it is encoded', () => {
  assert.equal(plainPath('/orders?next=/../a;b'), '/orders');
  assert.equal(plainPath('/%6Frders/1'), '/orders/1');
  assert.equal(plainPath('/caf%C3%A9/a%20b'), '/café/a b');
});

const rule = (path: string, more: Partial<GateRule> = {}): GateRule => ({
  path,
  allow: 'token',
  scope: '',
  ...more,
});
const any = rule('/');
const read = rule('/orders', { methods: ['GET'], scope: 'orders.read' });
const write = rule('/orders', { methods: ['POST'], scope: 'orders.write' });
const open = rule('/status', { allow: 'anyone' });
const RULES = [any, read, write, open];
const ruleFor = (rules: readonly GateRule[], method: string, path: string) => ruleFinder(rules)(method, path);

test('the longest path decides, and of its rules the first that has the method', () => {
  assert.equal(ruleFor(RULES, 'GET', '/orders'), read);
  assert.equal(ruleFor(RULES, 'GET', '/orders/1/lines'), read);
  assert.equal(ruleFor(RULES, 'POST', '/orders'), write);
  assert.equal(ruleFor(RULES, 'GET', '/ordersandmore'), any);
  assert.equal(ruleFor(RULES, 'GET', '/'), any);
  assert.equal(ruleFor(RULES, 'GET', '/status/now'), open);
});

test('a method that no rule of the path has is not let through by the rule of a shorter one', () => {
  for (const method of ['DELETE', 'HEAD', 'get'])
    assert.equal(ruleFor(RULES, method, '/orders'), undefined, method);
});

test('a rule that asks for something holds in capitals, too; one that asks for nothing only as it is written', () => {
  assert.equal(ruleFor(RULES, 'GET', '/Orders/1'), read);
  assert.equal(ruleFor(RULES, 'GET', '/STATUS'), any);
  assert.equal(ruleFor([open], 'GET', '/STATUS'), undefined);
  assert.equal(ruleFor([], 'GET', '/'), undefined);
});
