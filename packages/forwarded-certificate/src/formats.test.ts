import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { type TestCertificate, testCertificate } from '../../server/test/proxies/test-certificate.ts';
import type { CertificateHeader } from './format.ts';
import {
  CERTIFICATE_HEADER_FORMATS,
  CERTIFICATE_HEADERS,
  type CertificateHeaderFormatName,
  certificateHeaderFormat,
} from './formats.ts';

const root = testCertificate('root', { authority: true });
const intermediate = testCertificate('intermediate', { authority: true, issuer: root });
const leaf = testCertificate('client', { issuer: intermediate });
const other = testCertificate('client', { issuer: intermediate });

const base64 = ({ der }: TestCertificate) => der.toString('base64');
/** As nginx and Envoy write it: everything outside the unreserved characters encoded. */
const escaped = (text: string) => encodeURIComponent(text);
/** As AWS writes it: `+`, `=` and `/` left alone. */
const awsEscaped = (text: string) =>
  escaped(text).replaceAll('%2B', '+').replaceAll('%3D', '=').replaceAll('%2F', '/');
const blanks = (pem: string) => pem.trimEnd().replaceAll('\n', ' ');
const hash = ({ der }: TestCertificate) => createHash('sha256').update(der).digest('hex');
const xfcc = (own: TestCertificate, ...rest: string[]) =>
  [`Hash=${hash(own)}`, `Cert="${escaped(own.pem)}"`, ...rest].join(';');

type Headers = Record<string, string | readonly string[]>;

function parse(
  format: CertificateHeaderFormatName,
  headers: Headers,
  headerName?: string,
): CertificateHeader {
  const values = new Map(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
  );
  return certificateHeaderFormat(format, headerName).parse(values);
}

function refused(format: CertificateHeaderFormatName, headers: Headers, header: string, reason: RegExp) {
  const result = parse(format, headers);
  assert.equal(result.kind, 'refused', JSON.stringify(result));
  if (result.kind !== 'refused') return;
  assert.equal(result.header, header);
  assert.match(result.reason, reason);
  assert.ok(result.excerpt.length <= 49);
  assert.match(result.excerpt, /^[\x20-\x7e…]*$/);
}

const chain = [intermediate, root];

