import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type JsonWebKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { selfSigned } from '../../test/https-on-loopback.ts';
import { MalformedJwks, type MalformedJwksCause, parseJwks, parseJwksDocument } from './json-web-key-set.ts';

const identity = await selfSigned('client');
const x5c = [identity.der.toString('base64')];
const thumbprint = createHash('sha256').update(identity.der).digest('base64url');
const certified = new X509Certificate(identity.der).publicKey.export({ format: 'jwk' });

const rsaPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsa = rsaPair.publicKey.export({ format: 'jwk' });
const edPair = generateKeyPairSync('ed25519');
const ed = edPair.publicKey.export({ format: 'jwk' });
const ec = (): JsonWebKey =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });

const refuses = (read: () => unknown, because: MalformedJwksCause) =>
  assert.throws(read, (error) => error instanceof MalformedJwks && error.because === because);

/** Reads a set of one broken key and one good one; the good one must survive. */
function skips(key: unknown, because: string, message: RegExp): void {
  const { keys, skipped } = parseJwks({ keys: [key, { ...ed, kid: 'good' }] });
  assert.deepEqual(
    keys.map(({ kid }) => kid),
    ['good'],
  );
  assert.equal(skipped.length, 1);
  assert.equal(skipped[0]?.index, 0);
  assert.equal(skipped[0]?.because, because, skipped[0]?.message);
  assert.match(skipped[0]?.message ?? '', message);
}

/** A thumbprint of no certificate here. */
const other = Buffer.alloc(32, 0xfb).toString('base64url');

test('a set of RSA, EC and OKP keys is read, certificates included', () => {
  const { keys, skipped } = parseJwks({
    keys: [
      { ...rsa, kid: 'r', use: 'sig', alg: 'PS256' },
      { ...certified, kid: 'c', x5c, 'x5t#S256': thumbprint, key_ops: ['verify'] },
      { ...ed, 'x5t#S256': other },
    ],
    extra: 1,
  });
  assert.deepEqual(skipped, []);
  const [first, second, third] = keys;
  assert.deepEqual(first?.jwk, { kty: 'RSA', n: rsa.n, e: rsa.e, kid: 'r', use: 'sig', alg: 'PS256' });
  assert.ok(first?.publicKey.equals(rsaPair.publicKey));
  assert.equal(second?.x5c?.thumbprint, thumbprint);
  assert.equal(second?.['x5t#S256'], thumbprint);
  assert.equal(third?.['x5t#S256'], other);
  assert.equal(third?.kid, undefined);
});

test('a key whose private half is published is skipped and its members named', () => {
  const { d } = edPair.privateKey.export({ format: 'jwk' });
  skips({ ...ed, d, kid: 'leak' }, 'private-members', /\(d\)/);
  skips({ kty: 'oct', k: 'c2VjcmV0' }, 'symmetric', /secret/);
  const { skipped } = parseJwks({ keys: [{ ...rsaPair.privateKey.export({ format: 'jwk' }), kid: 'leak' }] });
  assert.equal(skipped[0]?.kid, 'leak');
  assert.match(skipped[0]?.message ?? '', /d, p, q, dp, dq, qi/);
});

test('malformed keys are skipped, each with its reason', () => {
  skips('key', 'malformed', /object/);
  skips({ kid: 'x' }, 'malformed', /kty/);
  skips({ ...ed, kid: 7 }, 'malformed', /kid/);
  skips({ kty: 'RSA', e: 'AQAB' }, 'malformed', /n:/);
  skips({ kty: 'RSA', n: 'not base64', e: 'AQAB' }, 'malformed', /base64url/);
  skips({ ...ec(), y: 'AAAA' }, 'malformed', /./);
  skips({ ...ec(), crv: 'secp256k1' }, 'malformed', /crv/);
  skips({ kty: 'PQC' }, 'unknown-kty', /PQC/);
});

test('an RSA key that RFC 7518 forbids, or that is expensive to use, is skipped', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
  skips(weak, 'weak', /1024/);
  const huge = Buffer.alloc(2048, 0xff).toString('base64url');
  skips({ kty: 'RSA', n: huge, e: 'AQAB' }, 'weak', /16384/);
});

test('a certificate that is malformed or belongs to another key spoils its key alone', () => {
  skips({ ...certified, x5c: 7 }, 'x5c-malformed', /array/);
  skips({ ...certified, x5c: [] }, 'x5c-malformed', /array/);
  skips({ ...certified, x5c: ['AAAA'] }, 'x5c-malformed', /not base64 of a certificate/);
  const trailing = Buffer.concat([identity.der, Buffer.of(0)]).toString('base64');
  skips({ ...certified, x5c: [trailing] }, 'x5c-malformed', /x5c\[0\]/);
  skips({ ...ec(), x5c }, 'x5c-of-another-key', /CN=client/);
  // P-256 becomes a curve that nobody has: OpenSSL reads the certificate, and gives no key of it.
  const unknownKey = Buffer.from(
    identity.der.toString('latin1').replace('\x03\x01\x07', '\x03\x01\x77'),
    'latin1',
  );
  skips({ ...certified, x5c: [unknownKey.toString('base64')] }, 'x5c-of-another-key', /CN=client/);
});

test('x5c is read with line ends, in PEM, in base64url and as a string', () => {
  const base64 = identity.der.toString('base64');
  for (const written of [
    [base64.replace(/.{64}/g, '$&\r\n')],
    [identity.pem],
    [identity.pem.replaceAll('\n', '\\n')],
    [identity.der.toString('base64url')],
    base64,
    identity.pem,
  ]) {
    const { keys, skipped } = parseJwks({ keys: [{ ...certified, x5c: written }] });
    assert.deepEqual(skipped, []);
    assert.equal(keys[0]?.x5c?.thumbprint, thumbprint);
  }
});

