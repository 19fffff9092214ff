import assert from 'node:assert/strict';
import { test } from 'node:test';
import { de } from './catalogue/de.ts';
import { en } from './catalogue/en.ts';
import { pt } from './catalogue/pt.ts';
import { html } from './html.ts';
import { chooseLanguage } from './language.ts';

const placeholders = (text: string) => Array.from(text.matchAll(/\{[^}]*\}/g), ([match]) => match).toSorted();

test('every language says everything, with the same things filled in', () => {
  for (const catalogue of [de, pt]) {
    for (const [name, english] of Object.entries(en.messages)) {
      const text = new Map<string, string>(Object.entries(catalogue.messages)).get(name) ?? '';
      assert.notEqual(text.trim(), '', name);
      assert.deepEqual(placeholders(text), placeholders(english), name);
    }
    assert.deepEqual(Object.keys(catalogue.messages).toSorted(), Object.keys(en.messages).toSorted());
    assert.deepEqual(Object.keys(catalogue.scopes).toSorted(), Object.keys(en.scopes).toSorted());
  }
});

test('the request decides before the browser, and English stands in for what there is not', () => {
  const cases: readonly (readonly [
    ui_locales: string | undefined,
    accept: string | undefined,
    tag: string,
  ])[] = [
    [undefined, undefined, 'en'],
    ['de', 'pt', 'de'],
    ['fr pt de', 'de', 'pt'],
    ['DE-at', undefined, 'de'],
    ['fr', 'it;q=0.9, de;q=0.5, pt;q=0.7', 'pt'],
    [undefined, 'de;q=0, pt', 'pt'],
    [undefined, 'de;q=0', 'en'],
    [undefined, '*', 'en'],
    ['fr', ';;q=,', 'en'],
    [undefined, 'de;q=abc, pt;q=0.1', 'pt'],
  ];
  for (const [ui_locales, accept, tag] of cases) {
    assert.equal(chooseLanguage({ ui_locales, accept }).tag, tag, `${ui_locales} / ${accept}`);
  }
});

test('what a person chose comes before what an application asks for', () => {
  assert.equal(chooseLanguage({ chosen: 'pt', ui_locales: 'de', accept: 'en' }).tag, 'pt');
  assert.equal(chooseLanguage({ chosen: 'xx', ui_locales: 'de', accept: 'en' }).tag, 'de');
});

test('values are filled in as text, or as the markup they are', () => {
  const language = chooseLanguage({ chosen: 'en' });
  assert.equal(language.text('signed.as', { username: '<x>' }), 'Signed in as <x>');
  assert.equal(String(language.markup('signed.as', { username: '<x>' })), 'Signed in as &lt;x&gt;');
  assert.equal(
    String(language.markup('signed.as', { username: html`<b>${'&'}</b>` })),
    'Signed in as <b>&amp;</b>',
  );
  assert.equal(
    String(language.time(Date.UTC(2026, 4, 3, 21, 5))),
    '<time datetime="2026-05-03T21:05:00.000Z">3 May 2026, 21:05 UTC</time>',
  );
});

test('scopes are put into words where there are some', () => {
  const language = chooseLanguage({ chosen: 'de' });
  assert.equal(language.scope('email'), 'Ihre E-Mail-Adresse zu sehen');
  for (const name of ['orders', 'constructor', '__proto__']) assert.equal(language.scope(name), undefined);
});
