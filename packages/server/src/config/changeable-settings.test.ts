import assert from 'node:assert/strict';
import test from 'node:test';
import { fixedNames, settingNamed, whyFixed } from './changeable-settings.ts';
import { SECTIONS } from './deployment-schema.ts';

const known = SECTIONS.flatMap((section) =>
  section.keys.map((key) => ({ name: key.path.join('.'), why: whyFixed(key, section), key, section })),
);

test('what stays with the file is named as it is called there', () => {
  for (const name of fixedNames()) {
    assert.ok(
      known.some((each) => each.name === name || each.name.startsWith(`${name}.`)),
      name,
    );
  }
});

test('no secret, no file name, and nothing that waits for a restart can be changed', () => {
  for (const { name, why, key, section } of known) {
    if (why !== undefined) continue;
    assert.equal(key.notes.secret, undefined, name);
    assert.equal(key.notes.reload, 'live', name);
    if (section.repeated) assert.equal(section.notes.reload, 'live', name);
    assert.doesNotMatch(key.notes.expected, /file name/, name);
    assert.doesNotMatch(name, /_file$|file_name$|(?:password|secret)$/, name);
  }
  assert.ok(known.some(({ name, why }) => name === 'sign_in.session_lifetime' && why === undefined));
});

test('a setting is named as the admin API writes it, those of lists with their place', () => {
  assert.deepEqual(settingNamed('trust_group[2].revocation')?.path, ['trust_group', 2, 'revocation']);
  assert.deepEqual(settingNamed('sign_in.session_lifetime')?.path, ['sign_in', 'session_lifetime']);
  for (const wrong of [
    'trust_group.revocation',
    'trust_group[0][1].revocation',
    'sign_in[0].session_lifetime',
    'sign_in',
    'sign_in.',
    '__proto__.x',
    'trust_group[-1].revocation',
    '',
  ]) {
    assert.equal(settingNamed(wrong), undefined, wrong);
  }
});