test('x5t#S256 is read in every writing that can be only one thing', () => {
  const bytes = Buffer.from(thumbprint, 'base64url');
  const hex = bytes.toString('hex');
  for (const written of [
    thumbprint,
    `${thumbprint}=`,
    bytes.toString('base64'),
    `${bytes.toString('base64')}\n`,
    hex,
    hex.toUpperCase(),
    hex.toUpperCase().replace(/..(?=.)/g, '$&:'),
    Buffer.from(hex).toString('base64url'),
    Buffer.from(hex.toUpperCase()).toString('base64'),
  ]) {
    for (const beside of [{}, { x5c }]) {
      const { keys, skipped } = parseJwks({ keys: [{ ...certified, ...beside, 'x5t#S256': written }] });
      assert.deepEqual(skipped, [], written);
      assert.equal(keys[0]?.['x5t#S256'], thumbprint, written);
    }
  }
});

test('a SHA-256 in x5t, as WSO2 Identity Server writes it, names the certificate; a SHA-1 names nothing', () => {
  const hexadecimal = Buffer.from(thumbprint, 'base64url').toString('hex');
  const asWso2 = Buffer.from(hexadecimal).toString('base64url');
  assert.equal(asWso2.length, 86);
  const named = (members: Readonly<Record<string, unknown>>) =>
    parseJwks({ keys: [{ ...certified, ...members }] }).keys[0]?.['x5t#S256'];
  assert.equal(named({ x5t: asWso2 }), thumbprint);
  assert.equal(named({ x5t: asWso2, x5c }), thumbprint);
  assert.equal(named({ x5t: asWso2, 'x5t#S256': thumbprint }), thumbprint);
  assert.equal(named({ x5t: Buffer.alloc(20, 1).toString('base64url') }), undefined);
  assert.equal(named({ x5t: 7 }), undefined);
  assert.equal(named({ x5t: Buffer.from('0'.repeat(64)).toString('base64url'), x5c }), undefined);
});

test('an x5t#S256 that says nothing is left out with its reason, never the key', () => {
  for (const [written, because, message] of [
    ['AAAA', 'x5t-malformed', /3 bytes/],
    [Buffer.alloc(20, 1).toString('base64url'), 'x5t-malformed', /20 bytes.*SHA-1/],
    ['a'.repeat(40), 'x5t-malformed', /SHA-1/],
    ['not one', 'x5t-malformed', /not base64url|bytes/],
    [7, 'x5t-malformed', /no text/],
    [
      `${thumbprint.slice(0, 42)}${thumbprint.endsWith('A') ? 'B' : String.fromCharCode(thumbprint.charCodeAt(42) + 1)}`,
      'x5t-malformed',
      /not base64url/,
    ],
    [other, 'x5t-of-another-certificate', /x5c is/],
  ] as const) {
    const { keys, skipped } = parseJwks({ keys: [{ ...certified, kid: 'k', x5c, 'x5t#S256': written }] });
    assert.equal(keys[0]?.x5c?.thumbprint, thumbprint);
    assert.equal(keys[0]?.['x5t#S256'], undefined);
    assert.deepEqual(
      skipped.map((each) => [each.index, each.kid, each.because, each.member]),
      [[0, 'k', because, 'x5t#S256']],
    );
    assert.match(skipped[0]?.message ?? '', message);
  }
});

test('one key, an array of keys and JSON in a string are the set that is meant', () => {
  const set = { keys: [ed] };
  for (const value of [
    set,
    ed,
    [ed],
    JSON.stringify(set),
    JSON.stringify(ed),
    `\uFEFF${JSON.stringify([ed])}`,
  ]) {
    assert.equal(parseJwks(value).keys.length, 1);
    assert.equal(parseJwksDocument(Buffer.from(JSON.stringify(value))).keys.length, 1);
  }
});

test('one kid for two keys of a type is refused; RFC 7517 §4.5 lets types share it', () => {
  refuses(
    () =>
      parseJwks({
        keys: [
          { ...ec(), kid: 'a' },
          { ...ec(), kid: 'a' },
        ],
      }),
    'duplicate-kid',
  );
  const twice = { ...certified, kid: 'a' };
  assert.equal(parseJwks({ keys: [twice, { ...twice, use: 'enc' }, { ...rsa, kid: 'a' }] }).keys.length, 3);
});

test('what is no JWK Set is refused with its cause', () => {
  const read = (text: string) => () => parseJwksDocument(Buffer.from(text));
  refuses(read('\n <!DOCTYPE html><html></html>'), 'html');
  refuses(read('{"keys": ['), 'not-json');
  refuses(read(''), 'not-json');
  refuses(() => parseJwksDocument(Buffer.of(0x22, 0xff, 0x22)), 'not-json');
  for (const text of ['[]', 'null', '{}', '{"keys":{}}']) refuses(read(text), 'not-a-jwks');
  refuses(read(`{"keys":[{"kty":"RSA","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`), 'too-deep');
  assert.deepEqual(parseJwksDocument(Buffer.from('\uFEFF{"keys":[]}')), { keys: [], skipped: [] });
});

test('at most 100 keys are read', () => {
  const sets = (count: number) => ({ keys: Array.from({ length: count }, () => ed) });
  assert.equal(parseJwks(sets(100)).keys.length, 100);
  refuses(() => parseJwks(sets(101)), 'too-many-keys');
  refuses(() => parseJwks(sets(10_000)), 'too-many-keys');
});
