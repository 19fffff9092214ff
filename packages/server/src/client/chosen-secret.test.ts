import assert from 'node:assert/strict';
import test from 'node:test';
import { hashAsTyped, isKnownArgon2id, matchesAsTyped } from './chosen-secret.ts';

test('a text is hashed as it is typed', async () => {
  const phc = await hashAsTyped('½ﬁ');
  assert.equal(await matchesAsTyped('½ﬁ', phc), true);
  assert.equal(await matchesAsTyped('½ﬁ'.normalize('NFKC'), phc), false);
  assert.notEqual(await hashAsTyped('½ﬁ'), phc);
});

test('what a hash may cost is bounded, and what is none matches nothing', async () => {
  const phc = (cost: string) =>
    `$argon2id$v=19$${cost}$c29tZXNhbHRzb21lc2FsdA$hQm1cXk3OEh0c2RmZ2hqa2xxd2VydHl1aW9wYXNkZg`;
  for (const known of ['m=7168,t=5,p=1', 'm=19456,t=2,p=1', 'm=262144,t=4,p=4', 'm=8,t=1,p=1'])
    assert.equal(isKnownArgon2id(phc(known)), true, known);
  const unknown = [
    'm=2147483647,t=9,p=1',
    'm=262145,t=1,p=1',
    'm=262144,t=5,p=1',
    'm=8,t=9999999,p=1',
    'm=65536,t=3,p=17',
    'm=8,t=1,p=2',
    'm=0,t=1,p=1',
    'm=8,t=0,p=1',
    'm=8,t=1,p=0',
    'm=-8,t=1,p=1',
  ];
  for (const each of unknown) {
    assert.equal(isKnownArgon2id(phc(each)), false, each);
    assert.equal(await matchesAsTyped('anything', phc(each)), false, each);
  }
  for (const each of ['', '$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA', '$2b$10$abc'])
    assert.equal(await matchesAsTyped('anything', each), false, each);
});
