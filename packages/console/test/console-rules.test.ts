import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  isPlainHttpRedirectUri,
  redirectUriProblem,
  SIGNING_ALGORITHMS,
} from '../../server/test/server-rules.ts';
import { callbackProblem } from '../src/pages/clients/redirect-uri.ts';
import { csvCell } from '../src/pages/csv-cell.ts';
import { serverMetadata } from '../src/session/server-metadata.ts';

test('the console says of a callback URL, while it is typed, what the server will say', () => {
  for (const uri of [
    'https://app.example.com/callback',
    'https://app.example.com/callback?tenant=1',
    'https://app.example.com/callback?tenant=1&state=x',
    'https://app.example.com/callback?code',
    'https://app.example.com/callback?response=x',
    'com.example.app:/callback?iss=x',
    'http://localhost:8080/playground2/oauth2client',
    'http://127.0.0.1/callback',
    'http://[::1]:7000/callback',
    'com.example.app:/callback',
    'http://app.example.com/callback',
    'https://app.example.com/callback#fragment',
    'https://*.example.com/callback',
    'https://user:password@app.example.com/callback',
    'https://app.example.com\\@evil.example/',
    'https://app.example.com/with space',
    'https://app.example.com/ä',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'myapp:/callback',
    '/callback',
    'app.example.com/callback',
    'https://',
    'h',
  ]) {
    assert.equal(callbackProblem(uri, []) === undefined, redirectUriProblem(uri) === undefined, uri);
    const accepted = redirectUriProblem(uri) === undefined || isPlainHttpRedirectUri(uri);
    assert.equal(callbackProblem(uri, [uri]) === undefined, accepted, `accepted ${uri}`);
  }
});

test('no cell of an exported audit trail is taken for a formula, and none breaks its row', () => {
  assert.equal(csvCell('=HYPERLINK("https://evil.example")'), `"'=HYPERLINK(""https://evil.example"")"`);
  for (const start of ['+1', '-1', '@sum', '\tx']) assert.equal(csvCell(start), `'${start}`);
  assert.equal(csvCell('a,b'), '"a,b"');
  assert.equal(csvCell('two\nlines'), '"two\nlines"');
  assert.equal(csvCell({ expected: 'x' }), '"{""expected"":""x""}"');
  assert.equal(csvCell(undefined), '');
  assert.equal(csvCell('plain'), 'plain');
});

test('the console takes an ID token signed by any key the server may have', () => {
  const { id_token_signing_alg_values_supported: taken } = serverMetadata('https://localhost:9443');
  assert.deepEqual(taken.toSorted(), [...SIGNING_ALGORITHMS].sort());
});

test('a browser loads no more than 165 kB before it shows the console', async () => {
  const folder = join(import.meta.dirname, '../dist/assets');
  // Of the languages a browser loads one.
  const names = (await readdir(folder)).filter((name) => !/^(de|pt)-/.test(name));
  const files = await Promise.all(names.map((name) => readFile(join(folder, name))));
  assert.ok(files.length > 0);
  const compressed = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  assert.ok(compressed <= 165_000, `${compressed} bytes`);
});
