import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { Agent } from 'undici';
import { createIdentity } from '../../server/test/client-identity.ts';
import { eventually } from '../../server/test/eventually.ts';
import { TokenUnavailable } from '../src/index.ts';
import { type ClientFolder, freshForEach, movedClock } from './client-folder.ts';
import { boundAnswer, type StubServer, startStubServer } from './stub-server.ts';

const REFUSED = {
  status: 401,
  headers: { 'www-authenticate': 'DPoP algs="ES256", Bearer realm="a, b", error="invalid_token"' },
  body: { told: 'refused' },
};

describe('fetch of a client', () => {
  let server: StubServer;
  let files: ClientFolder;
  freshForEach((fresh) => {
    ({ server, files } = fresh);
  });

  const tokens = () => server.at('/api').map(({ headers }) => headers.authorization?.replace('Bearer ', ''));
  /** Refuses the first so many requests to the API, as a resource server does. */
  const refuse = (times: number, answer: typeof REFUSED = REFUSED) => {
    let calls = 0;
    server.answer('/api', () => {
      calls += 1;
      return calls <= times ? answer : { body: { ok: true } };
    });
  };

  test('presents the certificate and the token, and is otherwise fetch', async () => {
    const client = await files.client(server, { scope: 'orders' });
    const { fetch } = client;
    const response = await fetch(new URL('/api?of=ada', server.origin), {
      method: 'PUT',
      headers: { 'X-Own': '1', 'Content-Type': 'text/plain' },
      body: 'text',
    });
    assert.ok(response instanceof Response);
    assert.deepEqual(await response.json(), { ok: true });
    const request = new Request(`${server.origin}/api`, { headers: { 'x-own': '2' }, method: 'DELETE' });
    assert.equal((await fetch(request)).status, 200);
    const [put, deleted] = server.at('/api');
    const { value } = await client.token();
    assert.deepEqual(
      [put, deleted].map((seen) => [
        seen?.method,
        seen?.body,
        seen?.headers['x-own'],
        seen?.headers.authorization,
        seen?.thumbprint,
      ]),
      [
        ['PUT', 'text', '1', `Bearer ${value}`, files.identity.thumbprint],
        ['DELETE', '', '2', `Bearer ${value}`, files.identity.thumbprint],
      ],
    );
    assert.equal(server.at('/token').length, 1);
  });

  for (const [what, body] of [
    ['a text', 'the body'],
    ['bytes', new TextEncoder().encode('the body')],
    ['a blob', new Blob(['the body'])],
    ['a form', new URLSearchParams({ the: 'body' })],
  ] as const) {
    test(`sends ${what} once more with a new token after 401 invalid_token`, async () => {
      refuse(1);
      const client = await files.client(server);
      const response = await client.fetch(`${server.origin}/api`, { method: 'POST', body });
      assert.deepEqual(await response.json(), { ok: true });
      const [first, second] = server.at('/api');
      assert.notEqual(first?.body, '');
      assert.equal(second?.body, first?.body);
      assert.equal(new Set(tokens()).size, 2);
      assert.deepEqual(client.of('token_refused'), [
        { type: 'token_refused', origin: server.origin, repeated: true },
      ]);
      assert.deepEqual(
        client.of('token_issued').map(({ reason }) => reason),
        ['first', 'refused'],
      );
    });
  }

  test('gives the answer as it is to a body that flows, and uses the next token', async () => {
    refuse(1);
    const client = await files.client(server);
    const body = new Blob(['the body']).stream();
    const flowing = { method: 'POST', body, duplex: 'half' } as const;
    const response = await client.fetch(`${server.origin}/api`, flowing);
    assert.deepEqual([response.status, await response.json()], [401, { told: 'refused' }]);
    const again = new Request(`${server.origin}/api`, { method: 'POST', body: 'the body' });
    refuse(1);
    assert.equal((await client.fetch(again)).status, 401);
    assert.equal(server.at('/api').length, 2);
    assert.deepEqual(
      client.of('token_refused').map(({ repeated }) => repeated),
      [false, false],
    );
  });

  test('asks for one new token for many calls that were refused at once', async () => {
    const clock = movedClock();
    const client = await files.client(server, { clock: clock.now });
    const { value } = await client.token();
    server.answer('/api', ({ headers }) => (headers.authorization === `Bearer ${value}` ? REFUSED : {}));
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.fetch(`${server.origin}/api`)));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(server.at('/token').length, 2);
  });

  test('does not let an API that refuses everything ask for a token with each call', async () => {
    const clock = movedClock();
    const client = await files.client(server, { clock: clock.now });
    refuse(Number.POSITIVE_INFINITY);
    for (let call = 0; call < 5; call++) {
      const response = await client.fetch(`${server.origin}/api`);
      assert.deepEqual([response.status, await response.json()], [401, { told: 'refused' }]);
    }
    assert.equal(server.at('/api').length, 6);
    assert.equal(server.at('/token').length, 2);
    clock.move(10_001);
    await client.fetch(`${server.origin}/api`);
    assert.equal(server.at('/token').length, 3);
  });

  test('gives the refusal as it is when no new token can be had', async () => {
    const client = await files.client(server);
    await client.token();
    refuse(1);
    server.answer('/token', () => ({ status: 500 }));
    const response = await client.fetch(`${server.origin}/api`);
    assert.deepEqual([response.status, await response.json()], [401, { told: 'refused' }]);
  });

  for (const [what, headers] of [
    ['no challenge', {}],
    ['another error', { 'www-authenticate': 'Bearer error="insufficient_scope"' }],
    ['a challenge of another scheme', { 'www-authenticate': 'DPoP error="invalid_token"' }],
  ] as const) {
    test(`takes 401 with ${what} for an answer like others`, async () => {
      const client = await files.client(server);
      server.answer('/api', () => ({ status: 401, headers }));
      assert.equal((await client.fetch(`${server.origin}/api`)).status, 401);
      assert.equal(server.at('/api').length, 1);
    });
  }

  test('keeps the token from another origin it is sent to, and asks for none because of that one', async () => {
    const other = await startStubServer();
    try {
      const client = await files.client(server, { trustedCertificates: [server.pem, other.pem] });
      server.answer('/api', () => ({ status: 307, headers: { location: `${other.origin}/api` } }));
      other.answer('/api', () => REFUSED);
      assert.equal((await client.fetch(`${server.origin}/api`)).status, 401);
      assert.equal(server.at('/api')[0]?.headers.authorization?.startsWith('Bearer '), true);
      assert.equal(other.at('/api')[0]?.headers.authorization, undefined);
      assert.equal(server.at('/token').length, 1);
    } finally {
      await other.close();
    }
  });

  test('refuses an address without TLS, and what would take the place of what it brings', async () => {
    const client = await files.client(server);
    const api = `${server.origin}/api`;
    await assert.rejects(client.fetch(api.replace('https', 'http')), /over https alone/);
    await assert.rejects(client.fetch('/api'), /absolute address/);
    await assert.rejects(client.fetch(api, { headers: { Authorization: 'Basic YTpi' } }), /Authorization/);
    const none: RequestInit = {};
    const dispatcher = new Agent();
    await assert.rejects(client.fetch(api, Object.assign({}, none, { dispatcher })), /dispatcher/);
    assert.deepEqual(server.seen, []);
  });

  test('does not trust a server that is not to be trusted', async () => {
    const client = await files.client(server, { trustedCertificates: [files.identity.pem], retrySeconds: 0 });
    await assert.rejects(
      client.fetch(`${server.origin}/api`),
      (error) =>
        error instanceof TokenUnavailable &&
        error.because === 'server_unreachable' &&
        /self-signed certificate/.test(error.message),
    );
    assert.deepEqual(server.seen, []);
  });

  test('presents with each token the certificate it is bound to, while certificates change', async () => {
    const client = await files.client(server);
    const bound = new Map<string, string | undefined>();
    server.answer('/token', async (seen) => {
      const answer = boundAnswer(seen);
      const body = typeof answer === 'function' ? undefined : answer.body;
      if (typeof body === 'object') bound.set(`Bearer ${body.access_token}`, seen.thumbprint);
      return answer;
    });
    const wrong: string[] = [];
    server.answer('/api', ({ headers: { authorization = '' }, thumbprint }) => {
      if (bound.get(authorization) !== thumbprint) wrong.push(authorization);
      return {};
    });
    for (let round = 1; round <= 3; round++) {
      await files.renew(await createIdentity('CN=client'));
      await eventually(
        async () => {
          await Promise.all(Array.from({ length: 4 }, () => client.fetch(`${server.origin}/api`)));
          return client.of('token_issued').length;
        },
        (issued) =>
          issued === round + 1 ||
          (round === 1 && issued === 1 && client.of('certificate_loaded').length === 2),
      );
    }
    assert.deepEqual(wrong, []);
    assert.ok(new Set(server.at('/api').map(({ thumbprint }) => thumbprint)).size >= 3);
    // What the older certificates opened ends by itself.
    await eventually(server.connections, (count) => count <= 8);
  });

  test('that is under way when the client is closed comes to its end', async () => {
    const client = await files.client(server);
    const answered = Promise.withResolvers<void>();
    server.answer('/api', async () => {
      await answered.promise;
      return { body: { ok: true } };
    });
    const under = client.fetch(`${server.origin}/api`);
    await eventually(
      async () => server.at('/api').length,
      (length) => length === 1,
    );
    const closed = client.close();
    answered.resolve();
    assert.deepEqual(await (await under).json(), { ok: true });
    await closed;
    await assert.rejects(client.fetch(`${server.origin}/api`), { because: 'client_closed' });
  });

  test('that does not end is ended five seconds after the client was closed', async () => {
    const client = await files.client(server);
    server.answer('/api', () => () => {});
    const under = client.fetch(`${server.origin}/api`).then(
      () => 'answered',
      (error: Error) => error.name,
    );
    await eventually(
      async () => server.at('/api').length,
      (length) => length === 1,
    );
    const began = performance.now();
    await client.close();
    assert.equal(await under, 'TypeError');
    const took = performance.now() - began;
    assert.ok(took > 4_900 && took < 8_000, `${took} ms`);
    await eventually(server.connections, (count) => count === 0);
  });

  test('ends with its signal, whatever it waits for', async () => {
    const client = await files.client(server);
    server.answer('/api', () => () => {});
    const signal = AbortSignal.timeout(300);
    await assert.rejects(client.fetch(`${server.origin}/api`, { signal }), { name: 'TimeoutError' });
    server.answer('/token', () => () => {});
    const request = new Request(`${server.origin}/api`, { signal: AbortSignal.timeout(300) });
    await assert.rejects(client.access({ scope: 'a' }).fetch(request), { name: 'TimeoutError' });
  });
});
