import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { connect } from 'node:tls';
import { Certificate } from '@countersign/x509';
import type { RunningCountersign } from '../countersign-process.ts';
import { freePort } from '../free-port.ts';
import { call, claimsOf } from '../token-client.ts';
import { injections, smuggled, type WrittenFormat, writtenAs } from './attacks.ts';
import { exchange, type Identity, requestToken, type TokenAnswer } from './client.ts';
import {
  APACHE,
  type ConfiguredProxy,
  HAPROXY_HTTP,
  HAPROXY_TCP,
  NGINX_HTTP,
  NGINX_STREAM,
  startProxy,
} from './configured-proxy.ts';
import {
  IDENTITIES,
  type ProxiedHome,
  proxyCertificate,
  serverCertificate,
  startProxiedHome,
} from './proxied-home.ts';
import { testCertificate } from './test-certificate.ts';

/** Clients come from here, proxies from 127.0.0.1, which alone is trusted. */
const CLIENT = '127.0.0.2';
const proxyOwn: Identity = { leaf: proxyCertificate };
const thumbprintOf = ({ leaf }: Identity) => Certificate.fromDer(leaf.der).thumbprint;

type Case = {
  readonly what: string;
  readonly client_id: 'self-signed' | 'issued';
  readonly identity: Identity | undefined;
  /** The exact cause of the refusal; none for a token. */
  readonly because?: string;
  /** Proxies that let no such certificate through their own handshake. */
  readonly refusedBy?: readonly ConfiguredProxy[];
};

/** One table for every source: whatever way a certificate takes, the decision is the same. */
const DECISIONS: readonly Case[] = [
  { what: 'the registered certificate', client_id: 'self-signed', identity: IDENTITIES.registered },
  {
    what: 'another of the same subject',
    client_id: 'self-signed',
    identity: IDENTITIES.stranger,
    because: 'certificate_not_registered',
  },
  {
    what: 'a registered one that has expired',
    client_id: 'self-signed',
    identity: IDENTITIES.expired,
    because: 'certificate_expired',
    refusedBy: [NGINX_HTTP, APACHE],
  },
  { what: 'none', client_id: 'self-signed', identity: undefined, because: 'certificate_absent' },
  { what: 'one of the trusted CA', client_id: 'issued', identity: IDENTITIES.issued },
  {
    what: 'one of the trusted CA for another subject',
    client_id: 'issued',
    identity: IDENTITIES.otherSubject,
    because: 'certificate_subject_differs',
  },
  {
    what: 'one of another CA of the same name',
    client_id: 'issued',
    identity: IDENTITIES.otherIssuer,
    because: 'certificate_not_trusted',
  },
  {
    what: 'none where a CA is trusted',
    client_id: 'issued',
    identity: undefined,
    because: 'certificate_absent',
  },
];

async function sameDecisions(
  context: TestContext,
  { eventOf, untilLogged }: ProxiedHome,
  port: number,
  source: 'tls' | 'x-ssl-client-cert from 127.0.0.1',
  proxy?: ConfiguredProxy,
): Promise<void> {
  for (const { what, client_id, identity, because, refusedBy = [] } of DECISIONS) {
    await context.test(`${client_id} presents ${what}: ${because ?? 'a token'}`, async () => {
      if (proxy !== undefined && refusedBy.includes(proxy)) {
        const answer = await requestToken(port, client_id, identity, { from: CLIENT }).catch(() => undefined);
        assert.notEqual(answer?.status, 200);
        return;
      }
      const answer = await requestToken(port, client_id, identity, { from: CLIENT });
      if (because !== undefined) {
        assert.equal(answer.status, 401, JSON.stringify(answer));
        assert.equal(answer.body.error, 'invalid_client');
        const event = await eventOf(answer.event_id);
        assert.equal(event.because, because);
        assert.equal(event.remote_address, CLIENT);
        return;
      }
      assert.equal(answer.status, 200, JSON.stringify(answer));
      assert.ok(identity);
      assert.deepEqual(claimsOf(answer.body.access_token).cnf, { 'x5t#S256': thumbprintOf(identity) });
      const event = await untilLogged(async () => {
        const again = await requestToken(port, client_id, identity, { from: CLIENT });
        const { jti } = claimsOf(again.body.access_token);
        return ({ detail }) => JSON.stringify(detail ?? {}).includes(`"${jti}"`);
      });
      assert.equal(event.remote_address, CLIENT);
      assert.ok(JSON.stringify(event.certificate).includes(`"source":"${source}"`));
    });
  }
}