const GOOD: readonly {
  readonly what: string;
  readonly format: CertificateHeaderFormatName;
  readonly headers: Headers;
  readonly chain?: readonly TestCertificate[];
}[] = [
  { what: 'RFC 9440', format: 'rfc9440', headers: { 'client-cert': `:${base64(leaf)}:` } },
  {
    what: 'RFC 9440 with a chain',
    format: 'rfc9440',
    headers: {
      'client-cert': `:${base64(leaf)}:`,
      'client-cert-chain': `:${base64(intermediate)}:, :${base64(root)}:`,
    },
    chain,
  },
  {
    what: 'nginx $ssl_client_escaped_cert',
    format: 'nginx',
    headers: { 'x-ssl-client-cert': escaped(leaf.pem) },
  },
  { what: 'HAProxy', format: 'haproxy', headers: { 'x-ssl-client-cert': base64(leaf) } },
  {
    what: 'HAProxy with a chain of DER values in one',
    format: 'haproxy',
    headers: {
      'x-ssl-client-cert': base64(leaf),
      'x-ssl-client-cert-chain': Buffer.concat(chain.map(({ der }) => der)).toString('base64'),
    },
    chain,
  },
  { what: 'Apache with blanks', format: 'apache', headers: { 'x-ssl-client-cert': blanks(leaf.pem) } },
  {
    what: 'Apache, escaped, unset chain variables',
    format: 'apache',
    headers: {
      'x-ssl-client-cert': awsEscaped(leaf.pem).replaceAll('%0A', '%0a'),
      'x-ssl-client-cert-chain-0': '(null)',
      'x-ssl-client-cert-chain-1': '',
    },
  },
  {
    what: 'Apache with a numbered chain',
    format: 'apache',
    headers: {
      'x-ssl-client-cert': blanks(leaf.pem),
      'x-ssl-client-cert-chain-0': blanks(intermediate.pem),
      'x-ssl-client-cert-chain-1': blanks(root.pem),
      'x-ssl-client-cert-chain-2': '(null)',
    },
    chain,
  },
  { what: 'Envoy Cert', format: 'envoy', headers: { 'x-forwarded-client-cert': xfcc(leaf) } },
  {
    what: 'Envoy Cert, Chain and other keys',
    format: 'envoy',
    headers: {
      'x-forwarded-client-cert': xfcc(
        leaf,
        `Chain="${escaped([leaf, ...chain].map(({ pem }) => pem).join(''))}"`,
        'Subject="CN=\\"client\\",O=a\\,b;c"',
        'URI=https://client.example/a',
        'DNS=localhost',
      ),
    },
    chain,
  },
  {
    what: 'Envoy Chain alone, which begins with the certificate',
    format: 'envoy',
    headers: {
      'x-forwarded-client-cert': `Hash=${hash(leaf)};Chain="${escaped(leaf.pem + intermediate.pem)}"`,
    },
    chain: [intermediate],
  },
  {
    what: 'Traefik 3 with a chain',
    format: 'traefik',
    headers: { 'x-forwarded-tls-client-cert': [leaf, ...chain].map(base64).join(',') },
    chain,
  },
  {
    what: 'Traefik 2, escaped',
    format: 'traefik',
    headers: { 'x-forwarded-tls-client-cert': [leaf, intermediate].map(base64).map(escaped).join(',') },
    chain: [intermediate],
  },
  {
    what: 'AWS passthrough with a chain',
    format: 'aws-alb',
    headers: {
      'x-amzn-mtls-clientcert': awsEscaped([leaf, ...chain].map(({ pem }) => pem).join('')),
    },
    chain,
  },
  { what: 'Azure App Service', format: 'azure', headers: { 'x-arr-clientcert': base64(leaf) } },
  { what: 'Azure Application Gateway', format: 'azure', headers: { 'x-arr-clientcert': escaped(leaf.pem) } },
  { what: 'Cloudflare', format: 'cloudflare', headers: { 'cf-client-cert-der-base64': base64(leaf) } },
  { what: 'WSO2, PEM with blanks', format: 'wso2', headers: { 'x-ssl-cert': blanks(leaf.pem) } },
  { what: 'WSO2, escaped PEM', format: 'wso2', headers: { 'x-ssl-cert': escaped(leaf.pem) } },
  {
    what: 'WSO2, bare base64 with blanks',
    format: 'wso2',
    headers: { 'x-ssl-cert': base64(leaf).replace(/(.{64})/g, '$1 ') },
  },
];

for (const { what, format, headers, chain: expected = [] } of GOOD) {
  test(`reads ${what}`, () => {
    const result = parse(format, headers);
    assert.equal(result.kind, 'presented', JSON.stringify(result));
    if (result.kind !== 'presented') return;
    assert.deepEqual(Buffer.from(result.certificateDer), leaf.der);
    assert.deepEqual(
      result.chainDer.map((der) => Buffer.from(der)),
      expected.map(({ der }) => der),
    );
  });
}

const valid = (format: CertificateHeaderFormatName): { header: string; value: string } => {
  const found = GOOD.find((good) => good.format === format);
  const [header = '', value] = Object.entries(found?.headers ?? {})[0] ?? [];
  assert.equal(typeof value, 'string');
  return { header, value: String(value) };
};

test('every format has an example here and tells the header it reads', () => {
  for (const name of CERTIFICATE_HEADER_FORMATS) {
    const format = certificateHeaderFormat(name);
    assert.equal(format.name, name);
    assert.equal(format.headers[0], valid(name).header);
    assert.ok(format.headers.every((header) => CERTIFICATE_HEADERS.has(header)));
  }
});

