import assert from 'node:assert/strict';
import test from 'node:test';
import { InvalidClientMetadata, parseClientMetadata } from './client-registration.ts';
import { originsOf, webOrigin } from './web-origin.ts';

test('a web address has the origin that browsers send', () => {
  for (const [uri, origin] of [
    ['https://app.example/cb?x=1', 'https://app.example'],
    ['HTTPS://App.Example:443/cb', 'https://app.example'],
    ['https://app.example:8443', 'https://app.example:8443'],
    ['http://localhost:80/', 'http://localhost'],
    ['http://[::1]:3000/cb', 'http://[::1]:3000'],
    ['com.example.app:/cb', undefined],
    ['blob:https://app.example/x', undefined],
    ['file:///tmp/x', undefined],
    ['null', undefined],
    ['*', undefined],
    ['', undefined],
  ] as const) {
    assert.equal(webOrigin(uri), origin, uri);
  }
});

const parsed = (metadata: object) => parseClientMetadata({ client_name: 'a', ...metadata });
const REDIRECTS = [
  'https://app.example/cb',
  'https://app.example:443/other',
  'http://localhost:5173/cb',
  'com.example.app:/cb',
];

test('a public client may be used from where its redirect URIs are, a confidential one is not', () => {
  const origins = (token_endpoint_auth_method: string, more = {}) => [
    ...originsOf(parsed({ token_endpoint_auth_method, redirect_uris: REDIRECTS, ...more })),
  ];
  const native = { application_type: 'native' };
  assert.deepEqual(origins('none', native), ['https://app.example', 'http://localhost:5173']);
  assert.deepEqual(origins('client_secret_basic', native), []);
  const allowed_cors_origins = ['https://other.example:8443', 'https://app.example'];
  assert.deepEqual(origins('none', { ...native, allowed_cors_origins }), [
    'https://other.example:8443',
    'https://app.example',
    'http://localhost:5173',
  ]);
  assert.deepEqual(origins('client_secret_basic', { ...native, allowed_cors_origins }), allowed_cors_origins);
});

test('allowed_cors_origins are scheme, host and port, written as browsers send them', () => {
  const allowed_cors_origins = [
    'https://app.example',
    'https://app.example:8443',
    'https://xn--bcher-kva.example',
    'https://192.0.2.1',
    'https://[2001:db8::1]:8443',
    'http://localhost:5173',
    'http://127.0.0.1',
    'http://[::1]:3000',
  ];
  assert.deepEqual(parsed({ allowed_cors_origins }).allowed_cors_origins, allowed_cors_origins);
  assert.deepEqual(parsed({}).allowed_cors_origins, []);
  for (const origin of [
    'null',
    '*',
    '',
    'app.example',
    '//app.example',
    'https://',
    'https://app.example/',
    'https://app.example/cb',
    'https://app.example?x',
    'https://app.example#x',
    'https://*.example',
    'https://app.example:*',
    'https://app.example:443',
    'http://localhost:80',
    'https://App.example',
    'HTTPS://app.example',
    'https://user@app.example',
    'https://bücher.example',
    'https://app.example ',
    ' https://app.example',
    'https://a.example https://b.example',
    'https://a.example,https://b.example',
    'https://127.1',
    'http://app.example',
    'ftp://app.example',
    'file://',
    'com.example.app://host',
    'chrome-extension://abcdefgh',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://app.example\\',
    'https://app.example:99999',
  ]) {
    assert.throws(
      () => parsed({ allowed_cors_origins: [origin] }),
      (error) => error instanceof InvalidClientMetadata && error.field === 'allowed_cors_origins',
      origin,
    );
  }
  for (const wrong of ['https://app.example', [1], [null], {}]) {
    assert.throws(
      () => parsed({ allowed_cors_origins: wrong }),
      InvalidClientMetadata,
      JSON.stringify(wrong),
    );
  }
});
