import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { createIdentity } from '../../server/test/client-identity.ts';
import { eventually } from '../../server/test/eventually.ts';
import { TokenUnavailable } from '../src/index.ts';
import { type ClientFolder, freshForEach, movedClock } from './client-folder.ts';
import { boundAnswer, type StubServer, unsignedJwt } from './stub-server.ts';

const HOUR_MS = 3_600_000;

const failure = async (work: Promise<unknown>): Promise<TokenUnavailable> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof TokenUnavailable) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'there was a token' });
};

describe('a token of a service', () => {
  let server: StubServer;
  let files: ClientFolder;
  freshForEach((fresh) => {
    ({ server, files } = fresh);
  });

  test('is asked for with certificate, client_id, scope and resource, and says what it is bound to', async () => {
    const client = await files.client(server, {
      scope: 'orders.write  orders.read',
      resource: 'https://api',
    });
    const token = await client.token();
    const [asked] = server.at('/token');
    assert.deepEqual(Object.fromEntries(asked?.form ?? []), {
      grant_type: 'client_credentials',
      client_id: 'service',
      scope: 'orders.read orders.write',
      resource: 'https://api',
    });
    assert.equal(asked?.thumbprint, files.identity.thumbprint);
    assert.equal(token.thumbprint, files.identity.thumbprint);
    assert.equal(token.scope, 'orders.read orders.write');
    assert.equal(token.connection().cert.trim(), files.identity.pem.trim());
    assert.ok(token.expiresAt > Date.now() + HOUR_MS - 60_000 && token.expiresAt <= Date.now() + HOUR_MS);
  });

  test('is asked for once, whoever wants it at once, and one a scope and resource', async () => {
    const client = await files.client(server);
    const accounts = client.access({ scope: 'b a', resource: ['https://two', 'https://one'] });
    const same = client.access({ scope: 'a b', resource: ['https://one', 'https://two', 'https://one'] });
    const wanted = Array.from({ length: 100 }, (_, index) => [client, accounts, same][index % 3]?.token());
    const values = new Set((await Promise.all(wanted)).map((token) => token?.value));
    assert.equal(values.size, 2);
    assert.equal(server.at('/token').length, 2);
    assert.equal(server.at('/.well-known/oauth-authorization-server').length, 1);
    assert.deepEqual(
      server.at('/token').map(({ form }) => form.getAll('resource')),
      [[], ['https://one', 'https://two']],
    );
  });

  test('is renewed in the background before its end, and used until the new one is there', async () => {
    const clock = movedClock();
    const client = await files.client(server, { clock: clock.now });
    const first = await client.token();
    clock.move(0.69 * HOUR_MS);
    assert.equal((await client.token()).value, first.value);
    assert.equal(server.at('/token').length, 1);
    clock.move(0.12 * HOUR_MS);
    assert.equal((await client.token()).value, first.value, 'nobody waits for a renewal');
    await eventually(
      async () => (await client.token()).value,
      (value) => value !== first.value,
    );
    assert.equal(server.at('/token').length, 2);
    assert.deepEqual(
      client.of('token_issued').map(({ reason }) => reason),
      ['first', 'renewal'],
    );
  });

  test('is not used in its last moments, and not when the clock was set back before it', async () => {
    const clock = movedClock();
    const client = await files.client(server, { clock: clock.now });
    const first = await client.token();
    clock.move(HOUR_MS - 9_000);
    const second = await client.token();
    assert.notEqual(second.value, first.value);
    clock.move(-2 * HOUR_MS);
    assert.notEqual((await client.token()).value, second.value);
  });

  test('without expires_in lives as long as its JWT says, and else a minute', async () => {
    const clock = movedClock();
    const client = await files.client(server, { clock: clock.now });
    const cnf = { 'x5t#S256': files.identity.thumbprint };
    const jwt = unsignedJwt({ cnf, iat: 1_000, exp: 1_600 });
    server.answer('/token', () => ({ body: { access_token: jwt, token_type: 'bearer' } }));
    assert.equal((await client.token()).expiresAt, clock.now() + 600_000);
    server.answer('/token', () => ({ body: { access_token: 'opaque', token_type: 'BEARER' } }));
    assert.equal((await client.access({ scope: 'a' }).token()).expiresAt, clock.now() + 60_000);
    server.answer('/token', () => ({
      body: { access_token: 'opaque', token_type: 'Bearer', expires_in: '30' },
    }));
    assert.equal((await client.access({ scope: 'b' }).token()).expiresAt, clock.now() + 30_000);
  });

  test('goes to the endpoint for mutual TLS, found where the issuer or OpenID Connect says', async () => {
    const issuer = `${server.origin}/tenant`;
    server.answer('/tenant/.well-known/openid-configuration', () => ({
      body: {
        issuer,
        token_endpoint: `${server.origin}/nowhere`,
        mtls_endpoint_aliases: { token_endpoint: `${server.origin}/token` },
      },
    }));
    const client = await files.client(server, { issuer });
    await client.token();
    assert.deepEqual(
      server.seen.map(({ path }) => path),
      [
        '/.well-known/oauth-authorization-server/tenant',
        '/tenant/.well-known/openid-configuration',
        '/token',
      ],
    );
    const told = await files.client(server, { tokenEndpoint: `${server.origin}/token` });
    await told.token();
    assert.equal(server.seen.length, 4, 'no discovery where the endpoint is named');
  });

  describe('whose server moves', () => {
    const discovery = '/.well-known/oauth-authorization-server';
    const naming = (path: string) => () => ({
      body: { issuer: server.origin, token_endpoint: `${server.origin}${path}` },
    });

    test('is asked for where the metadata says now, which is read again when the endpoint is gone', async () => {
      const client = await files.client(server);
      await client.token();
      server.answer('/new', (seen) => boundAnswer(seen));
      server.answer('/token', () => ({ status: 404, body: 'gone' }));
      server.answer(discovery, naming('/new'));
      await client.access({ scope: 'a' }).token();
      assert.deepEqual([server.at('/token').length, server.at('/new').length], [2, 1]);
      assert.equal(server.at(discovery).length, 2);
    });

    test('is asked for where the metadata said last, while that cannot be read', async () => {
      const clock = movedClock();
      const client = await files.client(server, { clock: clock.now, retrySeconds: 0 });
      await client.token();
      server.answer(discovery, () => ({ status: 503 }));
      clock.move(HOUR_MS + 1);
      await client.access({ scope: 'a' }).token();
      assert.equal(server.at(discovery).length, 2);
      clock.move(24 * HOUR_MS);
      const error = await failure(client.access({ scope: 'b', resource: 'a:b' }).token());
      assert.equal(error.because, 'metadata_unavailable');
      server.answer(discovery, naming('/token'));
      clock.move(2_000);
      await client.access({ scope: 'b', resource: 'a:b' }).token();
    });

    test('is not asked for where another issuer says', async () => {
      const clock = movedClock();
      const client = await files.client(server, { clock: clock.now });
      await client.token();
      server.answer(discovery, () => ({
        body: { issuer: 'https://other.example', token_endpoint: `${server.origin}/other` },
      }));
      clock.move(HOUR_MS + 1);
      assert.equal((await failure(client.token())).because, 'metadata_differs');
    });
  });

  test('of too many kinds is forgotten with the kind that was not used for longest', async () => {
    const client = await files.client(server);
    const { value } = await client.token();
    const first = await client.access({ scope: 'scope-0' }).token();
    for (let block = 0; block < 100; block++) {
      const kinds = Array.from({ length: 10 }, (_, index) => `scope-${block * 10 + index}`);
      await Promise.all(kinds.map((scope) => client.access({ scope }).token()));
      assert.equal((await client.token()).value, value);
    }
    assert.equal(client.state().tokens.length, 1_000);
    assert.notEqual((await client.access({ scope: 'scope-0' }).token()).value, first.value);
    assert.equal((await client.token()).value, value);
  });

  describe('that cannot be had', () => {
    for (const [what, path, answer, because] of [
      [
        'metadata of another issuer',
        '/.well-known/oauth-authorization-server',
        { body: { issuer: 'https://other.example', token_endpoint: 'https://other.example/token' } },
        'metadata_differs',
      ],
      ['an endpoint without TLS', '/.well-known/oauth-authorization-server', undefined, 'endpoint_absent'],
      ['no metadata', '/.well-known/oauth-authorization-server', { status: 404 }, 'metadata_unavailable'],
      [
        'a refusal',
        '/token',
        { status: 401, body: { error: 'invalid_client', error_description: 'No such client.' } },
        'request_refused',
      ],
      ['a page', '/token', { status: 200, body: '<html>sign in</html>' }, 'answer_malformed'],
      ['a redirect', '/token', { status: 302, headers: { location: '/elsewhere' } }, 'answer_malformed'],
      ['no token', '/token', { body: { token_type: 'Bearer' } }, 'answer_malformed'],
      [
        'a token no header can hold',
        '/token',
        { body: { access_token: 'a\r\nb', token_type: 'Bearer' } },
        'answer_malformed',
      ],
      [
        'an end before the beginning',
        '/token',
        { body: { access_token: 'a', token_type: 'Bearer', expires_in: -1 } },
        'answer_malformed',
      ],
      [
        'a token of another type',
        '/token',
        { body: { access_token: 'a', token_type: 'DPoP', expires_in: 60 } },
        'token_type_differs',
      ],
      [
        'a JWT bound to nothing',
        '/token',
        { body: { access_token: unsignedJwt({ sub: 'a' }), token_type: 'Bearer' } },
        'binding_absent',
      ],
      [
        'a JWT bound to another certificate',
        '/token',
        { body: { access_token: unsignedJwt({ cnf: { 'x5t#S256': 'abc' } }), token_type: 'Bearer' } },
        'binding_differs',
      ],
      [
        'a JWT bound to a key',
        '/token',
        { body: { access_token: unsignedJwt({ cnf: { jkt: 'abc' } }), token_type: 'Bearer' } },
        'binding_differs',
      ],
      [
        'an answer of two megabytes',
        '/token',
        { body: { access_token: 'a'.repeat(2_000_000) } },
        'server_unreachable',
      ],
      [
        'a connection that ends',
        '/token',
        (request: { socket: { destroy(): void } }) => request.socket.destroy(),
        'server_unreachable',
      ],
      ['an overloaded server', '/token', { status: 503, body: 'busy' }, 'server_failed'],
    ] as const) {
      test(`because of ${what} is ${because}`, async () => {
        const client = await files.client(server, { retrySeconds: 0 });
        const plain = { issuer: server.origin, token_endpoint: server.origin.replace('https', 'http') };
        server.answer(path, () => answer ?? { body: plain });
        const error = await failure(client.token());
        assert.equal(error.because, because, error.message);
        assert.match(error.message, new RegExp(`\\(${because}\\)$`));
        assert.deepEqual(
          client.of('token_failed').map(({ error: told }) => told),
          [error],
        );
        assert.equal(client.state().tokens[0]?.problem, error);
      });
    }

    test('says what the server said, its event, and no secret', async () => {
      const client = await files.client(server);
      const token = unsignedJwt({ sub: 'a' });
      server.answer('/token', () => ({
        status: 400,
        headers: { 'countersign-event-id': '01JABCDEF' },
        body: { error: 'invalid_scope', error_description: `Not\n"this" with ${token}`, access_token: token },
      }));
      const error = await failure(client.token());
      assert.deepEqual(
        [error.status, error.error, error.eventId, error.isPassing],
        [400, 'invalid_scope', '01JABCDEF', false],
      );
      assert.match(error.message, /refused with invalid_scope: Not .this. with …; event 01JABCDEF/);
      assert.ok(!inspect(error, { depth: 9 }).includes(token.slice(0, 20)));
    });

    test('and is not asked for again at once, until files are renewed', async () => {
      const client = await files.client(server);
      server.answer('/token', () => ({ status: 401, body: { error: 'invalid_client' } }));
      const errors = await Promise.all([failure(client.token()), failure(client.token())]);
      assert.equal((await failure(client.token())).because, 'request_refused');
      assert.equal(server.at('/token').length, 1, `${errors}`);
      await files.renew(await createIdentity('CN=client'));
      server.answer('/token', (seen) => boundAnswer(seen));
      await eventually(
        async () => client.of('certificate_loaded').length,
        (length) => length === 2,
      );
      await client.token();
    });

    test('is tried again within the seconds given, with a pause as long as the server asks', async () => {
      const client = await files.client(server, { retrySeconds: 5 });
      let calls = 0;
      server.answer('/token', (seen) => {
        calls += 1;
        return calls < 3
          ? { status: 503, headers: { 'retry-after': calls === 1 ? '2' : '0' } }
          : boundAnswer(seen);
      });
      const began = performance.now();
      const both = await Promise.all([client.token(), client.token()]);
      assert.equal(both[0]?.value, both[1]?.value);
      assert.ok(performance.now() - began > 2_900, 'two seconds asked for, and a second of its own');
      assert.equal(calls, 3);
      assert.deepEqual(
        client.of('token_failed').map(({ error }) => error.retryAfter),
        [2_000, 0],
      );
    });

    test('is given up at once when the server asks for longer than that', async () => {
      const client = await files.client(server, { retrySeconds: 5 });
      server.answer('/token', () => ({ status: 429, headers: { 'retry-after': '60' } }));
      const began = performance.now();
      const error = await failure(client.token());
      assert.equal(error.retryAfter, 60_000);
      assert.ok(performance.now() - began < 2_000);
      assert.equal((await failure(client.token())).retryAfter, 60_000);
      assert.equal(server.at('/token').length, 1);
    });
  });

  test('goes on while it is good when it cannot be renewed, and the server is asked less and less', async () => {
    const clock = movedClock();
    const client = await files.client(server, { clock: clock.now });
    const { value } = await client.token();
    server.answer('/token', () => ({ status: 500 }));
    clock.move(0.81 * HOUR_MS);
    for (let second = 0; second < 300; second++) {
      assert.equal((await client.token()).value, value);
      await pause(1);
      clock.move(1_000);
    }
    const failed = client.of('token_failed');
    assert.ok(failed.length >= 7 && failed.length <= 16, `${failed.length} attempts in five minutes`);
    assert.ok(failed.every(({ usableUntil }) => usableUntil !== undefined && usableUntil > clock.now()));
    const waits = failed.map(({ retryAt }, index) => retryAt - (failed[index - 1]?.retryAt ?? retryAt));
    assert.ok(Math.max(...waits) > 20_000, `${waits}`);
    server.answer('/token', (seen) => boundAnswer(seen));
    clock.move(61_000);
    await eventually(
      async () => (await client.token()).value,
      (now) => now !== value,
    );
    assert.equal(client.state().tokens[0]?.problem, undefined);
  });

  test('that is bound to nothing is taken where that is said', async () => {
    const client = await files.client(server, { requireBinding: false });
    const access_token = unsignedJwt({ sub: 'a' });
    server.answer('/token', () => ({ body: { access_token, token_type: 'Bearer', expires_in: 60 } }));
    assert.equal((await client.token()).value, access_token);
  });

  describe('that somebody waits for', () => {
    test('is not waited for any longer than the signal says; who else waits gets it', async () => {
      const client = await files.client(server);
      const answered = Promise.withResolvers<void>();
      server.answer('/token', async (seen) => {
        await answered.promise;
        return boundAnswer(seen);
      });
      const abort = new AbortController();
      const aborted = client.token({ signal: abort.signal });
      const other = client.token();
      await eventually(
        async () => server.at('/token').length,
        (length) => length === 1,
      );
      abort.abort(new Error('no longer'));
      await assert.rejects(aborted, /no longer/);
      answered.resolve();
      assert.ok((await other).value);
      await assert.rejects(client.token({ signal: AbortSignal.abort(new Error('never')) }), /never/);
    });

    test('is no longer asked for when nobody waits, and that counts as no failure', async () => {
      const client = await files.client(server);
      const ended = Promise.withResolvers<void>();
      server.answer('/token', () => (request) => void request.socket.once('close', () => ended.resolve()));
      await assert.rejects(client.token({ signal: AbortSignal.timeout(200) }), { name: 'TimeoutError' });
      await ended.promise;
      assert.deepEqual(client.of('token_failed'), []);
      server.answer('/token', (seen) => boundAnswer(seen));
      await client.token();
    });

    test('fails when the client is closed, also in a pause, and nothing is asked for after that', async () => {
      const client = await files.client(server, { retrySeconds: 60 });
      server.answer('/token', () => ({ status: 503, headers: { 'retry-after': '30' } }));
      const waiting = failure(client.token());
      await eventually(
        async () => client.of('token_failed').length,
        (length) => length === 1,
      );
      await client.close();
      assert.equal((await waiting).because, 'client_closed');
      assert.equal((await failure(client.token())).because, 'client_closed');
      assert.equal(server.at('/token').length, 1);
      await eventually(server.connections, (count) => count === 0);
      await client.close();
    });
  });

  test('is given by a listener that throws as by any other', async () => {
    const warnings: string[] = [];
    const listen = ({ message }: Error) => void warnings.push(message);
    process.on('warning', listen);
    const thrown = await files.client(server, {
      onEvent: () => {
        throw new Error('at once');
      },
    });
    const rejected = await files.client(server, { onEvent: () => Promise.reject(new Error('later')) });
    assert.ok((await thrown.token()).value);
    assert.ok((await rejected.token()).value);
    await eventually(
      async () => warnings.join(),
      (told) => told.includes('onEvent failed: at once') && told.includes('onEvent failed: later'),
    );
    process.off('warning', listen);
  });
});
