import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { CERTIFICATE_HEADERS } from '@countersign/forwarded-certificate';
import { Certificate } from '@countersign/x509';
import { parseDeployment } from '../../src/config/deployment.ts';
import { everyHeader, injections, smuggled, type WrittenFormat, writtenAs } from './attacks.ts';
import { decide, exchange, type Identity } from './client.ts';
import {
  APACHE,
  type ConfiguredProxy,
  documentedFile,
  HAPROXY_HTTP,
  HAPROXY_TCP,
  NGINX_HTTP,
  NGINX_STREAM,
  startProxy,
} from './configured-proxy.ts';
import { type Listener, startListener } from './listener.ts';
import { type TestCertificate, testCertificate } from './test-certificate.ts';

const thumbprint = ({ der }: TestCertificate) => Certificate.fromDer(der).thumbprint;

const server = testCertificate('server', { names: ['login.example.com'] });
const proxyOwn = testCertificate('proxy');
const root = testCertificate('root', { authority: true });
const intermediate = testCertificate('intermediate', { authority: true, issuer: root });

const selfSigned: Identity = { leaf: testCertificate('self-signed') };
const issued: Identity = {
  leaf: testCertificate('issued', { issuer: intermediate }),
  chain: [intermediate],
};
const victim = testCertificate('victim');

const victimWritten = writtenAs(victim);

const TERMINATING: readonly {
  readonly proxy: ConfiguredProxy;
  readonly format: WrittenFormat;
  readonly passesChain: boolean;
}[] = [
  { proxy: NGINX_HTTP, format: 'nginx', passesChain: false },
  { proxy: HAPROXY_HTTP, format: 'haproxy', passesChain: true },
  { proxy: APACHE, format: 'apache', passesChain: true },
];

type Started = { readonly port: number; readonly listener: Listener };

async function start(
  context: TestContext,
  proxy: ConfiguredProxy,
  options: Parameters<typeof startListener>[2],
): Promise<Started | undefined> {
  const listener = await startListener(context, server, options);
  const port = await startProxy(context, proxy, listener.port, { server, proxy: proxyOwn });
  return port === undefined ? undefined : { port, listener };
}

for (const { proxy, format, passesChain } of TERMINATING) {
  test(proxy.name, async (context) => {
    const started = await start(context, proxy, {
      trustedAddresses: ['127.0.0.0/8'],
      pinnedCertificateThumbprints: [thumbprint(proxyOwn)],
      format,
      proxyProtocol: false,
    });
    if (started === undefined) return;
    const { port, listener } = started;

    await context.test('a self-signed certificate arrives', async () => {
      const decision = await decide(port, selfSigned);
      assert.equal(decision.kind, 'header', JSON.stringify(decision));
      assert.equal(decision.thumbprint, thumbprint(selfSigned.leaf));
      assert.deepEqual(decision.chain, []);
      assert.equal(decision.clientAddress, '127.0.0.1');
    });

    await context.test('an issued certificate arrives, with its chain where the proxy can', async () => {
      for (const _ of ['first', 'again']) {
        const decision = await decide(port, issued);
        assert.equal(decision.kind, 'header', JSON.stringify(decision));
        assert.equal(decision.thumbprint, thumbprint(issued.leaf));
        assert.deepEqual(decision.chain, passesChain ? [thumbprint(intermediate)] : []);
      }
    });

    await context.test('without a certificate there is none', async () => {
      const decision = await decide(port);
      assert.equal(decision.kind, 'none', JSON.stringify(decision));
      assert.deepEqual(decision.dropped, []);
    });

    await context.test(
      'a header injected without a certificate is gone or dropped, never believed',
      async () => {
        for (const lines of injections(victim, format)) {
          const decision = await decide(port, undefined, lines);
          assert.equal(decision.kind, 'none', JSON.stringify([lines, decision]));
        }
      },
    );

    await context.test('a header injected beside a certificate does not replace it', async () => {
      for (const lines of injections(victim, format)) {
        const decision = await decide(port, selfSigned, lines);
        assert.equal(decision.thumbprint, thumbprint(selfSigned.leaf), JSON.stringify([lines, decision]));
        assert.equal(decision.kind, 'header');
        assert.deepEqual(decision.chain, []);
      }
    });

    await context.test('an address the client claims is not taken for its own', async () => {
      const claims = ['X-Forwarded-For: 203.0.113.1', 'Forwarded: for=203.0.113.1'];
      assert.equal((await decide(port, selfSigned, claims)).clientAddress, '127.0.0.1');
    });

    await context.test(
      'a header named in Connection is lost at most, never taken from the client',
      async () => {
        const lines = ['Connection: X-SSL-Client-Cert', `X-SSL-Client-Cert: ${victimWritten[format]}`];
        const decision = await decide(port, undefined, lines);
        assert.equal(decision.kind, 'none', JSON.stringify(decision));
      },
    );

    await context.test('smuggled requests do not arrive', async () => {
      for (const { what, text } of SMUGGLED) {
        listener.requests.length = 0;
        await exchange(port, text).catch(() => '');
        assert.ok(!listener.requests.includes('/smuggled'), what);
      }
    });

    await context.test('around the proxy, nobody is believed', async () => {
      const [own, ...others] = injections(victim, format);
      for (const lines of [own ?? [], ...others]) {
        const decision = await decide(listener.port, undefined, lines);
        assert.equal(decision.kind, 'none', JSON.stringify(decision));
        assert.ok(decision.dropped.length > 0);
      }
      const both = await decide(listener.port, selfSigned, own);
      assert.equal(both.kind, 'refused');
      assert.match(both.reason ?? '', /not the pinned proxy/);
    });
  });
}

