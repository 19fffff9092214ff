import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hidden } from './form.ts';
import { html, webLink } from './html.ts';

test('values are escaped, in text and in attributes, and markup is not', () => {
  const name = `<b title='x' class="y">&</b>`;
  const escaped = '&lt;b title=&#39;x&#39; class=&quot;y&quot;&gt;&amp;&lt;/b&gt;';
  assert.equal(String(html`<p title="${name}">${name}</p>`), `<p title="${escaped}">${escaped}</p>`);
  assert.equal(
    String(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}</ul>`),
    '<ul><li>1</li><li>2</li></ul>',
  );
  assert.equal(String(html`${undefined}${false}${['<', html`<br>`]}`), '&lt;<br>');
});

test('no text whatever adds a tag, ends an attribute or begins an entity', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', ';', 'a', '#', '=') }), (text) => {
      assert.doesNotMatch(String(html`${text}`), /[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
    }),
  );
});

test('attack 10: what nobody would see is written out, and comes back as it was from a hidden field', () => {
  const name = 'Bank\u202e\u200b\u{e0041}';
  assert.equal(
    String(html`<p title="${name}">${[name]}</p>`).match(/Bank\\u202e\\u200b\\udb40\\udc41/g)?.length,
    2,
  );
  assert.match(String(hidden({ state: name })), /value="Bank\u202e\u200b\u{e0041}"/u);
});

test('what only looks like markup is text', () => {
  const looks = { toString: () => '<script>' };
  assert.equal(String(html`${String(looks)}`), '&lt;script&gt;');
});

test('only web addresses are linked', () => {
  assert.equal(webLink('https://client.example/a?b=c'), 'https://client.example/a?b=c');
  assert.equal(webLink('http://localhost:8080/'), 'http://localhost:8080/');
  for (const uri of [
    undefined,
    '',
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '//evil.example',
    'com.example:/',
  ]) {
    assert.equal(webLink(uri), undefined, String(uri));
  }
});
