import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome } from './countersign-process.ts';
import { eventOf } from './event-of.ts';
import { selfSigned, serveHttps } from './https-on-loopback.ts';
import { claimsOf, post } from './token-client.ts';

const jwkOf = ({ certificate, thumbprint }: Identity) => ({
  ...certificate.x509.publicKey.export({ format: 'jwk' }),
  kid: thumbprint,
  x5c: [Buffer.from(certificate.der).toString('base64')],
});

/** What a place answers, by its path. */
type Places = Record<string, RequestListener>;

const json =
  (body: () => unknown): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(JSON.stringify(body()));
  };

test('a client registered by jwks_uri', async (t) => {
  const places: Places = {};
  const listener: RequestListener = (request, response) => {
    const place = places[request.url ?? ''];
    if (place) place(request, response);
    else response.writeHead(404).end();
  };
  const authority = await selfSigned('jwks server');
  const publisher = await serveHttps(t, authority, listener);
  const untrusted = await serveHttps(t, await selfSigned('unknown to the server'), listener);
  const down = await serveHttps(t, authority, listener);
  await down.stop();

  const home = await createTestHome({
    outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'jwks-authorities.pem' },
  });
  t.after(() => home.remove());
  await writeFile(join(home.security, 'jwks-authorities.pem'), authority.pem);
  const server = await home.start();
  t.after(() => server.stop());
  const admin = adminApiOf(home.issuer);

  const register = async (jwks_uri: string) =>
    (await admin.register({ client_name: jwks_uri, jwks_uri, grant_types: ['client_credentials'] }))
      .client_id;
  const ask = (client_id: string, certificate: Identity) =>
    post(
      `${home.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', client_id },
      { certificate: { cert: certificate.cert, key: certificate.key } },
    );
  const [first, second, third, stranger] = await Promise.all(
    ['first', 'second', 'third', 'stranger'].map((name) => createIdentity(`CN=${name}`)),
  );
  assert.ok(first && second && third && stranger);

  await t.test('authenticates by the certificate its key set names, and no other does', async () => {
    places['/good'] = json(() => ({ keys: [jwkOf(first)] }));
    const client_id = await register(`${publisher.origin}/good`);
    const accepted = await ask(client_id, first);
    assert.equal(accepted.status, 200, accepted.text);
    assert.deepEqual(claimsOf(accepted.json().access_token).cnf, { 'x5t#S256': first.thumbprint });

    const refused = await ask(client_id, stranger);
    assert.equal(refused.status, 401);
    const { because, evidence } = await eventOf(server, refused);
    assert.equal(because, 'certificate_not_registered');
    assert.deepEqual(
      { ...evidenceOf(evidence), fetched_at: undefined },
      {
        jwks_uri: `${publisher.origin}/good`,
        expected: [first.thumbprint],
        presented: stranger.thumbprint,
        fetched_at: undefined,
      },
    );
  });

  await t.test('authenticates by any certificate of a bare key', async () => {
    places['/bare'] = json(() => ({ keys: [first.certificate.x509.publicKey.export({ format: 'jwk' })] }));
    const client_id = await register(`${publisher.origin}/bare`);
    assert.equal((await ask(client_id, first)).status, 200);
    assert.equal((await ask(client_id, second)).status, 401);
  });

  await t.test('a rotated key works within one refresh, and the old one ends with it', async () => {
    let published = [jwkOf(first)];
    let fetched = 0;
    places['/rotating'] = json(() => {
      fetched++;
      return { keys: published };
    });
    const client_id = await register(`${publisher.origin}/rotating`);
    assert.equal((await ask(client_id, first)).status, 200);
    published = [jwkOf(second)];
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(client_id, second)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 200, 200],
    );
    assert.equal(fetched, 2, 'five requests at once with the new certificate share one refresh');
    assert.equal((await ask(client_id, first)).status, 401);
    assert.equal((await ask(client_id, stranger)).status, 401);
    assert.equal(fetched, 2, 'unknown certificates cannot make the server fetch again and again');
  });

  await t.test('keys held already serve on while the publisher fails', async () => {
    let failing = false;
    places['/failing'] = (request, response) => {
      if (failing) response.writeHead(503).end();
      else json(() => ({ keys: [jwkOf(first)] }))(request, response);
    };
    const client_id = await register(`${publisher.origin}/failing`);
    assert.equal((await ask(client_id, first)).status, 200);
    failing = true;
    const refused = await ask(client_id, second);
    assert.equal(refused.status, 401);
    const { because, evidence } = await eventOf(server, refused);
    assert.equal(because, 'certificate_not_registered');
    assert.match(JSON.stringify(evidenceOf(evidence).stale_because), /answered 503/);
    assert.equal((await ask(client_id, first)).status, 200);
  });

  await t.test('a publisher that fails refuses cleanly, with its cause, and holds up nobody', async (t) => {
    const endless: (() => void)[] = [];
    t.after(() => {
      for (const end of endless) end();
    });
    places['/slow'] = (_request, response) => endless.push(() => response.destroy());
    places['/dripping'] = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 200);
      endless.push(() => {
        clearInterval(timer);
        response.destroy();
      });
    };
    places['/huge'] = json(() => ({ keys: [], padding: 'x'.repeat(2_000_000) }));
    places['/private'] = (_request, response) => {
      response.writeHead(302, { location: 'https://10.11.12.13/jwks' }).end();
    };
    places['/plain'] = (_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1/jwks' }).end();
    };
    places['/around'] = (_request, response) => {
      response.writeHead(302, { location: '/around' }).end();
    };
    places['/html'] = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Sign in</p>');
    };
    places['/html-as-json'] = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('<!doctype html><p>Sign in</p>');
    };
    places['/not-keys'] = json(() => ({ hello: 'world' }));
    const cases: readonly [string, string, RegExp][] = [
      [`${down.origin}/good`, 'network', /ECONNREFUSED/],
      [`${publisher.origin}/slow`, 'timeout', /awaiting-headers/],
      [`${publisher.origin}/dripping`, 'timeout', /reading-body/],
      [`${publisher.origin}/huge`, 'too-large', /larger than 524288 bytes/],
      [`${publisher.origin}/private`, 'address-not-allowed', /10\.11\.12\.13/],
      [`${publisher.origin}/plain`, 'redirect', /http:/],
      [`${publisher.origin}/around`, 'redirect', /more than 3 redirects/],
      [`${publisher.origin}/html`, 'media-type', /text\/html/],
      [`${publisher.origin}/html-as-json`, 'html', /HTML/i],
      [`${publisher.origin}/not-keys`, 'not-a-jwks', /keys/],
      [`${publisher.origin}/absent`, 'status', /404/],
      [`${untrusted.origin}/good`, 'tls', /self-signed certificate/],
      ['https://169.254.169.254/jwks', 'address-not-allowed', /169\.254\.169\.254/],
    ];
    const finished: string[] = [];
    const good = await register(`${publisher.origin}/good`);
    const clients = await Promise.all(cases.map(([jwks_uri]) => register(jwks_uri)));
    const refusals = clients.map(async (client_id, index) => {
      const answer = await ask(client_id, first);
      finished.push(cases[index]?.[0] ?? '');
      return answer;
    });
    const other = ask(good, first).then((answer) => {
      finished.push('another client');
      return answer;
    });
    assert.equal((await other).status, 200);
    for (const [index, answer] of (await Promise.all(refusals)).entries()) {
      const [jwks_uri = '', because = '', detail = /$/] = cases[index] ?? [];
      assert.equal(answer.status, 401, jwks_uri);
      assert.deepEqual(answer.json(), {
        error: 'invalid_client',
        error_description: 'Client authentication failed.',
      });
      const event = await eventOf(server, answer);
      assert.equal(event.because, 'jwks_unavailable', jwks_uri);
      const evidence = evidenceOf(event.evidence);
      assert.equal(evidence.jwks_uri, jwks_uri);
      assert.equal(evidence.because, because, JSON.stringify(evidence));
      assert.match(JSON.stringify(evidence), detail);
    }
    assert.ok(
      finished.indexOf('another client') < finished.indexOf(`${publisher.origin}/slow`),
      'a slow publisher keeps no other client waiting',
    );
  });
});

function evidenceOf(evidence: unknown): Record<string, unknown> {
  assert.ok(typeof evidence === 'object' && evidence !== null);
  return { ...evidence };
}