async function refusesSmuggling(port: number): Promise<void> {
  for (const { what, text } of smuggled('/oauth2/token', '/oauth2/jwks')) {
    const answer = await exchange(port, text).catch(() => '');
    assert.doesNotMatch(answer, /"keys"/, what);
    assert.doesNotMatch(answer, /^HTTP\/1\.1 2/, what);
  }
}

function servedThumbprint(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      resolve(Certificate.fromDer(raw).thumbprint);
    });
    socket.once('error', reject);
  });
}

async function endsInGoodOrder(server: RunningCountersign, ...ports: number[]): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  for (const port of ports) {
    assert.equal((await call(`https://localhost:${port}/oauth2/jwks`, { agent })).status, 200);
  }
  await server.stop();
  assert.equal(server.process.exitCode, 0);
  agent.destroy();
}

const certificates = { server: serverCertificate, proxy: proxyCertificate };

test('TLS ended at the proxy', async (context) => {
  const metricsPort = await freePort();
  const proxied = await startProxiedHome(context, {
    'transport.proxy': {
      trusted_addresses: ['127.0.0.1'],
      pinned_certificate: 'proxy.pem',
      certificate_header: 'nginx',
    },
    metrics: { enable: true, port: metricsPort },
  });
  const { home, eventOf, reload, untilLogged } = proxied;
  const refused = async (answer: TokenAnswer, because: string) => {
    assert.notEqual(answer.status, 200, JSON.stringify(answer));
    const event = await eventOf(answer.event_id);
    assert.equal(event.because, because, JSON.stringify(event));
    return event;
  };

  await context.test('around the proxy, TLS counts', (inner) =>
    sameDecisions(inner, proxied, home.port, 'tls'),
  );

  const written = writtenAs(IDENTITIES.registered.leaf).nginx;
  const header = `X-SSL-Client-Cert: ${written}`;

  await context.test('around the proxy, a header is dropped and counted', async () => {
    const event = await untilLogged(async () => {
      const options = { headers: [header], from: CLIENT };
      const answer = await requestToken(home.port, 'self-signed', undefined, options);
      await refused(answer, 'certificate_absent');
      return ({ type }) => type === 'certificate_header.dropped';
    });
    assert.equal(event.remote_address, CLIENT);
    assert.match(JSON.stringify(event.evidence), /x-ssl-client-cert/);
    const metrics = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    assert.match(
      await metrics.text(),
      /^countersign_certificate_headers_dropped_total\{header="x-ssl-client-cert"\} [1-9]/m,
    );
    const beside = await requestToken(home.port, 'self-signed', IDENTITIES.stranger, {
      headers: [header],
      from: CLIENT,
    });
    await refused(beside, 'certificate_not_registered');
  });

  await context.test(
    'from the address of the proxy, but not by it, two certificates are refused',
    async () => {
      const answer = await requestToken(home.port, 'self-signed', IDENTITIES.stranger, { headers: [header] });
      assert.equal(answer.status, 400);
      assert.equal(answer.body.error, 'invalid_request');
      const event = await refused(answer, 'certificate_header_refused');
      assert.match(JSON.stringify(event.evidence), /not the pinned proxy/);
    },
  );

  await context.test('the certificate of the proxy is never a client’s', async () => {
    await refused(await requestToken(home.port, 'self-signed', proxyOwn), 'certificate_absent');
  });

  await context.test('what the proxy sends must be read in one way', async () => {
    for (const [what, ...headers] of [
      ['twice', header, header],
      ['half-encoded', `X-SSL-Client-Cert: ${written.slice(0, -1)}`],
      ['doubly encoded', `X-SSL-Client-Cert: ${encodeURIComponent(written)}`],
      ['too long', `X-SSL-Client-Cert: ${'A'.repeat(17 * 1024)}`],
      ['no certificate', 'X-SSL-Client-Cert: x'],
    ] as const) {
      const answer = await requestToken(home.port, 'self-signed', proxyOwn, { headers });
      assert.equal(answer.status, 400, what);
      const event = await refused(answer, 'certificate_header_refused');
      assert.match(JSON.stringify(event.evidence), /"header":"x-ssl-client-cert"/, what);
    }
    const folded = [`X-SSL-Client-Cert: ${written.slice(0, 90)}`, ` ${written.slice(90)}`];
    const answer = await requestToken(home.port, 'self-signed', proxyOwn, { headers: folded });
    assert.equal(answer.status, 400);
  });

  await context.test('smuggled requests are refused', () => refusesSmuggling(home.port));

  const ending: readonly { readonly proxy: ConfiguredProxy; readonly format: WrittenFormat }[] = [
    { proxy: NGINX_HTTP, format: 'nginx' },
    { proxy: HAPROXY_HTTP, format: 'haproxy' },
    { proxy: APACHE, format: 'apache' },
  ];
  let believed: WrittenFormat = 'nginx';
  /** A file that stays as it is causes no reload to wait for. */
  const believe = async (format: WrittenFormat) => {
    if (format === believed) return;
    await reload((text) => text.replace(/^certificate_header = .*$/m, `certificate_header = "${format}"`));
    believed = format;
  };
  for (const { proxy, format } of ending) {
    await context.test(proxy.name, async (inner) => {
      const port = await startProxy(inner, proxy, home.port, certificates);
      if (port === undefined) return;
      await believe(format);
      await sameDecisions(inner, proxied, port, 'x-ssl-client-cert from 127.0.0.1', proxy);

      await inner.test('a header injected without a certificate lets nobody in', async () => {
        for (const headers of injections(IDENTITIES.registered.leaf, format)) {
          const answer = await requestToken(port, 'self-signed', undefined, { headers, from: CLIENT });
          await refused(answer, 'certificate_absent');
        }
      });

      await inner.test('a header injected beside a certificate does not replace it', async () => {
        for (const headers of injections(IDENTITIES.registered.leaf, format)) {
          const options = { headers, from: CLIENT };
          const answer = await requestToken(port, 'self-signed', IDENTITIES.stranger, options);
          await refused(answer, 'certificate_not_registered');
        }
      });

      await inner.test('the client’s claim of another address is not believed', async () => {
        const headers = ['X-Forwarded-For: 203.0.113.1', 'Forwarded: for=203.0.113.1'];
        const answer = await requestToken(port, 'self-signed', undefined, { headers, from: CLIENT });
        assert.equal((await eventOf(answer.event_id)).remote_address, CLIENT);
      });

      await inner.test('smuggled requests do not arrive', () => refusesSmuggling(port));
    });
  }

  await context.test('a proxy that is trusted no longer is not believed from then on', async () => {
    await believe('nginx');
    assert.equal((await requestToken(home.port, 'self-signed', proxyOwn, { headers: [header] })).status, 200);
    await reload((text) => text.replace(/^trusted_addresses = .*$/m, 'trusted_addresses = ["192.0.2.1"]'));
    await refused(
      await requestToken(home.port, 'self-signed', proxyOwn, { headers: [header] }),
      'certificate_absent',
    );
  });
});

