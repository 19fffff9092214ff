import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import {
  authorizationDetailsOf,
  createTokenVerifier,
  type Decision,
  type Requirements,
  resourceMetadata,
  type ServerCall,
  TokenRefused,
  type TokenVerifier,
  type TokenVerifierOptions,
  verifierOfSeveral,
} from '../src/index.ts';
import { AUDIENCE, type StubIssuer, startStubIssuer } from './stub-issuer.ts';

describe('what a request needs beside a token', () => {
  let stub: StubIssuer;
  let other: StubIssuer;
  const of = ({ issuer, certificate }: StubIssuer, options: Partial<TokenVerifierOptions> = {}) =>
    createTokenVerifier({ issuer, audience: AUDIENCE, trustedCertificates: [certificate], ...options });
  const bearing = (token: string) => ({ authorization: `Bearer ${token}`, certificate: undefined });
  const refusal = async (work: Promise<unknown>): Promise<TokenRefused> => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof TokenRefused) return error;
    throw error ?? new assert.AssertionError({ message: 'the token was accepted' });
  };

  before(async () => {
    [stub, other] = await Promise.all([startStubIssuer(), startStubIssuer()]);
  });
  after(async () => {
    await Promise.all([stub?.close(), other?.close()]);
  });

  describe('an authentication of the person (RFC 9470)', () => {
    const now = () => Math.floor(Date.now() / 1000);
    const ask = async (claims: Record<string, unknown>, requirements: Requirements) =>
      of(stub).verify(bearing(await stub.token(claims)), requirements);

    test('that was as it is wanted, and recent', async () => {
      const claims = { acr: 'mfa', auth_time: now() - 10 };
      assert.ok(await ask(claims, { acrValues: ['hardware', 'mfa'], maxAge: 60 }));
    });

    test('that was another is asked for anew, with what would do', async () => {
      const refused = await refusal(ask({ acr: 'pwd' }, { acrValues: ['hardware', 'mfa'] }));
      assert.deepEqual(
        [refused.status, refused.error, refused.because],
        [401, 'insufficient_user_authentication', 'authentication_insufficient'],
      );
      assert.match(
        refused.challenge(),
        /^Bearer error="insufficient_user_authentication", .*acr_values="hardware mfa"$/,
      );
      assert.equal((await refusal(ask({}, { acrValues: ['mfa'] }))).presented, 'no acr');
    });

    test('that was too long ago, or nobody knows when', async () => {
      for (const auth_time of [now() - 120, undefined, 'yesterday']) {
        const refused = await refusal(ask({ auth_time }, { maxAge: 60 }));
        assert.match(refused.challenge(), /error="insufficient_user_authentication".*max_age="60"$/);
      }
    });
  });

  test('authorization details (RFC 9396)', async () => {
    const payment = { type: 'payment', amount: 10 };
    const token = await stub.token({ authorization_details: [payment, { type: 'account' }, 'nonsense', {}] });
    const upTo = (most: number): Requirements => ({
      authorizationDetails: (details) =>
        details.some(
          ({ type, amount }) => type === 'payment' && typeof amount === 'number' && amount <= most,
        ),
    });
    const { claims } = await of(stub).verify(bearing(token), upTo(10));
    assert.deepEqual(authorizationDetailsOf(claims, 'payment'), [payment]);
    assert.equal(authorizationDetailsOf(claims).length, 2);
    const refused = await refusal(of(stub).verify(bearing(token), upTo(9)));
    assert.deepEqual([refused.status, refused.because], [403, 'authorization_details_insufficient']);
    assert.deepEqual(refused.presented, ['payment', 'account']);
    assert.deepEqual(authorizationDetailsOf({}), []);
  });

  test('scopes, which some servers write as a list', async () => {
    const token = await stub.token({ scope: ['read', 'write'] });
    assert.deepEqual(
      [...(await of(stub).verify(bearing(token), { scope: 'write read' })).scopes],
      ['read', 'write'],
    );
  });

  test('that could not be met, or would mean nothing, is refused when it is made', async () => {
    const token = bearing(await stub.token());
    for (const requirements of [
      { scope: 'a"b' },
      { acrValues: [] },
      { acrValues: ['a b'] },
      { maxAge: -1 },
    ]) {
      assert.throws(() => of(stub).verify(token, requirements), TypeError, JSON.stringify(requirements));
    }
  });

  describe('one of several issuers', () => {
    test('each JWT is held to the issuer it names, and to no other', async () => {
      const both = verifierOfSeveral([of(stub), of(other)]);
      assert.deepEqual(both.issuers, [stub.issuer, other.issuer]);
      assert.equal((await both.verify(bearing(await stub.token()))).issuer, stub.issuer);
      assert.equal((await both.verify(bearing(await other.token()))).issuer, other.issuer);
      const posing = await other.token({ iss: stub.issuer });
      assert.equal((await refusal(both.verify(bearing(posing)))).because, 'key_unknown');
      const foreign = await stub.token({ iss: 'https://nobody.example' });
      assert.equal((await refusal(both.verify(bearing(foreign)))).because, 'issuer_differs');
      const unnamed = await stub.token({ iss: undefined });
      assert.equal((await refusal(both.verify(bearing(unnamed)))).because, 'issuer_differs');
    });

    test('opaque tokens go to the one that is named for them', async () => {
      const asking = of(other, { introspection: { clientId: 'api', clientSecret: 'secret' } });
      other.opaque.set('opaque', { aud: AUDIENCE, sub: 'ada' });
      const named = verifierOfSeveral([of(stub), asking], asking);
      assert.equal((await named.verify(bearing('opaque'))).issuer, other.issuer);
      const nobody = verifierOfSeveral([of(stub), asking]);
      assert.equal((await refusal(nobody.verify(bearing('opaque')))).because, 'introspection_not_configured');
    });

    test('are told apart', () => {
      assert.throws(() => verifierOfSeveral([of(stub), of(stub)]), /two verifiers/);
      assert.throws(() => verifierOfSeveral([]), /must be a verifier/);
      assert.throws(() => verifierOfSeveral([of(stub)], of(other)), /one of the verifiers/);
    });
  });

  describe('who watches', () => {
    test('is told of decisions and calls, and of no token', async () => {
      const decisions: Decision[] = [];
      const calls: ServerCall[] = [];
      const spans: string[] = [];
      const own = of(stub, {
        observer: {
          decided: (decision) => decisions.push(decision),
          called: (call) => calls.push(call),
          within(name, work) {
            spans.push(name);
            return work();
          },
        },
      });
      const token = await stub.token();
      await own.verify(bearing(token));
      await refusal(own.verify(bearing(token), { scope: 'delete' }));
      await refusal(own.verify({ authorization: undefined, certificate: undefined }));
      assert.deepEqual(
        decisions.map(({ outcome, because, token: kind, binding }) => [outcome, because, kind, binding]),
        [
          ['accepted', undefined, 'jwt', 'none'],
          ['refused', 'scope_insufficient', 'jwt', undefined],
          ['refused', 'token_absent', 'none', undefined],
        ],
      );
      assert.deepEqual(
        calls.map(({ purpose, status }) => [purpose, status]),
        [
          ['metadata', 200],
          ['keys', 200],
        ],
      );
      assert.deepEqual(spans.slice(0, 3), ['verify access token', 'metadata', 'keys']);
      assert.ok(!JSON.stringify([decisions, calls]).includes(token));
    });

    test('and throws changes nothing', async () => {
      const fail = () => {
        throw new Error('the watcher fell asleep');
      };
      const own: TokenVerifier = of(stub, { observer: { decided: fail, called: fail } });
      assert.ok(await own.verify(bearing(await stub.token())));
    });
  });

  test('the metadata of a resource stands where RFC 9728 puts it', () => {
    const verifier = of(stub, { dpop: { baseUrls: 'https://api.example' } });
    const { url, path, document } = resourceMetadata({
      resource: 'https://api.example/v1',
      verifier,
      scopesSupported: ['read'],
      certificateBound: true,
      others: { resource_policy_uri: 'https://api.example/policy' },
    });
    assert.equal(path, '/.well-known/oauth-protected-resource/v1');
    assert.equal(url, `https://api.example${path}`);
    assert.deepEqual(document, {
      resource: 'https://api.example/v1',
      authorization_servers: [stub.issuer],
      bearer_methods_supported: ['header'],
      scopes_supported: ['read'],
      tls_client_certificate_bound_access_tokens: true,
      dpop_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
      resource_policy_uri: 'https://api.example/policy',
    });
    const root = resourceMetadata({ resource: 'https://api.example/', verifier });
    assert.equal(root.path, '/.well-known/oauth-protected-resource');
    for (const resource of ['http://api.example', 'https://api.example/#a', 'https://api.example/?a']) {
      assert.throws(() => resourceMetadata({ resource, verifier }), TypeError);
    }
  });
});
