import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { missingProgram } from '../../test/installed-program.ts';
import { secretKey, signedHeaders } from './signature.ts';

/** Checks as a receiver in Python does, with its own HMAC: prints how many of the signatures are good. */
const RECEIVER = `
import base64, hashlib, hmac, json, sys
given = json.load(sys.stdin)
secret = given["secret"]
key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
head = given["headers"]
signed = f'{head["webhook-id"]}.{head["webhook-timestamp"]}.{given["body"]}'.encode()
mine = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
print([hmac.compare_digest(mine, each) for each in head["webhook-signature"].split(" ")].count(True))
`;

const ENCODED = `whsec_${Buffer.from('a key of thirty-two octets, whole').toString('base64')}`;
const PLAIN = 'ein Geheimnis mit Umlaut: ä';
const signed = { id: 'ABCD-EFGH-JK_on-call', timestamp: 1_700_000_000, body: '{"é":1}' };

test('another implementation finds each signature good, by its own secret alone', {
  skip: await missingProgram('python3', ['--version']),
}, () => {
  const headers = signedHeaders(signed, [ENCODED, PLAIN]);
  const good = (secret: string, body: string) =>
    execFileSync('python3', ['-c', RECEIVER], { input: JSON.stringify({ secret, headers, body }) })
      .toString()
      .trim();
  assert.equal(good(ENCODED, signed.body), '1');
  assert.equal(good(PLAIN, signed.body), '1');
  assert.equal(good(PLAIN, '{"é":2}'), '0');
  assert.equal(good('another secret of 24 characters', signed.body), '0');
});

test('the example of Standard Webhooks is signed as it says', () => {
  // https://github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Verifying signatures"
  const headers = signedHeaders(
    { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' },
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  );
  assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('a secret is long enough, and base64 where it says so', () => {
  assert.equal(secretKey('x'.repeat(23)), undefined);
  assert.equal(secretKey('x'.repeat(24))?.length, 24);
  assert.equal(secretKey(`whsec_${Buffer.alloc(23).toString('base64')}`), undefined);
  assert.equal(secretKey(`whsec_${Buffer.alloc(24).toString('base64')}`)?.length, 24);
  assert.equal(secretKey('whsec_this is no base64, though long enough'), undefined);
});