test('TLS passed through', async (context) => {
  const proxied = await startProxiedHome(context, {
    'transport.proxy': { trusted_addresses: ['127.0.0.1'], proxy_protocol: true },
  });
  const { home, server, untilLogged } = proxied;

  for (const proxy of [NGINX_STREAM, HAPROXY_TCP]) {
    await context.test(proxy.name, async (inner) => {
      const port = await startProxy(inner, proxy, home.port, certificates);
      if (port === undefined) return;
      await sameDecisions(inner, proxied, port, 'tls', proxy);
      await inner.test('a header lets nobody in', async () => {
        for (const headers of injections(IDENTITIES.registered.leaf, 'nginx')) {
          const answer = await requestToken(port, 'self-signed', undefined, { headers, from: CLIENT });
          assert.equal((await proxied.eventOf(answer.event_id)).because, 'certificate_absent');
        }
      });
      await inner.test('smuggled requests are refused', () => refusesSmuggling(port));
    });
  }

  await context.test(
    'connections from elsewhere, or without a PROXY header, are closed and counted',
    async () => {
      const get = 'GET /oauth2/jwks HTTP/1.1\r\nHost: login.example.com\r\n\r\n';
      const elsewhere = await untilLogged(async () => {
        await assert.rejects(exchange(home.port, get, undefined, CLIENT));
        return ({ type, remote_address }) => type === 'connection.refused' && remote_address === CLIENT;
      });
      assert.match(JSON.stringify(elsewhere.evidence), /untrusted_peer/);
      const event = await untilLogged(async () => {
        await assert.rejects(exchange(home.port, get));
        return ({ type, remote_address }) => type === 'connection.refused' && remote_address !== CLIENT;
      });
      assert.equal(event.because, 'proxy_protocol_refused');
      assert.match(JSON.stringify(event.evidence), /malformed/);
    },
  );

  await context.test('the server ends in good order', () => endsInGoodOrder(server));
});

