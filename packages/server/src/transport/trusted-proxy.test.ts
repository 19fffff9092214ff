import assert from 'node:assert/strict';
import test from 'node:test';
import { Certificate } from '@countersign/x509';
import { testCertificate } from '../../test/proxies/test-certificate.ts';
import { createTrustedProxy, type ProxiedRequest, type TrustedProxyOptions } from './trusted-proxy.ts';

const clientPem = testCertificate('client');
const client = Certificate.fromDer(clientPem.der);
const direct = Certificate.fromDer(testCertificate('direct').der);
const proxyOwn = Certificate.fromDer(testCertificate('proxy').der);

const nginxHeader = ['X-SSL-Client-Cert', encodeURIComponent(clientPem.pem)];
const PROXY = '10.0.0.2';
const STRANGER = '192.0.2.9';

const byAddress: TrustedProxyOptions = {
  trustedAddresses: ['10.0.0.0/8'],
  format: 'nginx',
  proxyProtocol: false,
};
const byPin: TrustedProxyOptions = {
  trustedAddresses: [],
  pinnedCertificateThumbprints: [proxyOwn.thumbprint],
  format: 'nginx',
  proxyProtocol: false,
};
const byBoth: TrustedProxyOptions = { ...byPin, trustedAddresses: ['10.0.0.0/8'] };
const passthrough: TrustedProxyOptions = { ...byBoth, proxyProtocol: true };

type Expected = 'tls' | 'header' | 'none' | 'refused';
const header = nginxHeader;
const none: string[] = [];
const own = ['x-ssl-client-cert'];

/** The written rule, a row a case: who is configured, who asks with what, and what comes out. */
const RULE: readonly [
  TrustedProxyOptions,
  string,
  Certificate | undefined,
  readonly string[],
  Expected,
  string[],
][] = [
  // options     peer      TLS certificate  headers  outcome    dropped
  [byAddress, PROXY, undefined, header, 'header', none],
  [byAddress, PROXY, undefined, none, 'none', none],
  [byAddress, PROXY, direct, header, 'refused', none],
  [byAddress, PROXY, direct, none, 'tls', none],
  [byAddress, STRANGER, undefined, header, 'none', own],
  [byAddress, STRANGER, direct, header, 'tls', own],
  [byAddress, STRANGER, direct, none, 'tls', none],
  [byPin, STRANGER, proxyOwn, header, 'header', none],
  [byPin, STRANGER, proxyOwn, none, 'none', none],
  [byPin, STRANGER, direct, header, 'refused', none],
  [byPin, STRANGER, direct, none, 'tls', none],
  [byPin, STRANGER, undefined, header, 'none', own],
  [byBoth, PROXY, proxyOwn, header, 'header', none],
  [byBoth, PROXY, undefined, header, 'none', own],
  [byBoth, PROXY, direct, header, 'refused', none],
  [byBoth, STRANGER, proxyOwn, header, 'none', own],
  [byBoth, STRANGER, proxyOwn, none, 'none', none],
  [byBoth, STRANGER, direct, header, 'tls', own],
  [passthrough, PROXY, undefined, header, 'none', own],
  [passthrough, PROXY, direct, header, 'refused', none],
  [passthrough, PROXY, direct, none, 'tls', none],
  [passthrough, PROXY, proxyOwn, header, 'header', none],
];

const nameOf = (options: TrustedProxyOptions) =>
  Object.entries({ byAddress, byPin, byBoth, passthrough }).find(([, value]) => value === options)?.[0];

for (const [options, remoteAddress, tlsCertificate, headers, kind, dropped] of RULE) {
  const certificate =
    tlsCertificate === undefined ? 'no' : tlsCertificate === direct ? 'another' : 'the pinned';
  const peer = remoteAddress === PROXY ? 'trusted' : 'another';
  test(`${nameOf(options)}: ${peer} address, ${certificate} TLS certificate, ${headers.length / 2} header: ${kind}`, () => {
    const result = createTrustedProxy(options).certificateFor({ remoteAddress, tlsCertificate, headers });
    assert.equal(result.kind, kind, JSON.stringify(result));
    assert.deepEqual(result.dropped, dropped);
    if (result.kind === 'tls') assert.equal(result.certificate, tlsCertificate);
    if (result.kind === 'refused') assert.match(result.reason, /not the pinned proxy/);
    if (result.kind === 'header') {
      assert.equal(result.presented.certificate.thumbprint, client.thumbprint);
      assert.deepEqual(result.presented.source, {
        kind: 'header',
        header: 'x-ssl-client-cert',
        proxy: remoteAddress,
      });
    }
  });
}

const request = (headers: readonly string[], rest: Partial<ProxiedRequest> = {}): ProxiedRequest => ({
  remoteAddress: PROXY,
  headers,
  ...rest,
});

test('headers of other formats are dropped and named, also from the proxy', () => {
  const result = createTrustedProxy(byAddress).certificateFor(
    request([
      'Client-Cert',
      `:${clientPem.der.toString('base64')}:`,
      'ssl-client-cert',
      'x',
      'SSL-CLIENT-CERT',
      'y',
      'X-Other',
      'z',
    ]),
  );
  assert.deepEqual(result, { kind: 'none', dropped: ['client-cert', 'ssl-client-cert'] });
});

