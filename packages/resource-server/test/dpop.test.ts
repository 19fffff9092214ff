import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import { createIdentity, type Identity } from '../../server/test/client-identity.ts';
import {
  createDpopNonces,
  createTokenVerifier,
  type DpopOptions,
  memoryReplayStore,
  ReplayStoreUnavailable,
  TokenRefused,
  type TokenVerifierOptions,
} from '../src/index.ts';
import { type DpopKey, dpopKey } from './proof.ts';
import { AUDIENCE, type StubIssuer, startStubIssuer } from './stub-issuer.ts';

const BASE = 'https://api.example/v1';
const URL = `${BASE}/orders`;

describe('a token that is bound to a DPoP key', () => {
  let stub: StubIssuer;
  let key: DpopKey;
  let thief: DpopKey;
  let token: string;
  let client: Identity;

  const verifier = (dpop: Partial<DpopOptions> = {}, options: Partial<TokenVerifierOptions> = {}) =>
    createTokenVerifier({
      issuer: stub.issuer,
      audience: AUDIENCE,
      trustedCertificates: [stub.certificate],
      dpop: { baseUrls: BASE, ...dpop },
      ...options,
    });
  const request = (proofs: string | readonly string[] | undefined, scheme = 'DPoP', with_token = token) => ({
    authorization: `${scheme} ${with_token}`,
    certificate: undefined,
    method: 'GET',
    url: '/orders?page=2',
    dpop: proofs,
  });
  const causeOf = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      if (error instanceof TokenRefused) return [error.status, error.error, error.because];
      throw error;
    }
    return 'accepted';
  };

  before(async () => {
    stub = await startStubIssuer();
    key = await dpopKey();
    thief = await dpopKey();
    client = await createIdentity('CN=client');
    token = await stub.token({ cnf: { jkt: key.jkt } });
  });
  after(() => stub?.close());

  test('is accepted with a proof of it, once', async () => {
    const own = verifier();
    const proof = await key.proof({ url: URL, token });
    assert.equal((await own.verify(request(proof))).binding, 'dpop');
    assert.deepEqual(await causeOf(own.verify(request(proof))), [
      401,
      'invalid_dpop_proof',
      'dpop_proof_replayed',
    ]);
  });

  test('is refused as Bearer, with and without a proof, and a token without a key is refused as DPoP', async () => {
    const proof = await key.proof({ url: URL, token });
    for (const each of [undefined, proof]) {
      assert.deepEqual(await causeOf(verifier().verify(request(each, 'Bearer'))), [
        401,
        'invalid_token',
        'dpop_scheme_differs',
      ]);
    }
    const unbound = await stub.token();
    const its = await key.proof({ url: URL, token: unbound });
    assert.deepEqual(await causeOf(verifier().verify(request(its, 'DPoP', unbound))), [
      401,
      'invalid_token',
      'dpop_scheme_differs',
    ]);
  });

  test('is refused where no proofs are taken', async () => {
    const own = createTokenVerifier({
      issuer: stub.issuer,
      audience: AUDIENCE,
      trustedCertificates: [stub.certificate],
    });
    const proof = await key.proof({ url: URL, token });
    assert.deepEqual(await causeOf(own.verify(request(proof))), [
      401,
      'invalid_token',
      'dpop_not_configured',
    ]);
  });

  const now = () => Math.floor(Date.now() / 1000);
  const differing: readonly (readonly [string, () => Record<string, unknown>])[] = [
    ['another method', () => ({ htm: 'POST' })],
    ['another path', () => ({ htu: `${BASE}/accounts` })],
    ['another host', () => ({ htu: 'https://other.example/v1/orders' })],
    ['the path without what the proxy took away', () => ({ htu: 'https://api.example/orders' })],
    ['plain http', () => ({ htu: 'http://api.example/v1/orders' })],
    ['no URL', () => ({ htu: '/v1/orders' })],
    ['a time long ago', () => ({ iat: now() - 301 })],
    ['a time to come', () => ({ iat: now() + 40 })],
    ['no time', () => ({ iat: undefined })],
    ['no identifier', () => ({ jti: undefined })],
    ['an empty identifier', () => ({ jti: '' })],
    ['an identifier without end', () => ({ jti: 'j'.repeat(501) })],
    ['another token', () => ({ ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo' })],
    ['no token', () => ({ ath: undefined })],
  ];
  for (const [what, changes] of differing) {
    test(`is refused with a proof of ${what}`, async () => {
      const proof = await key.proof({ url: URL, token }, changes());
      assert.deepEqual(await causeOf(verifier().verify(request(proof))), [
        401,
        'invalid_dpop_proof',
        'dpop_proof_differs',
      ]);
    });
  }

  test('is accepted with a URL that is written in another way', async () => {
    for (const htu of ['HTTPS://API.example:443/v1/orders', `${URL}?page=2#top`, `${BASE}/./orders`]) {
      const proof = await key.proof({ url: URL, token }, { htu });
      assert.equal((await verifier().verify(request(proof))).binding, 'dpop', htu);
    }
  });

  test('is refused with a proof of another key, whatever else it says', async () => {
    const proof = await thief.proof({ url: URL, token });
    assert.deepEqual(await causeOf(verifier().verify(request(proof))), [
      401,
      'invalid_dpop_proof',
      'dpop_key_differs',
    ]);
  });

  test('is refused with a proof that is none', async () => {
    const proof = await key.proof({ url: URL, token });
    const [header = '', payload = ''] = proof.split('.');
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const own = JSON.parse(Buffer.from(header, 'base64url').toString());
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const malformed = [
      'not a proof',
      `${header}.${payload}.`,
      `${encoded({ ...own, alg: 'none' })}.${payload}.`,
      `${encoded({ ...own, alg: 'HS256' })}.${payload}.AAAA`,
      await key.proof({ url: URL, token }, {}, { typ: 'JWT' }),
      await key.proof({ url: URL, token }, {}, { jwk: undefined }),
      await key.proof({ url: URL, token }, {}, { jwk: { ...own.jwk, d: 'AAAA' } }),
      await key.proof({ url: URL, token }, {}, { jwk: { kty: 'oct', k: 'c2VjcmV0' } }),
      await key.proof({ url: URL, token }, {}, { jwk: { kty: 'EC', crv: 'P-256' } }),
      'a'.repeat(9_000),
    ];
    for (const each of malformed) {
      assert.deepEqual(
        await causeOf(verifier().verify(request(each))),
        [401, 'invalid_dpop_proof', 'dpop_proof_malformed'],
        each.slice(0, 80),
      );
    }
    const other = await key.proof({ url: URL, token }, {}, { jwk: publicKey.export({ format: 'jwk' }) });
    assert.deepEqual(await causeOf(verifier().verify(request(other))), [
      401,
      'invalid_dpop_proof',
      'dpop_key_differs',
    ]);
    assert.deepEqual(await causeOf(verifier().verify(request(undefined))), [
      401,
      'invalid_dpop_proof',
      'dpop_proof_absent',
    ]);
    assert.deepEqual(await causeOf(verifier().verify(request([proof, proof]))), [
      401,
      'invalid_dpop_proof',
      'dpop_proof_repeated',
    ]);
  });

  test('has to be proved with a nonce where one is demanded', async () => {
    const nonces = createDpopNonces(Buffer.alloc(32, 7));
    const own = verifier({ nonces });
    assert.deepEqual(await causeOf(own.verify(request(await key.proof({ url: URL, token })))), [
      401,
      'use_dpop_nonce',
      'dpop_nonce_absent',
    ]);
    const nonce = own.dpopNonce();
    const first = await own.verify(request(await key.proof({ url: URL, token }, { nonce })));
    assert.equal(first.dpopNonce, undefined, 'this one will do for the next');
    const late = nonces.current(Date.now() - 300_000);
    const second = await own.verify(request(await key.proof({ url: URL, token }, { nonce: late })));
    assert.equal(second.dpopNonce, own.dpopNonce());
    const stale = nonces.current(Date.now() - 600_000);
    assert.deepEqual(
      await causeOf(own.verify(request(await key.proof({ url: URL, token }, { nonce: stale })))),
      [401, 'use_dpop_nonce', 'dpop_nonce_absent'],
    );
  });

  test('that is bound to a certificate as well has to come with both', async () => {
    const both = await stub.token({ cnf: { jkt: key.jkt, 'x5t#S256': client.thumbprint } });
    const certificate = new X509Certificate(client.pem);
    const proof = () => key.proof({ url: URL, token: both });
    const own = verifier({}, { requireBinding: 'certificate' });
    const whole = { ...request(await proof(), 'DPoP', both), certificate };
    assert.equal((await own.verify(whole)).binding, 'both');
    assert.deepEqual(await causeOf(own.verify(request(await proof(), 'DPoP', both))), [
      401,
      'invalid_token',
      'certificate_absent',
    ]);
    assert.deepEqual(await causeOf(own.verify({ ...request(undefined, 'DPoP', both), certificate })), [
      401,
      'invalid_dpop_proof',
      'dpop_proof_absent',
    ]);
  });

  test('does not do where a certificate is asked for, and the other way round', async () => {
    const proof = await key.proof({ url: URL, token });
    assert.deepEqual(await causeOf(verifier({}, { requireBinding: 'certificate' }).verify(request(proof))), [
      401,
      'invalid_token',
      'binding_absent',
    ]);
    const bound = await stub.token({ cnf: { 'x5t#S256': client.thumbprint } });
    const certificate = new X509Certificate(client.pem);
    const own = verifier({}, { requireBinding: 'dpop' });
    assert.deepEqual(await causeOf(own.verify({ ...request(undefined, 'Bearer', bound), certificate })), [
      401,
      'invalid_token',
      'binding_absent',
    ]);
  });

  test('is not let through when no more proofs can be remembered', async () => {
    const own = verifier({ replays: memoryReplayStore(2) });
    const send = async () => own.verify(request(await key.proof({ url: URL, token })));
    await send();
    await send();
    await assert.rejects(send(), ReplayStoreUnavailable);
  });

  test('is checked by a replay store that several processes share', async () => {
    const used = new Set<string>();
    const replays = {
      claim: async (name: string) => !used.has(name) && used.add(name).size > 0,
    };
    const [one, other] = [verifier({ replays }), verifier({ replays })];
    const proof = await key.proof({ url: URL, token });
    await one.verify(request(proof));
    assert.deepEqual(await causeOf(other.verify(request(proof))), [
      401,
      'invalid_dpop_proof',
      'dpop_proof_replayed',
    ]);
  });

  test('options that would be unsafe are refused', () => {
    assert.throws(() => verifier({ baseUrls: 'http://api.example' }), /https URLs/);
    assert.throws(() => verifier({ baseUrls: [] }), /must name/);
    assert.throws(() => verifier({ algorithms: ['HS256'] }), /not HS256/);
    assert.throws(() => verifier({ maxAge: 0 }), RangeError);
    assert.throws(() => createDpopNonces(Buffer.alloc(16)), RangeError);
  });
});

test('a replay store forgets what has expired, and takes it anew', () => {
  const store = memoryReplayStore(2);
  assert.equal(store.claim('one', 10_000, 0), true);
  assert.equal(store.claim('one', 10_000, 1), false);
  assert.equal(store.claim('two', 20_000, 2), true);
  assert.throws(() => store.claim('three', 20_000, 3), ReplayStoreUnavailable);
  assert.equal(store.claim('three', 20_000, 10_000), true);
  assert.equal(store.claim('two', 20_000, 10_001), false);
});
