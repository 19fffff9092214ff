import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalUserCode, displayedUserCode, generateUserCode } from './user-code.ts';

test('a user code is eight consonants, different each time, and survives being shown and typed', () => {
  const codes = Array.from({ length: 200 }, generateUserCode);
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) {
    assert.match(code, /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    const shown = displayedUserCode(code);
    assert.match(shown, /^.{4}-.{4}$/);
    assert.equal(canonicalUserCode(` ${shown.toLowerCase().replace('-', ' ')} `), code);
  }
});
