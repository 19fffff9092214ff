import assert from 'node:assert/strict';
import test from 'node:test';
import { isNativeRedirectUri, isRegisteredRedirectUri, redirectUriProblem } from './redirect-uri.ts';

const matches = (registered: string, presented: string, type: 'web' | 'native' = 'native') =>
  isRegisteredRedirectUri([registered], presented, type);

test('a redirect URI is compared character by character', () => {
  const registered = 'https://client.example/cb';
  assert.ok(matches(registered, 'https://client.example/cb', 'web'));
  for (const trick of [
    'https://client.example/cb/',
    'https://client.example/cb?x=1',
    'https://client.example/cb#x',
    'https://client.example/CB',
    'https://CLIENT.example/cb',
    'https://client.example:443/cb',
    'https://client.example/./cb',
    'https://client.example/x/../cb',
    'https://client.example/%63b',
    'https://client.example.evil.example/cb',
    'https://client.example@evil.example/cb',
    'https://evil.example\\@client.example/cb',
    'https://evil.example/https://client.example/cb',
    'http://client.example/cb',
    ' https://client.example/cb',
    'https://client.example/cb\n',
    'https://client.example',
    '',
  ]) {
    assert.ok(!matches(registered, trick), trick);
  }
});

test('a native application may listen on any port of its loopback address', () => {
  assert.ok(matches('http://127.0.0.1/cb', 'http://127.0.0.1:51004/cb'));
  assert.ok(matches('http://127.0.0.1:8000/cb', 'http://127.0.0.1:51004/cb'));
  assert.ok(matches('http://[::1]/cb', 'http://[::1]:51004/cb'));
  assert.ok(matches('http://127.0.0.1', 'http://127.0.0.1:1'));
});

test('nothing but the port of a loopback address is free', () => {
  for (const trick of [
    'http://127.0.0.1:51004/other',
    'http://127.0.0.1:51004/cb?x=1',
    'http://127.0.0.1:51004/cb/../other',
    'http://127.0.0.1:51004@evil.example/cb',
    'http://127.0.0.1:0/cb',
    'http://127.0.0.1:65536/cb',
    'http://127.0.0.1:/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://127.0.0.2:51004/cb',
    'http://localhost:51004/cb',
    'https://127.0.0.1:51004/cb',
    'http://[::1]:51004/cb',
    'http://127.1:51004/cb',
  ]) {
    assert.ok(!matches('http://127.0.0.1/cb', trick), trick);
  }
});

test('and of localhost, which OpenID Connect lets it register', () => {
  assert.ok(matches('http://localhost/cb', 'http://localhost:51004/cb'));
  assert.ok(matches('http://localhost:8080/cb', 'http://localhost:8081/cb'));
  assert.ok(matches('http://localhost:8080', 'http://localhost'));
  for (const trick of [
    'http://localhost:51004/other',
    'http://localhost.evil.example:51004/cb',
    'http://localhost@evil.example/cb',
    'http://LOCALHOST:51004/cb',
    'http://localhost:51004.evil.example/cb',
    'http://127.0.0.1:51004/cb',
    'https://localhost:51004/cb',
  ]) {
    assert.ok(!matches('http://localhost/cb', trick), trick);
  }
});

test('the port counts for web applications and for other hosts', () => {
  assert.ok(!matches('http://127.0.0.1/cb', 'http://127.0.0.1:51004/cb', 'web'));
  assert.ok(!matches('http://localhost:8080/cb', 'http://localhost:8081/cb', 'web'));
  assert.ok(!matches('https://client.example/cb', 'https://client.example:8443/cb'));
});

test('what cannot be registered says why', () => {
  assert.equal(redirectUriProblem('https://client.example/cb?fixed=1'), undefined);
  assert.equal(redirectUriProblem('https://client.example/cb?states=1&Code=2&xiss=3'), undefined);
  assert.equal(redirectUriProblem('http://localhost:8080/playground2/oauth2client'), undefined);
  assert.equal(redirectUriProblem('com.example.app:/cb'), undefined);
  const refused = {
    'https://client.example/c b': /characters/,
    'https://client.example/\r\nSet-Cookie:x': /characters/,
    '/relative': /absolute/,
    'https://client.example/cb#x': /fragment/,
    'https://client.example/cb?fixed=1&state=x': /state in its query/,
    'https://client.example/cb?code=': /code in its query/,
    'https://client.example/cb?iss': /iss in its query/,
    'https://client.example/cb?error=x': /error in its query/,
    'https://client.example/cb?error_description=x': /error_description/,
    'https://client.example/cb?response=x': /response in its query/,
    'https://client.example/cb?st%61te=x': /state in its query/,
    'com.example.app:/cb?code=x': /code in its query/,
    'https://*.example/cb': /wildcard/,
    'https://client.example\\@evil.example/': /backslash/,
    'https://user@client.example/cb': /user information/,
    'javascript:alert(1)//': /javascript/,
    'http://client.example/cb': /plain http/,
    'myapp:/cb': /reverse domain/,
  };
  for (const [uri, why] of Object.entries(refused)) assert.match(redirectUriProblem(uri) ?? '', why);
});

test('private schemes and loopback addresses mean a native application, localhost does not', () => {
  assert.ok(isNativeRedirectUri('com.example.app:/cb'));
  assert.ok(isNativeRedirectUri('http://127.0.0.1/cb'));
  assert.ok(!isNativeRedirectUri('http://localhost:8080/cb'));
  assert.ok(!isNativeRedirectUri('https://client.example/cb'));
});

test('a path that browsers would resolve to another is no redirect URI', () => {
  for (const path of ['/..', '/a/../b', '/a/./b', '/%2e%2E/b', '/a/.%2e']) {
    assert.match(redirectUriProblem(`https://client.example${path}`) ?? '', /dot segment/, path);
  }
  for (const path of ['/a..b', '/.well-known/cb', '/...', '/cb?next=/../x']) {
    assert.equal(redirectUriProblem(`https://client.example${path}`), undefined, path);
  }
});