const HOST = 'Host: login.example.com';
const SMUGGLED = smuggled('/outer', '/smuggled');

const PASSING: readonly ConfiguredProxy[] = [NGINX_STREAM, HAPROXY_TCP];

for (const proxy of PASSING) {
  test(proxy.name, async (context) => {
    const started = await start(context, proxy, { trustedAddresses: ['127.0.0.0/8'], proxyProtocol: true });
    if (started === undefined) return;
    const { port, listener } = started;

    await context.test('certificate and client address arrive', async () => {
      for (const identity of [selfSigned, issued]) {
        const decision = await decide(port, identity);
        assert.equal(decision.kind, 'tls', JSON.stringify(decision));
        assert.equal(decision.thumbprint, thumbprint(identity.leaf));
        assert.equal(decision.clientAddress, '127.0.0.1');
      }
    });

    await context.test('without a certificate there is none, whatever headers say', async () => {
      const decision = await decide(port, undefined, everyHeader(victim));
      assert.equal(decision.kind, 'none');
      assert.deepEqual([...decision.dropped].sort(), [...CERTIFICATE_HEADERS].sort());
    });

    await context.test('a connection without PROXY protocol header is closed', async () => {
      await assert.rejects(exchange(listener.port, `GET / HTTP/1.1\r\n${HOST}\r\n\r\n`));
    });

    await context.test('smuggled requests do not arrive', async () => {
      for (const { what, text } of SMUGGLED) {
        listener.requests.length = 0;
        await exchange(port, text).catch(() => '');
        assert.ok(!listener.requests.includes('/smuggled'), what);
      }
    });
  });
}

for (const proxy of [HAPROXY_TCP, HAPROXY_HTTP]) {
  test(`${proxy.name}: a server that ends is left out before its door closes`, () => {
    const [, inter, fall] = /\bcheck\b.* inter (\d+)s fall (\d+) rise 1$/m.exec(documentedFile(proxy)) ?? [];
    const encryption = `[encryption]\nkey = "${'0'.repeat(64)}"\n`;
    const context = { file: 'deployment.toml', home: '/home', environment: {}, encryptionKeyFile: undefined };
    const { drain_grace } = parseDeployment(encryption, context).server;
    assert.ok(
      Number(inter) * (Number(fall) + 1) < drain_grace,
      `${inter} s, ${fall} times, of ${drain_grace} s`,
    );
  });
}
