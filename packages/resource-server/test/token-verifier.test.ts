import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import { SignJWT } from 'jose';
import { createIdentity, type Identity } from '../../server/test/client-identity.ts';
import {
  AuthorizationServerUnavailable,
  createTokenVerifier,
  TokenRefused,
  type TokenRequest,
  type TokenVerifierOptions,
} from '../src/index.ts';
import { AUDIENCE, type StubIssuer, startStubIssuer } from './stub-issuer.ts';

describe('a token verifier', () => {
  let stub: StubIssuer;
  let client: Identity;
  let stranger: Identity;
  const x509 = ({ pem }: Identity) => new X509Certificate(pem);

  const verifier = (options: Partial<TokenVerifierOptions> = {}) =>
    createTokenVerifier({
      issuer: stub.issuer,
      audience: AUDIENCE,
      trustedCertificates: [stub.certificate],
      ...options,
    });
  const bearing = (token: string, request: Partial<TokenRequest> = {}): TokenRequest => ({
    authorization: `Bearer ${token}`,
    certificate: undefined,
    ...request,
  });
  const refusal = async (work: Promise<unknown>): Promise<TokenRefused> => {
    try {
      await work;
    } catch (error) {
      if (error instanceof TokenRefused) return error;
      throw error;
    }
    throw new assert.AssertionError({ message: 'the token was accepted' });
  };
  const causeOf = async (work: Promise<unknown>) => {
    const { status, error, because } = await refusal(work);
    return [status, error, because];
  };

  before(async () => {
    stub = await startStubIssuer();
    client = await createIdentity('CN=client');
    stranger = await createIdentity('CN=client');
  });
  after(() => stub?.close());

  const bound = (identity: Identity) => ({ cnf: { 'x5t#S256': identity.thumbprint } });

  describe('that is given a JWT', () => {
    test('accepts it, and tells its claims, scopes and that it is bound to nothing', async () => {
      const accepted = await verifier().verify(bearing(await stub.token()));
      assert.equal(accepted.claims.sub, 'ada');
      assert.deepEqual([...accepted.scopes], ['read', 'write']);
      assert.equal(accepted.binding, 'none');
    });

    test('accepts a bound one with its certificate', async () => {
      const token = await stub.token(bound(client));
      const accepted = await verifier().verify(bearing(token, { certificate: x509(client) }));
      assert.equal(accepted.binding, 'certificate');
    });

    test('holds a bound one to its certificate, whatever else nobody knows in its cnf', async () => {
      const token = await stub.token({ cnf: { 'x5t#S256': client.thumbprint, unheard: 'of' } });
      const accepted = await verifier().verify(bearing(token, { certificate: x509(client) }));
      assert.equal(accepted.binding, 'certificate');
      const other = verifier().verify(bearing(token, { certificate: x509(stranger) }));
      assert.deepEqual(await causeOf(other), [401, 'invalid_token', 'certificate_differs']);
    });

    test('refuses a bound one with another certificate, telling the operator both', async () => {
      const token = await stub.token(bound(client));
      const refused = await refusal(verifier().verify(bearing(token, { certificate: x509(stranger) })));
      assert.equal(refused.because, 'certificate_differs');
      assert.deepEqual(refused.expected, { 'x5t#S256': client.thumbprint });
      assert.deepEqual(refused.presented, { 'x5t#S256': stranger.thumbprint, subject: 'CN=client' });
      assert.equal(
        refused.challenge({ realm: 'the API' }),
        'Bearer realm="the API", error="invalid_token", error_description="The access token is bound to another ' +
          'client certificate than the one presented."',
      );
      assert.ok(!refused.message.includes(token));
    });

    test('refuses a bound one without a certificate', async () => {
      const token = await stub.token(bound(client));
      assert.deepEqual(await causeOf(verifier().verify(bearing(token))), [
        401,
        'invalid_token',
        'certificate_absent',
      ]);
    });

    test('refuses an unbound one where a binding is required', async () => {
      const request = bearing(await stub.token(), { certificate: x509(client) });
      const strict = verifier({ requireBinding: true });
      assert.deepEqual(await causeOf(strict.verify(request)), [401, 'invalid_token', 'binding_absent']);
    });

    for (const cnf of [
      { kid: 'abc' },
      { 'x5t#S256': 'abc', kid: 'abc' },
      { 'x5t#S256': 7 },
      { jkt: null },
      { 'x5t#S256': 'abc', jwk: {} },
      { unheard: 'of' },
      {},
      'x5t#S256',
      null,
    ]) {
      test(`refuses the binding ${JSON.stringify(cnf)}, which it cannot check`, async () => {
        const request = bearing(await stub.token({ cnf }), { certificate: x509(client) });
        assert.deepEqual(await causeOf(verifier().verify(request)), [
          401,
          'invalid_token',
          'binding_unknown',
        ]);
      });
    }

    const now = () => Math.floor(Date.now() / 1000);
    for (const [what, changes, because] of [
      ['of another issuer', () => ({ iss: 'https://other.example' }), 'issuer_differs'],
      ['for another audience', () => ({ aud: ['https://other.example'] }), 'audience_differs'],
      ['without audience', () => ({ aud: undefined }), 'claim_missing'],
      ['that has expired', () => ({ exp: now() - 10 }), 'token_expired'],
      ['without expiry', () => ({ exp: undefined }), 'claim_missing'],
      ['that is not valid yet', () => ({ nbf: now() + 30 }), 'token_not_yet_valid'],
    ] as const) {
      test(`refuses one ${what}`, async () => {
        const token = await stub.token(changes());
        assert.deepEqual(await causeOf(verifier().verify(bearing(token))), [401, 'invalid_token', because]);
      });
    }

    test('allows clocks to differ by as much as it is told', async () => {
      const request = bearing(await stub.token({ exp: now() - 10 }));
      assert.equal((await verifier({ clockTolerance: 60 }).verify(request)).claims.sub, 'ada');
    });

    test('tells the time by the clock it is given', async () => {
      const request = bearing(await stub.token());
      const later = verifier({ clock: () => Date.now() + 3_600_000 });
      assert.deepEqual(await causeOf(later.verify(request)), [401, 'invalid_token', 'token_expired']);
    });

    test('refuses an ID token, and another type only if it is not the one required', async () => {
      const token = await stub.token({}, { typ: 'JWT' });
      assert.deepEqual(await causeOf(verifier().verify(bearing(token))), [
        401,
        'invalid_token',
        'token_type_differs',
      ]);
      assert.ok(await verifier({ requiredTokenType: 'JWT' }).verify(bearing(token)));
    });

    test('refuses an algorithm it does not allow', async () => {
      const token = await stub.token();
      const rsaOnly = verifier({ algorithms: ['RS256'] });
      assert.deepEqual(await causeOf(rsaOnly.verify(bearing(token))), [
        401,
        'invalid_token',
        'algorithm_refused',
      ]);
      const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
      const hmac = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .sign(Buffer.from(stub.certificate));
      assert.deepEqual(await causeOf(verifier().verify(bearing(hmac))), [
        401,
        'invalid_token',
        'algorithm_refused',
      ]);
      const [, payload] = token.split('.');
      const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`;
      assert.equal((await refusal(verifier().verify(bearing(none)))).because, 'algorithm_refused');
    });

    test('holds a token it has seen to its times, and to its signature again after a minute', async () => {
      const fresh = await startStubIssuer();
      let now = Date.now();
      const token = await fresh.token({ exp: Math.floor(now / 1000) + 600 });
      const own = createTokenVerifier({
        issuer: fresh.issuer,
        audience: AUDIENCE,
        trustedCertificates: [fresh.certificate],
        clock: () => now,
      });
      try {
        await own.verify(bearing(token));
        const [header, payload] = token.split('.');
        const forged = bearing(`${header}.${payload}.${'A'.repeat(86)}`);
        assert.deepEqual(await causeOf(own.verify(forged)), [401, 'invalid_token', 'signature_invalid']);
        await own.verify(bearing(token));
        now += 700_000;
        assert.deepEqual(await causeOf(own.verify(bearing(token))), [401, 'invalid_token', 'token_expired']);
      } finally {
        await fresh.close();
      }
    });

    test('refuses a changed payload', async () => {
      const [header, , signature] = (await stub.token()).split('.');
      const [, payload] = (await stub.token({ sub: 'eve' })).split('.');
      assert.deepEqual(await causeOf(verifier().verify(bearing(`${header}.${payload}.${signature}`))), [
        401,
        'invalid_token',
        'signature_invalid',
      ]);
    });

    test('refuses a token without the scope needed, and names it in the challenge', async () => {
      const refused = await refusal(
        verifier().verify(bearing(await stub.token()), { scope: ['read', 'delete'] }),
      );
      assert.deepEqual(
        [refused.status, refused.error, refused.because],
        [403, 'insufficient_scope', 'scope_insufficient'],
      );
      assert.match(refused.challenge(), /, scope="read delete"$/);
      assert.ok(await verifier().verify(bearing(await stub.token()), { scope: 'write read' }));
    });

    test('asks for keys once, however many tokens name an unknown one', async () => {
      const fresh = await startStubIssuer();
      try {
        const own = createTokenVerifier({
          issuer: fresh.issuer,
          audience: AUDIENCE,
          trustedCertificates: [fresh.certificate],
        });
        await own.verify(bearing(await fresh.token()));
        const unknown = await fresh.token({}, { kid: 'unknown' });
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => causeOf(own.verify(bearing(unknown)))),
        );
        for (const answer of answers) assert.deepEqual(answer, [401, 'invalid_token', 'key_unknown']);
        assert.equal(fresh.requests.get('/jwks'), 1, 'a flood of unknown keys is no flood of requests');
        assert.equal(fresh.requests.get('/.well-known/oauth-authorization-server'), 1);
      } finally {
        await fresh.close();
      }
    });
  });

  describe('that reads the Authorization header', () => {
    const verify = (request: Partial<TokenRequest>) =>
      verifier().verify({ authorization: undefined, certificate: undefined, ...request });

    test('asks for a token without naming an error when there is none', async () => {
      for (const authorization of [undefined, 'Basic YTpi', 'DPoPs abc']) {
        const refused = await refusal(verify({ authorization }));
        assert.deepEqual([refused.status, refused.error, refused.because], [401, undefined, 'token_absent']);
        assert.equal(refused.challenge({ realm: 'api' }), 'Bearer realm="api"');
        assert.equal(refused.challenge(), 'Bearer');
      }
    });

    test('takes the scheme in any case and refuses what is no token', async () => {
      assert.ok(await verify({ authorization: `bEARER ${await stub.token()}` }));
      for (const authorization of ['Bearer', 'Bearer ', 'Bearer a b', 'Bearer ä', 'Bearer a,b']) {
        assert.deepEqual(await causeOf(verify({ authorization })), [
          400,
          'invalid_request',
          'authorization_malformed',
        ]);
      }
    });

    test('refuses two headers, a token in the query, and one that is too long', async () => {
      const authorization = `Bearer ${await stub.token()}`;
      assert.deepEqual(await causeOf(verify({ authorization: [authorization, authorization] })), [
        400,
        'invalid_request',
        'authorization_repeated',
      ]);
      assert.deepEqual(await causeOf(verify({ authorization, url: '/a?b=c&access_token=x' })), [
        400,
        'invalid_request',
        'token_in_query',
      ]);
      for (const url of ['/a?access%5Ftoken=x', '/a?access_token']) {
        assert.equal((await causeOf(verify({ authorization, url })))?.[2], 'token_in_query', url);
      }
      assert.deepEqual(await causeOf(verify({ authorization: `Bearer ${'a'.repeat(8193)}` })), [
        400,
        'invalid_request',
        'token_too_long',
      ]);
      assert.ok(await verify({ authorization: [authorization], url: '/a?b=access_token' }));
    });
  });

  describe('that is given an opaque token', () => {
    const inForce = () => ({
      aud: AUDIENCE,
      scope: 'read',
      sub: 'ada',
      exp: Math.floor(Date.now() / 1000) + 60,
    });
    const asking = (options: Partial<TokenVerifierOptions['introspection']> = {}) =>
      verifier({
        introspection: { clientId: 'api', certificate: client.cert, key: client.key, ...options },
      });

    test('refuses it when it may not ask', async () => {
      assert.deepEqual(await causeOf(verifier().verify(bearing('opaque'))), [
        401,
        'invalid_token',
        'introspection_not_configured',
      ]);
    });

    test('asks with its own certificate and holds the token to its binding', async () => {
      stub.opaque.set('bound', { ...inForce(), ...bound(client) });
      const accepted = await asking().verify(bearing('bound', { certificate: x509(client) }), {
        scope: 'read',
      });
      assert.equal(accepted.binding, 'certificate');
      const { form, authorization, thumbprint } = stub.asked.at(-1) ?? assert.fail('nobody asked');
      assert.equal(form.get('client_id'), 'api');
      assert.equal(authorization, undefined);
      assert.equal(thumbprint, x509(client).fingerprint256);
      assert.deepEqual(await causeOf(asking().verify(bearing('bound', { certificate: x509(stranger) }))), [
        401,
        'invalid_token',
        'certificate_differs',
      ]);
    });

    test('asks with a secret where it has one, encoded as RFC 6749 wants it', async () => {
      stub.opaque.set('plain', inForce());
      const own = verifier({ introspection: { clientId: 'the api', clientSecret: 'a:b%' } });
      await own.verify(bearing('plain'));
      const { form, authorization } = stub.asked.at(-1) ?? assert.fail('nobody asked');
      assert.equal(authorization, `Basic ${Buffer.from('the+api:a%3Ab%25').toString('base64')}`);
      assert.equal(form.get('client_id'), null);
    });

    test('asks where the metadata says certificates are asked for', async () => {
      stub.opaque.set('aliased', inForce());
      stub.metadata.mtls_endpoint_aliases = { introspection_endpoint: `${stub.issuer}/other` };
      try {
        await assert.rejects(asking().verify(bearing('aliased')), AuthorizationServerUnavailable);
        assert.equal(stub.requests.get('/other'), 1);
      } finally {
        delete stub.metadata.mtls_endpoint_aliases;
      }
    });

    for (const [what, claims, because] of [
      ['for another audience', { aud: 'https://other.example' }, 'audience_differs'],
      ['for no audience, as a refresh token is', { aud: undefined }, 'audience_differs'],
      ['of another issuer', { iss: 'https://other.example' }, 'issuer_differs'],
      ['that has expired', { exp: 1 }, 'token_expired'],
      ['that is not active', undefined, 'token_inactive'],
    ] as const) {
      test(`refuses one ${what}`, async () => {
        const token = Buffer.from(what).toString('base64url');
        if (claims) stub.opaque.set(token, { ...inForce(), ...claims });
        assert.deepEqual(await causeOf(asking().verify(bearing(token))), [401, 'invalid_token', because]);
      });
    }

    test('remembers an answer for as long as it is told, and never when told not to', async () => {
      const asked = () => stub.asked.filter(({ form }) => form.get('token') === 'remembered').length;
      stub.opaque.set('remembered', inForce());
      const remembering = asking({ cacheSeconds: 60 });
      for (let i = 0; i < 3; i += 1) await remembering.verify(bearing('remembered'));
      assert.equal(asked(), 1);
      const forgetful = asking({ cacheSeconds: 0 });
      await forgetful.verify(bearing('remembered'));
      stub.opaque.delete('remembered');
      assert.deepEqual(await causeOf(forgetful.verify(bearing('remembered'))), [
        401,
        'invalid_token',
        'token_inactive',
      ]);
    });

    test('does not remember an answer beyond the token, nor for more than a minute', async () => {
      stub.opaque.set('ending', { ...inForce(), exp: Math.floor(Date.now() / 1000) });
      const remembering = asking({ cacheSeconds: 60 });
      await remembering.verify(bearing('ending'));
      stub.opaque.delete('ending');
      assert.equal((await refusal(remembering.verify(bearing('ending')))).because, 'token_inactive');
      assert.throws(() => asking({ cacheSeconds: 61 }), RangeError);
    });

    describe('and asks for signed answers (RFC 9701)', () => {
      const signed = () => asking({ signed: true, cacheSeconds: 0 });
      after(() => stub.sign());

      test('believes one that the issuer signed for it', async () => {
        stub.opaque.set('signed', inForce());
        stub.sign({});
        assert.equal((await signed().verify(bearing('signed'))).claims.sub, 'ada');
        stub.opaque.delete('signed');
        assert.equal((await refusal(signed().verify(bearing('signed')))).because, 'token_inactive');
      });

      for (const [what, changes, typ] of [
        ['for another', { aud: 'another api' }, undefined],
        ['of another issuer', { iss: 'https://other.example' }, undefined],
        ['of another kind', {}, 'at+jwt'],
        ['that says nothing of a token', { token_introspection: undefined }, undefined],
      ] as const) {
        test(`believes none ${what}`, async () => {
          stub.opaque.set('signed', inForce());
          stub.sign(changes, typ);
          await assert.rejects(signed().verify(bearing('signed')), AuthorizationServerUnavailable);
        });
      }

      test('believes none without a signature', async () => {
        stub.sign();
        await assert.rejects(signed().verify(bearing('signed')), /did not sign its answer/);
      });
    });

    test('asks about JWTs too when told, so that revocation shows', async () => {
      const token = await stub.token();
      const own = asking({ tokens: 'all', cacheSeconds: 0 });
      stub.opaque.set(token, inForce());
      assert.equal((await own.verify(bearing(token))).claims.sub, 'ada');
      stub.opaque.delete(token);
      assert.equal((await refusal(own.verify(bearing(token)))).because, 'token_inactive');
    });
  });

  describe('whose authorization server', () => {
    test('is away says so, and does not blame the token', async () => {
      const away = await startStubIssuer();
      const own = createTokenVerifier({
        issuer: away.issuer,
        audience: AUDIENCE,
        trustedCertificates: [away.certificate],
      });
      const token = await away.token();
      away.failWith(500);
      try {
        await assert.rejects(own.verify(bearing(token)), AuthorizationServerUnavailable);
      } finally {
        await away.close();
      }
    });

    test('has a certificate that is not trusted is not believed', async () => {
      const unknowing = createTokenVerifier({ issuer: stub.issuer, audience: AUDIENCE });
      const token = bearing(await stub.token());
      await assert.rejects(unknowing.verify(token), AuthorizationServerUnavailable);
    });

    test('names itself otherwise in its metadata is not believed', async () => {
      stub.metadata.issuer = `${stub.issuer}/`;
      try {
        await assert.rejects(verifier().verify(bearing(await stub.token())), /is of another issuer/);
      } finally {
        delete stub.metadata.issuer;
      }
    });
  });

  test('that would be unsafe is not made', () => {
    assert.throws(() => verifier({ issuer: 'http://127.0.0.1:1' }), /issuer must be an https URL/);
    assert.throws(() => verifier({ jwksUri: 'http://127.0.0.1/jwks' }), /jwksUri must be an https URL/);
    assert.throws(() => verifier({ algorithms: ['ES256', 'HS256'] }), /not HS256/);
    assert.throws(() => verifier({ algorithms: ['none'] }), /not none/);
    assert.throws(() => verifier({ audience: [] }), /audience must name/);
  });
});
