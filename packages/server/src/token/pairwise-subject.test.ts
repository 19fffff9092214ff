import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import test from 'node:test';
import { knownClient } from '../../test/known-client.ts';
import { createSubjects } from './pairwise-subject.ts';

const subjects = createSubjects(Buffer.alloc(32, 7));
const at = (host: string, client_id = host) =>
  knownClient({ subject_type: 'pairwise', redirect_uris: [`https://${host}/cb`] }, { client_id }).client;
const one = at('one.example');
const sub = 'ada0c7e2-5f3c-4c0e-9d55-1f2e3d4c5b6a';

test('a sector has a subject of its own for each person, and the same for ever', () => {
  const told = subjects.of(one, sub);
  assert.equal(told, 'grPyVbWY_8ChjAYCcDGYefrdxwkFwwjdoOHvO6kw5043tuUVZT7yaGzCZ0NC0mq1iAZXSQ');
});

test('clients of one sector call a person the same, those of others otherwise', () => {
  const told = subjects.of(one, sub);
  assert.equal(subjects.of(at('one.example', 'another'), sub), told);
  assert.notEqual(subjects.of(at('two.example'), sub), told);
  assert.notEqual(subjects.of(one, randomUUID()), told);
  assert.notEqual(createSubjects(randomBytes(32)).of(one, sub), told);
  assert.match(told, /^[A-Za-z0-9_-]{70}$/, 'visible ASCII, at most 255 characters (OIDC Core §2)');
  assert.doesNotMatch(`${told} ${Buffer.from(told, 'base64url').toString('latin1')}`, new RegExp(sub));
});

test('a client without pairwise subjects is told and tells the person itself', () => {
  const { client } = knownClient({ redirect_uris: ['https://one.example/cb'] });
  assert.equal(subjects.of(client, sub), sub);
  assert.equal(subjects.personOf(client, sub), sub);
  assert.equal(subjects.sessionOf(client, 'session'), 'session');
});

test('the server alone finds the person, and only for the sector that calls them so', () => {
  const told = subjects.of(one, sub);
  assert.equal(subjects.personOf(one, told), sub);
  assert.equal(subjects.personOf(at('two.example'), told), undefined);
  assert.equal(createSubjects(randomBytes(32)).personOf(one, told), undefined);
  for (const other of [
    sub,
    '',
    'x',
    'A'.repeat(70),
    'A'.repeat(5000),
    told.slice(1),
    `${told}A`,
    '\u{1F600}',
  ]) {
    assert.equal(subjects.personOf(one, other), undefined, other);
  }
  for (let bit = 0; bit < told.length; bit++) {
    const other = `${told.slice(0, bit)}${told[bit] === 'A' ? 'B' : 'A'}${told.slice(bit + 1)}`;
    const isSame = Buffer.from(other, 'base64url').equals(Buffer.from(told, 'base64url'));
    assert.equal(subjects.personOf(one, other), isSame ? sub : undefined);
  }
});

test('a session is no person', () => {
  const sid = subjects.sessionOf(one, sub);
  assert.notEqual(sid, subjects.of(one, sub));
  assert.equal(subjects.sessionBehind(one, sid), sub);
  assert.equal(subjects.personOf(one, sid), undefined);
  assert.equal(subjects.sessionBehind(at('two.example'), sid), undefined);
});

test('whom a subject may stand for is found without its client, and is text that can be looked up', () => {
  assert.equal(subjects.candidate(subjects.of(one, sub)), sub);
  for (let time = 0; time < 2000; time++) {
    const found = subjects.candidate(randomBytes(20).toString('base64url'));
    assert.ok(found === undefined || /^[\x21-\x7E]+$/.test(found));
  }
});