test('a second listener asks for certificates in place of the first', async (context) => {
  const mtlsPort = await freePort();
  const { home, server, eventOf } = await startProxiedHome(context, {
    'transport.mtls': { enable: true, port: mtlsPort, hostname: 'mtls.example.com' },
    server: { base_url: 'https://login.example.com/login' },
  });

  await context.test('it is advertised, and the issuer is the one clients see', async () => {
    for (const path of [
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server',
      '/.well-known/oauth-authorization-server/login',
    ]) {
      const metadata = (await call(`https://localhost:${home.port}${path}`)).json();
      assert.equal(metadata.issuer, 'https://login.example.com/login', path);
      assert.equal(metadata.token_endpoint, 'https://login.example.com/login/oauth2/token');
      const { mtls_endpoint_aliases: aliases } = metadata;
      assert.ok(aliases !== null && typeof aliases === 'object' && 'token_endpoint' in aliases);
      assert.equal(aliases.token_endpoint, `https://mtls.example.com:${mtlsPort}/oauth2/token`);
      assert.ok(!('authorization_endpoint' in aliases));
    }
  });

  await context.test('the same routes on both; only the second sees a certificate', async () => {
    const there = await requestToken(mtlsPort, 'self-signed', IDENTITIES.registered);
    assert.equal(there.status, 200);
    const { cnf, iss } = claimsOf(there.body.access_token);
    assert.deepEqual(cnf, { 'x5t#S256': thumbprintOf(IDENTITIES.registered) });
    assert.equal(iss, 'https://login.example.com/login');
    const here = await requestToken(home.port, 'self-signed', IDENTITIES.registered);
    assert.equal(here.status, 401);
    assert.equal((await eventOf(here.event_id)).because, 'certificate_absent');
    for (const port of [home.port, mtlsPort]) {
      assert.equal((await call(`https://localhost:${port}/oauth2/jwks`)).status, 200);
    }
  });

  await context.test('a new server certificate is served by both', async () => {
    const renewed = testCertificate('renewed', { names: ['login.example.com'] });
    await writeFile(join(home.security, 'server.pem'), renewed.pem + renewed.keyPem);
    await server.line(/"changed":\["keystore\.primary"\]/);
    for (const port of [home.port, mtlsPort]) {
      assert.equal(await servedThumbprint(port), Certificate.fromDer(renewed.der).thumbprint);
    }
  });

  await context.test('the server ends in good order', () => endsInGoodOrder(server, home.port, mtlsPort));
});