test('without a format every certificate header is dropped, and the TLS certificate counts', () => {
  const proxy = createTrustedProxy({ trustedAddresses: ['10.0.0.0/8'], proxyProtocol: true });
  const result = proxy.certificateFor(request(nginxHeader, { tlsCertificate: direct }));
  assert.deepEqual(result, { kind: 'tls', certificate: direct, dropped: own });
});

test('a repeated header from the proxy is refused even when the name differs in case', () => {
  const result = createTrustedProxy(byAddress).certificateFor(
    request([...nginxHeader, 'x-ssl-client-cert', nginxHeader[1] ?? '']),
  );
  assert.equal(result.kind, 'refused');
});

test('a repeated header with one empty line is refused', () => {
  const result = createTrustedProxy(byAddress).certificateFor(
    request(['X-SSL-Client-Cert', '', ...nginxHeader]),
  );
  assert.equal(result.kind, 'refused');
});

test('an empty header is no header: the TLS certificate beside it counts', () => {
  const result = createTrustedProxy(byAddress).certificateFor(
    request(['X-SSL-Client-Cert', ''], { tlsCertificate: direct }),
  );
  assert.equal(result.kind, 'tls');
});

test('bytes that are DER but no certificate are refused, not taken for none', () => {
  const proxy = createTrustedProxy({ ...byAddress, format: 'haproxy' });
  const result = proxy.certificateFor(request(['X-SSL-Client-Cert', 'MAMCAQE=']));
  assert.equal(result.kind, 'refused');
  if (result.kind === 'refused') assert.match(result.reason, /not an X\.509 certificate/);
});

test('the same header from the same proxy yields the same object, from another proxy another', () => {
  const proxy = createTrustedProxy(byAddress);
  const presented = (remoteAddress: string) => {
    const result = proxy.certificateFor(request(nginxHeader, { remoteAddress }));
    return result.kind === 'header' ? result.presented : assert.fail(result.kind);
  };
  assert.equal(presented(PROXY), presented(`::ffff:${PROXY}`));
  assert.notEqual(presented(PROXY), presented('10.0.0.3'));
});

test('at most 512 headers are remembered; the one used longest ago is forgotten first', () => {
  const proxy = createTrustedProxy(byAddress);
  const presented = (n: number) => {
    const result = proxy.certificateFor(request(nginxHeader, { remoteAddress: `10.0.${n >> 8}.${n & 255}` }));
    return result.kind === 'header' ? result.presented : assert.fail(result.kind);
  };
  const all = Array.from({ length: 512 }, (_, n) => presented(n));
  // In use again, so that the next one makes another give way.
  assert.equal(presented(0), all[0]);
  presented(512);
  assert.equal(presented(0), all[0]);
  assert.equal(presented(2), all[2]);
  assert.notEqual(presented(1), all[1]);
});

test('another certificate from the same proxy is never answered from what is remembered', () => {
  const proxy = createTrustedProxy({ ...byAddress, format: 'haproxy' });
  for (const { der } of [clientPem, testCertificate('client'), clientPem]) {
    const result = proxy.certificateFor(request(['x-ssl-client-cert', der.toString('base64')]));
    assert.equal(result.kind, 'header');
    if (result.kind === 'header') assert.deepEqual(Buffer.from(result.presented.certificate.der), der);
  }
});

test('a configuration that would believe anyone is refused with what is missing', () => {
  const refuses = (options: Partial<TrustedProxyOptions>, reason: RegExp) =>
    assert.throws(() => createTrustedProxy({ trustedAddresses: [], proxyProtocol: false, ...options }), {
      name: 'UnsafeProxyConfiguration',
      message: reason,
    });
  refuses({ format: 'nginx' }, /needs trusted_addresses or pinned_certificate/);
  refuses({ proxyProtocol: true }, /proxy_protocol needs trusted_addresses/);
  refuses(
    { trustedAddresses: ['10.0.0.0/8'], proxyProtocol: true, format: 'nginx' },
    /needs pinned_certificate/,
  );
  refuses({ trustedAddresses: ['10.0.0.0/8'], headerName: 'X-A' }, /needs certificate_header/);
});

test('the client address: forwarded only by the proxy, announced by PROXY protocol, else the peer', () => {
  const forwarded = ['X-Forwarded-For', '203.0.113.9, 198.51.100.7', 'Forwarded', 'for=203.0.113.1'];
  const of = (options: TrustedProxyOptions, rest: Partial<ProxiedRequest>) =>
    createTrustedProxy(options).clientAddressFor(request(forwarded, rest));
  assert.equal(of(byAddress, {}), '198.51.100.7');
  assert.equal(of({ ...byAddress, forwardedAddressHeader: 'forwarded' }, {}), '203.0.113.1');
  assert.equal(of(byAddress, { remoteAddress: STRANGER }), STRANGER);
  assert.equal(of(byAddress, { tlsCertificate: direct }), PROXY);
  assert.equal(of(byBoth, { tlsCertificate: proxyOwn }), '198.51.100.7');
  assert.equal(of(passthrough, { announcedAddress: '::ffff:198.51.100.8' }), '198.51.100.8');
  assert.equal(createTrustedProxy(byAddress).clientAddressFor(request([])), PROXY);
});
