import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PasswordFault, UnacceptablePassword } from './password.ts';
import { checkNewPassword } from './password-rules.ts';

const RULES = { least: 8, names: ['countersign', 'login.example.com', 'Harbour Trust'] };

async function faultOf(
  password: string,
  username = 'ana.pilot',
  rules = RULES,
): Promise<PasswordFault | undefined> {
  try {
    await checkNewPassword(password, username, rules);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof UnacceptablePassword, String(error));
    return error.fault;
  }
}

test('characters are counted, whatever they are', async () => {
  assert.equal(await faultOf(''), 'empty');
  assert.equal(await faultOf('7 chars'), 'short');
  assert.equal(await faultOf('8 chars!'), undefined);
  assert.equal(await faultOf('ﷺﷺﷺ'), 'short', 'one character that NFKC makes many of');
  assert.equal(await faultOf('e\u0301'.repeat(7)), 'short', 'a letter and its accent are one');
  assert.equal(await faultOf('🐙🐳🌊⚓🚢🐚🦀🦞'), undefined);
  assert.equal(await faultOf('quay'.concat(' and sea'.repeat(200))), 'long');
  assert.equal(await faultOf('quay and\nsea side'), 'unprintable');
  assert.equal(await faultOf('14 characters!', 'ana', { ...RULES, least: 15 }), 'short');
});

test('what is tried first is refused, however it is dressed', async () => {
  for (const password of [
    ...[
      'password',
      'PASSWORD1',
      'P@ssw0rd!',
      'letmein-12',
      'dragon2026',
      'passwordpassword',
      'pass word pass word',
    ],
    ...[
      '12345678',
      '98765432109',
      'abcdefghijkl',
      'aaaaaaaaaaaa',
      'abcabcabcabc',
      'qwertyuiopasdf',
      '1q2w3e4r5t6y7u',
    ],
  ]) {
    assert.equal(await faultOf(password), 'common', password);
  }
});

test('names of the person and of the server are refused, and what only holds one is not', async () => {
  for (const password of [
    'ana.pilot',
    'AnaPilot!',
    'pilot-2026',
    'countersign',
    'Countersign#1',
    'example example',
    'harbour trust',
    'Login.Example.Com',
  ]) {
    assert.equal(await faultOf(password), 'named', password);
  }
  for (const password of [
    'the pilot of the north',
    'Dock-Admin-1',
    'Light-House-42',
    'Maré-Alta-2026',
    'correct horse battery staple',
  ]) {
    assert.equal(await faultOf(password), undefined, password);
  }
});
