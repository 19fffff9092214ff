import assert from 'node:assert/strict';
import { createPublicKey, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { type DpopKey, dpopKey } from '../../../packages/resource-server/test/proof.ts';
import { type StubIssuer, startStubIssuer } from '../../../packages/resource-server/test/stub-issuer.ts';
import { createIdentity, type Identity } from '../../../packages/server/test/client-identity.ts';
import { freePort } from '../../../packages/server/test/free-port.ts';
import { selfSigned } from '../../../packages/server/test/https-on-loopback.ts';
import { type Answer, call } from '../../../packages/server/test/token-client.ts';
import { type Gate, startGate } from './gate-process.ts';
import { GATED_PROXIES, type GatedProxy, runGatedProxy, whyNot } from './gated-proxy.ts';

const API = 'https://api.example.com';

/** Connections to the API's name, each of its own, with a certificate or none. */
const connecting = (certificate?: Identity): Agent =>
  new Agent({
    servername: 'api.example.com',
    ...(certificate && { cert: certificate.cert, key: certificate.key }),
  });
const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : assert.fail('no port');
};

describe('the gate', () => {
  let stub: StubIssuer;
  /** Another issuer of the same API, whose opaque tokens are asked about. */
  let other: StubIssuer;
  let client: Identity;
  let stranger: Identity;
  let key: DpopKey;
  let api: Server;
  let folder: string;
  const ends: (() => unknown)[] = [];

  before(async () => {
    [stub, other, client, stranger, key] = await Promise.all([
      startStubIssuer(),
      startStubIssuer(),
      createIdentity('CN=client'),
      createIdentity('CN=stranger'),
      dpopKey(),
    ]);
    folder = mkdtempSync(join(tmpdir(), 'countersign-gates-'));
    api = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ reached: request.url, headers: request.headers }));
    });
    await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
  });
  after(async () => {
    for (const end of ends.toReversed()) await end();
    api?.close();
    api?.closeAllConnections();
    await stub?.close();
    await other?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** The file of the examples, for a proxy of this machine and the issuer of this test. */
  function fileFor(kind: GatedProxy['kind'], port: number, issuer: StubIssuer, more = ''): string {
    const documented = readFileSync(resolve(import.meta.dirname, '../gate.toml'), 'utf8');
    const own = join(folder, `${kind}-${port}`);
    writeFileSync(`${own}.pem`, issuer.certificate);
    const written = documented
      .replace('127.0.0.1:9450', `127.0.0.1:${port}`)
      .replace('https://login.example.com:9443', issuer.issuer)
      .replace('audience = "https://api.example.com"', 'audience = "https://api.example"')
      .replace('"issuer.pem"', `"${own}.pem"${more}`)
      .replace('kind = "nginx"', `kind = "${kind}"`);
    writeFileSync(`${own}.toml`, written);
    return `${own}.toml`;
  }

  /** Adds the other issuer to a gate's file. */
  function withOther(file: string): string {
    writeFileSync(`${file}.other.pem`, other.certificate);
    const lines = [
      '[[issuer]]',
      `issuer = "${other.issuer}"`,
      'audience = "https://api.example"',
      `trusted_certificates_file = "${file}.other.pem"`,
      'introspection = { client_id = "gate", client_secret = "secret", cache = 0 }',
    ];
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n${lines.join('\n')}\n`);
    return file;
  }

  const token = (changes: Record<string, unknown> = {}, header = {}) =>
    stub.token({ scope: 'orders.read', cnf: { 'x5t#S256': client.thumbprint }, ...changes }, header);
  const bearer = (value: string) => ({ host: 'api.example.com', authorization: `Bearer ${value}` });
  const now = () => Math.floor(Date.now() / 1000);

  for (const proxy of GATED_PROXIES) {
    describe(`behind ${proxy.kind}`, { skip: whyNot(proxy) }, () => {
      let gate: Gate;
      let origin: string;
      const ask = (
        path: string,
        headers: Record<string, string> = {},
        certificate: Identity | 'none' = client,
        method = 'GET',
      ): Promise<Answer> =>
        call(`${origin}${path}`, {
          method,
          headers: { host: 'api.example.com', ...headers },
          agent: connecting(certificate === 'none' ? undefined : certificate),
        });
      /** The cause that the gate wrote of the answer it gave. */
      const causeOf = async (answer: Answer): Promise<unknown> => {
        const id = answer.headers['countersign-event-id'];
        for (let i = 0; i < 100; i++) {
          const line = gate.lines().find((each) => each.id === id);
          if (line !== undefined) return line.because;
          await pause(20);
        }
        return undefined;
      };
      const refused = async (answer: Answer, status: number, because: string) => {
        assert.deepEqual([answer.status, await causeOf(answer)], [status, because], answer.text);
      };

      before(async () => {
        const [port, gatePort] = [await freePort(), await freePort()];
        gate = await startGate(withOther(fileFor(proxy.kind, gatePort, stub)), gatePort);
        ends.push(() => gate.stop());
        const own = await selfSigned('api', ['api.example.com']);
        const around = { port, gatePort, apiPort: portOf(api), certificate: own.pem, key: own.key };
        ends.push(await runGatedProxy(proxy, around));
        origin = `https://127.0.0.1:${port}`;
      });

      test('a bound token goes on over the connection of its certificate, and the API is told whose it is', async () => {
        const answer = await ask('/orders?page=2', bearer(await token({ jti: 'one' })));
        assert.equal(answer.status, 200, answer.text);
        const { reached, headers } = JSON.parse(answer.text);
        assert.equal(reached, '/orders?page=2');
        assert.deepEqual(
          ['subject', 'client-id', 'scope', 'issuer', 'binding', 'thumbprint', 'token-id'].map(
            (name) => headers[`x-auth-${name}`],
          ),
          ['ada', 'client', 'orders.read', stub.issuer, 'certificate', client.thumbprint, 'one'],
        );
        assert.equal(headers.authorization, undefined);
      });

      test('what a client says of itself is replaced, or gone', async () => {
        const forged = {
          'x-auth-subject': 'root',
          'x-auth-acr': 'forged',
          'x-auth-anything': 'forged',
          'X-Auth-Scope': 'orders.write',
        };
        const unnamed = await ask('/orders', { ...bearer(await token({ sub: undefined })), ...forged });
        const whoever = await ask('/status', forged);
        for (const answer of [unnamed, whoever]) {
          assert.equal(answer.status, 200, answer.text);
          const { headers } = JSON.parse(answer.text);
          assert.ok(['', undefined].includes(headers['x-auth-subject']), headers['x-auth-subject']);
          assert.ok(['', undefined].includes(headers['x-auth-acr']), headers['x-auth-acr']);
          assert.notEqual(headers['x-auth-scope'], 'orders.write');
        }
        const spelled = await ask('/status', { X_Auth_Subject: 'root' });
        if (spelled.status === 200) assert.equal(JSON.parse(spelled.text).headers.x_auth_subject, undefined);
      });

      test('what the gate says stays, whatever a client lists in Connection', async () => {
        const listed = { connection: 'close, X-Auth-Subject, x-auth-binding' };
        const answer = await ask('/orders', { ...bearer(await token()), ...listed });
        assert.equal(answer.status, 200, answer.text);
        const { headers } = JSON.parse(answer.text);
        assert.deepEqual([headers['x-auth-subject'], headers['x-auth-binding']], ['ada', 'certificate']);
      });

      test('names that no header can carry are written as in URLs', async () => {
        const answer = await ask('/orders', bearer(await token({ sub: 'Zoë 100%\r\nx: y' })));
        const { headers } = JSON.parse(answer.text);
        assert.equal(decodeURIComponent(headers['x-auth-subject']), 'Zoë 100%\r\nx: y');
      });

      test('the authorization details that a rule names are told, and needed', async () => {
        const payment = { type: 'payment', creditor: 'Zoë', instructedAmount: { amount: '12.50' } };
        const details = [{ type: 'other' }, payment];
        const forged = { 'x-auth-authorization-details': '[]' };
        const bound = await token({ authorization_details: details });
        const answer = await ask('/payments', { ...bearer(bound), ...forged });
        assert.equal(answer.status, 200, answer.text);
        const told = JSON.parse(answer.text).headers['x-auth-authorization-details'];
        assert.deepEqual(JSON.parse(decodeURIComponent(told)), [payment]);
        const elsewhere = await ask('/orders', { ...bearer(bound), ...forged });
        const untold = JSON.parse(elsewhere.text).headers['x-auth-authorization-details'];
        assert.ok(['', undefined].includes(untold), untold);
        const because = 'authorization_details_insufficient';
        await refused(await ask('/payments', bearer(await token())), 403, because);
        const long = [{ ...payment, remittance: 'x'.repeat(2000) }];
        const unable = await ask('/payments', bearer(await token({ authorization_details: long })));
        await refused(unable, 403, 'details_too_long');
      });

      test('no token, a wrong one, and none that is meant for this API', async () => {
        const without = await ask('/orders');
        await refused(without, 401, 'token_absent');
        assert.match(String(without.headers['www-authenticate']), /^Bearer/);
        await refused(await ask('/orders', bearer(await token({ exp: now() - 60 }))), 401, 'token_expired');
        await refused(await ask('/orders', bearer(await token({ aud: 'other' }))), 401, 'audience_differs');
        await refused(
          await ask('/orders', bearer(await token({ iss: 'https://other.example' }))),
          401,
          'issuer_differs',
        );
        await refused(
          await ask('/orders', bearer(await token({ scope: 'other' }))),
          403,
          'scope_insufficient',
        );
        await refused(await ask('/orders', bearer(await token()), client, 'POST'), 403, 'scope_insufficient');
      });

      test('another certificate, none, or one that the client only says', async () => {
        const headers = bearer(await token());
        await refused(await ask('/orders', headers, stranger), 401, 'certificate_differs');
        const none = await ask('/orders', headers, 'none');
        await refused(none, 401, 'certificate_absent');
        const der = Buffer.from(client.certificate.der).toString('base64');
        for (const forged of [
          { 'client-cert': `:${der}:` },
          { 'x-ssl-client-cert': encodeURIComponent(client.pem) },
          { 'x-ssl-client-der': der },
          { 'x-forwarded-client-cert': `Hash=a;Cert="${encodeURIComponent(client.pem)}"` },
          { 'x-forwarded-tls-client-cert': der },
        ]) {
          const answer = await ask('/orders', { ...headers, ...forged }, 'none');
          assert.equal(answer.status, 401, JSON.stringify(forged));
          const other = await ask('/orders', { ...headers, ...forged }, stranger);
          assert.equal(other.status, 401, JSON.stringify(forged));
        }
      });

      test('alg none, the public key as a secret, and a flood of unknown keys', async () => {
        const good = await token();
        const [, payload = ''] = good.split('.');
        const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`;
        await refused(await ask('/orders', bearer(none)), 401, 'algorithm_refused');
        const secret = createPublicKey(stub.certificate).export({ type: 'spki', format: 'pem' });
        const confused = await new SignJWT(JSON.parse(Buffer.from(payload, 'base64url').toString()))
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
          .sign(Buffer.from(secret));
        await refused(await ask('/orders', bearer(confused)), 401, 'algorithm_refused');
        const before = stub.requests.get('/jwks') ?? 0;
        const flood = Array.from({ length: 20 }, async () =>
          ask('/orders', bearer(await token({}, { kid: randomUUID() }))),
        );
        for (const answer of await Promise.all(flood)) assert.equal(answer.status, 401);
        assert.ok((stub.requests.get('/jwks') ?? 0) <= before + 1);
      });

      test('a DPoP proof counts once, for this URL and this key', async () => {
        const bound = await token({ cnf: { jkt: key.jkt } });
        const proof = await key.proof({ url: `${API}/orders`, token: bound });
        const headers = { authorization: `DPoP ${bound}`, dpop: proof };
        const answer = await ask('/orders', headers);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(JSON.parse(answer.text).headers['x-auth-binding'], 'dpop');
        await refused(await ask('/orders', headers), 401, 'dpop_proof_replayed');
        const elsewhere = await key.proof({ url: `${API}/status`, token: bound });
        await refused(await ask('/orders', { ...headers, dpop: elsewhere }), 401, 'dpop_proof_differs');
        await refused(await ask('/orders', bearer(bound)), 401, 'dpop_scheme_differs');
      });

      test('an issuer that is away, whose keys are known, and one that is slow to introspect', async () => {
        const cnf = { 'x5t#S256': client.thumbprint };
        const signed = () => other.token({ scope: 'orders.read', cnf });
        other.opaque.set('opaque', { aud: 'https://api.example', scope: 'orders.read', cnf });
        const statusOf = async (value: string) => (await ask('/orders', bearer(value))).status;
        assert.deepEqual([await statusOf(await signed()), await statusOf('opaque')], [200, 200]);
        other.failWith(500);
        assert.deepEqual([await statusOf(await signed()), await statusOf('opaque')], [200, 503]);
        other.failWith(undefined);
        other.delay(7_000);
        const began = Date.now();
        assert.equal(await statusOf('opaque'), 503);
        assert.ok(Date.now() - began < 6_900);
        other.delay(0);
        assert.equal(await statusOf('opaque'), 200);
      });

      /** Asks with a path and headers as they stand. */
      const statusAsItStands = (path: string, headers: readonly string[]): Promise<number> =>
        new Promise((done, fail) => {
          request(
            {
              host: '127.0.0.1',
              port: new URL(origin).port,
              path,
              agent: connecting(client),
              headers: ['Host', 'api.example.com', ...headers],
              rejectUnauthorized: false,
            },
            (response) => done(response.resume().statusCode ?? 0),
          )
            .on('error', fail)
            .end();
        });

      test('of two tokens, or two proofs, none is taken', async () => {
        const [one, other] = [`Bearer ${await token()}`, `Bearer ${await token({ jti: 'other' })}`];
        const statusOf = (...headers: readonly string[]) => statusAsItStands('/orders', headers);
        assert.equal(await statusOf('Authorization', one), 200);
        for (const second of [one, other, 'Bearer']) {
          const status = await statusOf('Authorization', one, 'authorization', second);
          assert.ok([400, 401].includes(status), `${second}: ${status}`);
        }
        const bound = `DPoP ${await token({ cnf: { jkt: key.jkt } })}`;
        const proof = () => key.proof({ url: `${API}/orders`, token: bound.slice('DPoP '.length) });
        assert.equal(await statusOf('Authorization', bound, 'DPoP', await proof()), 200);
        const status = await statusOf('Authorization', bound, 'DPoP', await proof(), 'DPoP', await proof());
        assert.ok([400, 401].includes(status), String(status));
      });

      test('a path that could mean two', async () => {
        const authorization = `Bearer ${await token()}`;
        const statusOf = (path: string) => statusAsItStands(path, ['Authorization', authorization]);
        assert.equal(await statusOf('/orders/1'), 200);
        for (const path of [
          '/status/..%2forders',
          '/status/%2e%2e/orders',
          '/status/../orders',
          '/status/./orders',
          '/status//orders',
          '/status%5c..%5corders',
          '/status%252f..',
          '/status/..;/orders',
          '/%6frders;a/1',
          '//orders',
          '/orders/..;/admin',
          'https://api.example.com/status/../orders',
          'https://api.example.com//orders',
        ]) {
          const status = await statusOf(path);
          assert.ok(status >= 400, `${path}: ${status}`);
        }
      });
    });
  }

  describe('by itself', () => {
    const asking = async (more = '', issuer = stub, kind: GatedProxy['kind'] = 'nginx') => {
      const port = await freePort();
      const file = fileFor(kind, port, issuer, more);
      const gate = await startGate(file, port);
      ends.push(() => gate.stop());
      const ask = (headers: Record<string, string>, path = '/decision') =>
        call(`http://127.0.0.1:${port}${path}`, { headers });
      return { gate, ask, file };
    };
    const question = (headers: Record<string, string> = {}) => ({
      'x-original-method': 'GET',
      'x-original-uri': '/orders',
      'x-ssl-client-cert': encodeURIComponent(client.pem),
      ...headers,
    });

    test('answers what is no question of its proxy with a refusal', async () => {
      const { ask } = await asking();
      assert.equal((await ask({})).status, 403);
      assert.equal((await ask(question({ 'x-original-uri': '' }))).status, 403);
      assert.equal((await ask(question(), '/other')).status, 403);
      assert.equal((await ask({}, '/health/live')).status, 200);
      assert.equal((await ask(question(bearer(await token())))).status, 200);
    });

    test('answers nobody but its proxy', async () => {
      const port = await freePort();
      const file = fileFor('nginx', port, stub);
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace('addresses = ["127.0.0.1"]', 'addresses = ["10.1.2.3"]'),
      );
      const gate = await startGate(file, port);
      ends.push(() => gate.stop());
      const answer = await call(`http://127.0.0.1:${port}/decision`, {
        headers: question(bearer(await token())),
      });
      assert.equal(answer.status, 403);
    });

    test('lets known keys serve while the issuer is away, and decides nothing before it has any', async () => {
      const away = await startStubIssuer();
      const bound = await away.token({ scope: 'orders.read', cnf: { 'x5t#S256': client.thumbprint } });
      const another = await away.token({ scope: 'orders.read', cnf: { 'x5t#S256': client.thumbprint } });
      const [warm, cold] = [await asking('', away), await asking('', away)];
      assert.equal((await warm.ask(question(bearer(bound)))).status, 200);
      await away.close();
      assert.equal((await warm.ask(question(bearer(another)))).status, 200);
      assert.equal((await cold.ask(question(bearer(bound)))).status, 503);
    });

    test('takes up its file again when it is told, and keeps the last good one', async () => {
      const { gate, ask, file } = await asking();
      const headers = question(bearer(await token()));
      const good = readFileSync(file, 'utf8');
      writeFileSync(file, good.replace('scope = "orders.read"', 'scope = "orders.admin"'));
      await gate.reload();
      assert.equal((await ask(headers)).status, 403);
      writeFileSync(file, 'nonsense');
      await gate.reload();
      assert.equal((await ask(headers)).status, 403);
      writeFileSync(file, good);
      await gate.reload();
      assert.equal((await ask(headers)).status, 200);
    });
  });
});