for (const format of CERTIFICATE_HEADER_FORMATS) {
  const { header, value } = valid(format);

  test(`${format}: no header and an empty header are no certificate`, () => {
    assert.equal(parse(format, {}).kind, 'absent');
    assert.equal(parse(format, { [header]: '' }).kind, 'absent');
  });

  test(`${format}: a word for nothing is refused, and told what to send`, () => {
    for (const word of ['-', 'null', 'NULL', 'nil', '<nil>', 'none', 'undefined'])
      refused(format, { [header]: word }, header, /a word for nothing/);
    if (format !== 'apache') refused(format, { [header]: '(null)' }, header, /a word for nothing/);
  });

  test(`${format}: refuses a header that stands twice, even when one is empty or both are equal`, () => {
    refused(format, { [header]: [value, value] }, header, /stands 2 times/);
    refused(format, { [header]: ['', value] }, header, /stands 2 times/);
  });

  test(`${format}: refuses two values folded into one by a comma`, () => {
    refused(format, { [header]: `${value}, ${value}` }, header, /./);
  });

  test(`${format}: refuses a folded value`, () => {
    const middle = Math.floor(value.length / 2);
    for (const fold of ['\r\n\t', '\n ', '\t']) {
      refused(format, { [header]: value.slice(0, middle) + fold + value.slice(middle) }, header, /./);
    }
  });

  test(`${format}: refuses an oversized value without decoding it`, () => {
    refused(format, { [header]: 'A'.repeat(16 * 1024 + 1) }, header, /16385 characters long; at most 16384/);
  });

  test(`${format}: refuses a truncated value`, () => {
    refused(format, { [header]: value.slice(0, value.length - 40) }, header, /./);
  });

  test(`${format}: refuses a value encoded once more`, () => {
    refused(format, { [header]: escaped(escaped(value)) }, header, /./);
  });

  test(`${format}: refuses base64 with another spelling of the same bytes`, () => {
    // White space, missing padding and stray pad bits all decode to the same bytes in lenient readers.
    refused(format, { [header]: value.replace(/MII/, 'MII*') }, header, /./);
  });

  test(`${format}: anything at all is read, absent or refused, never thrown`, () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.string(), (lines, tail) => {
        const kinds = ['absent', 'presented', 'refused'];
        return (
          kinds.includes(parse(format, { [header]: lines }).kind) &&
          kinds.includes(parse(format, { [header]: value + tail }).kind)
        );
      }),
      { numRuns: 200 },
    );
  });
}

test('refuses a certificate over 8 KiB', () => {
  const large = testCertificate('large', { padding: 8 * 1024 });
  refused('haproxy', { 'x-ssl-client-cert': base64(large) }, 'x-ssl-client-cert', /at most 8192/);
});

test('refuses a chain of more than ten', () => {
  const value = (n: number) => [leaf, ...Array.from({ length: n }, () => root)].map(base64).join(',');
  assert.equal(parse('traefik', { 'x-forwarded-tls-client-cert': value(10) }).kind, 'presented');
  refused(
    'traefik',
    { 'x-forwarded-tls-client-cert': value(11) },
    'x-forwarded-tls-client-cert',
    /chain of 11 certificates; at most 10/,
  );
});

test('refuses a chain that stands without a certificate, naming the chain header', () => {
  refused(
    'rfc9440',
    { 'client-cert-chain': `:${base64(root)}:` },
    'client-cert-chain',
    /without client-cert$/,
  );
  refused(
    'apache',
    { 'x-ssl-client-cert': '(null)', 'x-ssl-client-cert-chain-3': blanks(root.pem) },
    'x-ssl-client-cert-chain-3',
    /without x-ssl-client-cert$/,
  );
});

test('a faulty chain is the fault of the chain header', () => {
  refused(
    'haproxy',
    { 'x-ssl-client-cert': base64(leaf), 'x-ssl-client-cert-chain': base64(root).slice(0, 400) },
    'x-ssl-client-cert-chain',
    /ends inside a certificate/,
  );
});

test('RFC 9440: an empty byte sequence is no certificate, as Caddy writes it', () => {
  assert.equal(parse('rfc9440', { 'client-cert': '::' }).kind, 'absent');
  assert.equal(parse('rfc9440', { 'client-cert': '::', 'client-cert-chain': '::' }).kind, 'absent');
  assert.equal(parse('rfc9440', { 'client-cert-chain': '::' }).kind, 'absent');
  const alone = { 'client-cert': `:${base64(leaf)}:`, 'client-cert-chain': '::' };
  const result = parse('rfc9440', alone);
  assert.deepEqual(result.kind === 'presented' && result.chainDer, []);
  refused(
    'rfc9440',
    { 'client-cert': '::', 'client-cert-chain': `:${base64(root)}:` },
    'client-cert-chain',
    /without client-cert$/,
  );
  refused('rfc9440', { 'client-cert': ['::', `:${base64(leaf)}:`] }, 'client-cert', /stands 2 times/);
});

