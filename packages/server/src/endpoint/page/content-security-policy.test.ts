import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentSecurityPolicy } from './content-security-policy.ts';

const BARE =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

test('a page may do nothing it does not need', () => {
  assert.equal(contentSecurityPolicy({}), BARE);
  assert.equal(contentSecurityPolicy({ formTargets: [undefined, 'no URI'] }), BARE);
});

test('forms may lead to the origin of the redirect URI, or to its scheme, and to nothing that stands in its path', () => {
  const cases = {
    'https://client.example/callback;script-src%20*?x=1': 'https://client.example',
    'https://client.example:8443/callback': 'https://client.example:8443',
    'http://127.0.0.1:49152/callback': 'http://127.0.0.1:49152',
    'http://localhost:8080/playground2/oauth2client': 'http://localhost:8080',
    'http://[::1]:49152/callback': 'http:',
    'com.example.app:/callback': 'com.example.app:',
  };
  for (const [uri, source] of Object.entries(cases)) {
    assert.equal(
      contentSecurityPolicy({ formTargets: [uri] }),
      BARE.replace("form-action 'self'", `form-action 'self' ${source}`),
    );
  }
});

test('attack 10: no character of a host reaches the policy that could end an expression, a list or a directive', () => {
  for (let code = 0x21; code < 0x17f; code++) {
    const character = String.fromCharCode(code);
    for (const host of [`a${character}b.example`, `${character}.example`, `example.${character}`]) {
      for (const uri of [`https://${host}/cb`, `http://${host}/cb`, `com.example.app://${host}/cb`]) {
        const policy = contentSecurityPolicy({ formTargets: [uri], image: uri });
        const [, sources = ''] =
          /form-action 'self'([^;]*); base-uri 'none'; frame-ancestors 'none'$/.exec(policy) ?? [];
        assert.match(
          policy,
          /^default-src 'none'; style-src 'self'; img-src 'self'[^;]*; form-action 'self'/,
          uri,
        );
        assert.match(sources, /^( (https?:(\/\/[a-z0-9_.-]+(:\d+)?)?|com\.example\.app:))?$/, uri);
      }
    }
  }
});

test('the image of a client and the script for passkeys', () => {
  const policy = contentSecurityPolicy({ image: 'https://cdn.example/logo.png', script: 'passkey' });
  assert.match(policy, /img-src 'self' https:\/\/cdn\.example;/);
  assert.match(policy, /script-src 'self';/);
});
