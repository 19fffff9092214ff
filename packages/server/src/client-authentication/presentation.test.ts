import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '../refusal/refusal.ts';
import { readPresentation } from './presentation.ts';

const form = (fields: Readonly<Record<string, string>>) => ({ get: (name: string) => fields[name] });
const read = (fields: Readonly<Record<string, string>>, authorization?: string) =>
  readPresentation(
    form(fields),
    authorization,
    { certificate: undefined, remote_address: '127.0.0.1' },
    'https://server.example/oauth2/token',
  );
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

const refusal = (work: () => unknown): Refusal => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'not refused' });
};

test('Basic credentials are form-decoded (RFC 6749 §2.3.1)', () => {
  const { client_id, basic: credentials } = read({}, basic('a%3Ab+c:s%25%3A%20t+u'));
  assert.equal(client_id, 'a:b c');
  assert.deepEqual(credentials, {
    client_id: 'a:b c',
    client_secret: 's%: t u',
    plain_secret: 's%25%3A%20t+u',
  });
});

test('a secret that is sent plainly is read as it stands, too', () => {
  const credentials = (text: string) => read({}, basic(text)).basic;
  assert.deepEqual(credentials('a:50+50'), { client_id: 'a', client_secret: '50 50', plain_secret: '50+50' });
  assert.deepEqual(credentials('a:100%'), { client_id: 'a', client_secret: undefined, plain_secret: '100%' });
  assert.deepEqual(credentials('ä:é'), { client_id: 'ä', client_secret: 'é' });
});

test('the scheme is read without regard to case', () => {
  assert.equal(read({}, basic('a:b').replace('Basic', 'bAsIc')).client_id, 'a');
});

for (const authorization of ['Bearer abc', 'Basic', 'Basic !!!', basic('no colon'), basic('%zz:bad')]) {
  test(`not Basic credentials: ${authorization}`, () => {
    const { error, because } = refusal(() => read({ client_id: 'a' }, authorization));
    assert.equal(error, 'invalid_client');
    assert.equal(because, 'malformed_request');
  });
}

test('two methods in one request are refused (RFC 6749 §2.3)', () => {
  const pairs = [
    () => read({ client_secret: 's' }, basic('a:b')),
    () => read({ client_assertion: 'x' }, basic('a:b')),
    () => read({ client_id: 'a', client_secret: 's', client_assertion: 'x' }),
  ];
  for (const pair of pairs) {
    const { error, because } = refusal(pair);
    assert.equal(error, 'invalid_request');
    assert.equal(because, 'several_methods');
  }
});

test('another client_id beside the credentials is refused', () => {
  assert.equal(refusal(() => read({ client_id: 'b' }, basic('a:b'))).because, 'client_ids_differ');
  assert.equal(read({ client_id: 'a' }, basic('a:b')).client_id, 'a');
});

test('an assertion names its client when nothing else does', () => {
  const payload = Buffer.from(JSON.stringify({ sub: 'from-assertion' })).toString('base64url');
  assert.equal(read({ client_assertion: `e30.${payload}.` }).client_id, 'from-assertion');
  assert.equal(read({ client_assertion: 'nonsense' }).client_id, undefined);
});

test('an assertion names its client by a sub that is text, and by nothing else', () => {
  const assertion = (sub: unknown) =>
    ['{"alg":"ES256"}', JSON.stringify({ sub }), 'signature']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
  assert.equal(read({ client_assertion: assertion('client') }).client_id, 'client');
  for (const sub of [1, true, null, ['client'], { client_id: 'client' }]) {
    assert.equal(read({ client_assertion: assertion(sub) }).client_id, undefined, JSON.stringify(sub));
  }
});