test('RFC 9440: refuses what is not exactly one byte sequence', () => {
  for (const value of [
    base64(leaf),
    `:${base64(leaf)}`,
    `:${base64(leaf)}:;a=1`,
    ':::',
    `":${base64(leaf)}:"`,
  ]) {
    refused('rfc9440', { 'client-cert': value }, 'client-cert', /RFC 9440/);
  }
  const two = Buffer.concat([leaf.der, other.der]).toString('base64');
  refused('rfc9440', { 'client-cert': `:${two}:` }, 'client-cert', /2 certificates where one/);
});

test('nginx: names the variable to use when the certificate comes unescaped', () => {
  refused(
    'nginx',
    { 'x-ssl-client-cert': blanks(leaf.pem) },
    'x-ssl-client-cert',
    /\$ssl_client_escaped_cert/,
  );
});

test('refuses half-encoded, form-encoded and broken percent-encoding with its exact fault', () => {
  const header = 'x-ssl-client-cert';
  refused('nginx', { [header]: escaped(leaf.pem).replaceAll('%0A', ' ') }, header, /half percent-encoded/);
  refused('nginx', { [header]: escaped(leaf.pem).replaceAll('%20', '+') }, header, /form-encoded/);
  refused('nginx', { [header]: escaped(leaf.pem).replace('%0A', '%0') }, header, /without two hexadecimal/);
  refused('nginx', { [header]: escaped(escaped(leaf.pem)) }, header, /encoded twice/);
});

test('refuses two certificates where the proxy sends one', () => {
  const both = escaped(leaf.pem + other.pem);
  refused('nginx', { 'x-ssl-client-cert': both }, 'x-ssl-client-cert', /2 certificates where one/);
});

test('refuses text around the PEM', () => {
  const header = 'x-ssl-client-cert';
  refused('nginx', { [header]: escaped(`subject=CN=admin\n${leaf.pem}`) }, header, /from character 1 on/);
  refused('apache', { [header]: `${blanks(leaf.pem)} x` }, header, /not a PEM certificate from character/);
});

test('Envoy: refuses a further element, whoever wrote it', () => {
  const header = 'x-forwarded-client-cert';
  refused('envoy', { [header]: `${xfcc(other)},${xfcc(leaf)}` }, header, /SANITIZE_SET/);
  // A SAN of the client's own certificate, as Envoy writes it: unquoted, behind Cert.
  refused('envoy', { [header]: `${xfcc(leaf)};URI=a,${xfcc(other)}` }, header, /SANITIZE_SET/);
  refused('envoy', { [header]: `${xfcc(leaf)};URI=a;Cert="${escaped(other.pem)}"` }, header, /Cert 2 times/);
});

test('Envoy: refuses a certificate its Hash does not belong to, and a missing Hash', () => {
  const header = 'x-forwarded-client-cert';
  refused(
    'envoy',
    { [header]: `Hash=${hash(leaf)};URI=a;Cert="${escaped(other.pem)}"` },
    header,
    new RegExp(`Hash ${hash(leaf)} beside a certificate whose SHA-256 is ${hash(other)}`),
  );
  refused('envoy', { [header]: `Cert="${escaped(leaf.pem)}"` }, header, /no Hash/);
  refused('envoy', { [header]: `Hash=${hash(leaf)}` }, header, /neither Cert nor Chain/);
  refused('envoy', { [header]: xfcc(leaf, `Chain="${escaped(other.pem)}"`) }, header, /does not begin with/);
});

test('Envoy: refuses a quote left open by a client so that it swallows what the proxy adds', () => {
  const injected = `Hash=${hash(other)};Cert="${escaped(other.pem)}";Subject="`;
  refused(
    'envoy',
    { 'x-forwarded-client-cert': `${injected},${xfcc(leaf)}` },
    'x-forwarded-client-cert',
    /pairs/,
  );
});

test('an overriding header name is read instead of the default, and names the chain headers', () => {
  assert.deepEqual(certificateHeaderFormat('haproxy', 'X-Client').headers, ['x-client', 'x-client-chain']);
  assert.equal(parse('haproxy', { 'x-client': base64(leaf) }, 'X-Client').kind, 'presented');
  assert.equal(parse('haproxy', { 'x-ssl-client-cert': base64(leaf) }, 'X-Client').kind, 'absent');
});

test('a header name that cannot carry a certificate is refused when the format is made', () => {
  for (const name of ['', 'X Client', 'X:Client', 'Härder', 'Authorization', 'host']) {
    assert.throws(() => certificateHeaderFormat('nginx', name), { name: 'UnusableHeaderName' });
  }
});
