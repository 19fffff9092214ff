import assert from 'node:assert/strict';
import test from 'node:test';
import { errorDescription } from './error-description.ts';
import { Refusal } from './refusal.ts';

/** RFC 6749 §5.2. */
const ALLOWED = /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/;

test('what may stand in an error_description stays as it is', () => {
  const every = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index))
    .filter((character) => !['"', '\\'].includes(character))
    .join('');
  assert.equal(errorDescription(every), every);
  assert.equal(errorDescription(''), '');
});

test('what may not is written otherwise, so that it can still be read', () => {
  for (const [text, written] of [
    [
      'redirect_uris: "https://a.example/\\" has a fragment (RFC 6749 §3.1.2)',
      "redirect_uris: 'https://a.example//' has a fragment (RFC 6749 section 3.1.2)",
    ],
    ['the client’s “name” – Zoë', "the client's 'name' - Zoe"],
    ['one\ntwo\tthree\u00a0four…', 'one two three four...'],
    ['Bank\u202e\u0000\u007f', 'Bank???'],
    ['日本 😀', '?? ?'],
    ['Straße', 'Stra?e'],
  ] as const) {
    assert.equal(errorDescription(text), written);
  }
});

test('no text makes another character of it, and every refusal obeys', () => {
  for (let from = 0; from < 0x11_0000; from += 0x100) {
    const text = Array.from({ length: 0x100 }, (_, index) => String.fromCodePoint(from + index)).join('');
    assert.match(errorDescription(text), ALLOWED, `from ${from.toString(16)}`);
  }
  const refusal = new Refusal('invalid_request', '"é\\"', 'malformed_request');
  assert.equal(refusal.description, "'e/'");
  assert.equal(refusal.withEvidence({ a: 1 }).description, "'e/'");
});
