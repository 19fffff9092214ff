import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { test } from 'node:test';
import { compactVerify } from 'jose';
import { JwsRefused, verifyJws } from './jws.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const encoded = (value: string | Uint8Array) => Buffer.from(value).toString('base64url');
const signatureOf = (input: string, key: KeyObject = privateKey) =>
  sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
const jwsOf = (payload: string | Uint8Array, header = '{"alg":"ES256"}', key = privateKey) => {
  const input = `${encoded(header)}.${encoded(payload)}`;
  return `${input}.${encoded(signatureOf(input, key))}`;
};
const isBelieved = (jws: string, keys: readonly (KeyObject | Uint8Array)[]) =>
  verifyJws(jws, keys, 'ES256').then(
    () => true,
    (error) => {
      assert.ok(error instanceof JwsRefused, String(error));
      return false;
    },
  );
const isBelievedByJose = (jws: string) =>
  compactVerify(jws, publicKey, { algorithms: ['ES256'] }).then(
    () => true,
    () => false,
  );

test('an ES256 signature gives its payload, octet by octet', async () => {
  for (const payload of ['', '{}', '\0\u{10FFFF}', randomBytes(3000)]) {
    const jws = jwsOf(payload);
    assert.deepEqual(Buffer.from(await verifyJws(jws, [publicKey], 'ES256')), Buffer.from(payload));
    assert.ok(await isBelievedByJose(jws));
  }
});

test('ES256 signatures are judged as jose judges them', async () => {
  const jws = jwsOf('payload');
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const octets = Buffer.from(signature, 'base64url');
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const zero = Buffer.alloc(32);
  const [r, s] = [octets.subarray(0, 32), octets.subarray(32)];
  const signatures = [
    octets,
    Buffer.concat([s, r]),
    Buffer.concat([zero, s]),
    Buffer.concat([r, zero]),
    Buffer.concat([zero, zero]),
    Buffer.concat([order, s]),
    Buffer.concat([r, order]),
    Buffer.concat([octets, zero.subarray(0, 1)]),
    octets.subarray(0, 63),
    Buffer.alloc(0),
    Buffer.alloc(64, 0xff),
    sign('sha256', Buffer.from(`${header}.${payload}`), privateKey),
    ...Array.from({ length: 64 }, (_, at) => {
      const flipped = Buffer.from(octets);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      return flipped;
    }),
  ];
  const judged: boolean[] = [];
  for (const each of signatures) {
    const text = `${header}.${payload}.${encoded(each)}`;
    const isFine = await isBelieved(text, [publicKey]);
    assert.equal(isFine, await isBelievedByJose(text), encoded(each));
    judged.push(isFine);
  }
  assert.deepEqual(judged.map(Number), [1, ...signatures.slice(1).map(() => 0)]);
});

test('r and s are read whatever octets they begin with', async () => {
  const maker = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: '9brAw_K5nX_wCzo14I0NmL4YT01cGr9a9ZrMrFGNDDc',
      y: 'C6fGNMD5QrA7N84MMDC5MiIjuxlEWK8nMAWuwyKiCsc',
    },
  });
  const signatures = {
    'high high': 'gMQWJJnZ4J0mx42XmrQvWKcI8oLxzjXI8fce5ZdVuVuRrM3eC4obNZ5Em1zpmHGpMVMwUAV4O3bc5EYZFGDnDQ',
    'high low': 'jGyxfZVMsr6qfR8mLVX0GAd0KpVw4c8AnnxaYJwsU3ZtvyxviB0VTr02ZgteBiKvTHM1UUMkYM-iTk1xZ8xb4g',
    'high short': '1rBvQvEUTqnqS1zIkXnOdv9S5ZXXjrRknUVzr8RXu-oAu2Zs8TSmVSaZXyxOFMDiroaqiq6KocasT8heLdh2KA',
    'low high': 'epsijABjB3q10cjtvd4JDZxCRpOYLf8fzztr40_cPgr1AQPoVBaDRG_Coy8mJTYiumJlRNuXW7QD-mnyaHWLNg',
    'low low': 'TZwt0K4dl5_eiWruZpuAB4hm9pugfmlYpq5UJPAxFNsizV9bUWh33F8UXg3kQ4tLwOqcHzLopORtYG9rY4uDAQ',
    'low short': 'Gz_6ysU1fb2UUIZ1rD9D2dTx4gHToxbYG9DYrE7qXHsAOdCM_X80hZLaB4ipe1PYx4MWvc04ZELw3UCb6OZe1A',
    'short high': 'AHevswzeY2LV4YGOBTx0lYM_32kcapy0S-7-ykx6gTOQQ0lqaTW3ozwmRW1PTcAR3pX-88paJ7dw2xvJnGw6iA',
    'short low': 'ADhxuGSusxJJuSUC6mEn8N1a0_cxvixWhuHyOFqNbOsniHI-xyUT_IAnRB54hcg10gzhOiliepDF1YOOVs2abQ',
    'short short': 'APKZOXGTIVPjWW4Ari8-Y1oAI1sOD5MXPQ8FGXkIYUoACczJM9RjsemRz6XNsO8_wijwFVMs2Pl4eHxv_UjUSw',
  };
  const kind = (first = 0) => (first === 0 ? 'short' : first >= 0x80 ? 'high' : 'low');
  for (const [kinds, signature] of Object.entries(signatures)) {
    const octets = Buffer.from(signature, 'base64url');
    assert.equal(`${kind(octets[0])} ${kind(octets[32])}`, kinds);
    const jws = `${encoded('{"alg":"ES256"}')}.${encoded('{}')}.${signature}`;
    assert.ok(await isBelieved(jws, [maker]), kinds);
  }
});

test('the first of many keys that made it is found, and keys of another kind are passed over', async () => {
  const others = [
    generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey,
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey,
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
    generateKeyPairSync('ed25519').publicKey,
    generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey,
  ];
  assert.ok(await isBelieved(jwsOf('x'), [...others, publicKey]));
  assert.equal(await isBelieved(jwsOf('x'), others), false);
});

test('a header with extensions is read as before, however their names are written', async () => {
  for (const header of [
    '{"alg":"ES256","crit":["x"],"x":1}',
    String.raw`{"alg":"ES256","\u0063rit":["x"],"x":1}`,
    '{"alg":"ES256","crit":[]}',
  ]) {
    assert.equal(await isBelieved(jwsOf('x', header), [publicKey]), false, header);
    assert.equal(await isBelievedByJose(jwsOf('x', header)), false, header);
  }
  for (const header of [
    '{"alg":"ES256","b64":true}',
    '{"alg":"ES256","crit":["b64"],"b64":false}',
    '{"alg":"ES256","typ":"JWT","x":[1]}',
  ]) {
    const jws = jwsOf('x', header);
    assert.equal(await isBelieved(jws, [publicKey]), await isBelievedByJose(jws), header);
  }
});
