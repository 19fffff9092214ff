import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { promisify } from 'node:util';
import { CannotIssueCertificate, type CertificateRequest, issueCertificate, KEY_TYPES } from './issuance.ts';
import { certificateToPem, parsePemCertificates } from './pem.ts';

const run = promisify(execFile);
const NOW = Date.UTC(2026, 0, 1, 12);

const missing = (program: string): string | false =>
  spawnSync(program, ['version'], { timeout: 10_000 }).error === undefined
    ? false
    : `${program} is not installed`;
const noOpenssl = missing('openssl');
const noCurl = missing('curl');

const directory = mkdtempSync(join(tmpdir(), 'countersign-issuance-'));
after(() => rmSync(directory, { recursive: true }));
let files = 0;
function file(content: string): string {
  files += 1;
  const path = join(directory, `${files}.pem`);
  writeFileSync(path, content);
  return path;
}

const request = (changes: Partial<CertificateRequest> = {}): CertificateRequest => ({
  subject: 'CN=localhost',
  keyType: 'EC-P256',
  days: 30,
  usage: 'server',
  now: NOW,
  ...changes,
});

for (const keyType of KEY_TYPES) {
  test(`a self-signed ${keyType} certificate verifies under its own key`, async () => {
    const { certificate, privateKey } = await issueCertificate(request({ keyType }));
    assert.ok(certificate.x509.verify(certificate.x509.publicKey));
    assert.ok(certificate.x509.checkPrivateKey(privateKey));
    assert.equal(certificate.notBefore, NOW);
    assert.equal(certificate.notAfter, NOW + 30 * 86_400_000);
  });
}

test('the subject is read as RFC 4514, most specific first', { skip: noOpenssl }, async () => {
  const subject = 'CN=a\\, b\\2Bc+OU=\\C3\\BC,O=Acme,DC=example,C=DE,1.2.3.4=#0c026869';
  const { certificate } = await issueCertificate(request({ subject }));
  const path = file(certificateToPem(certificate));
  const { stdout } = await run('openssl', [
    'x509',
    '-in',
    path,
    '-noout',
    '-subject',
    '-nameopt',
    'oneline,show_type,-space_eq,utf8,-esc_msb',
  ]);
  assert.equal(
    stdout.trim(),
    'subject=1.2.3.4=UTF8STRING:hi, C=PRINTABLESTRING:DE, DC=IA5STRING:example, O=UTF8STRING:Acme, OU=UTF8STRING:ü + CN=UTF8STRING:"a, b+c"',
  );
});

test('alternative names of every kind', async () => {
  const { certificate } = await issueCertificate(
    request({
      subject: '',
      subjectAltNames: {
        dns: ['localhost', '*.example.org'],
        ip: ['127.0.0.1', '::1'],
        uri: ['https://client.example/id'],
        email: ['ops@example.org'],
      },
    }),
  );
  assert.equal(
    certificate.x509.subjectAltName,
    'email:ops@example.org, DNS:localhost, DNS:*.example.org, URI:https://client.example/id, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  );
});

test('extensions say what each usage needs, and no more', { skip: noOpenssl }, async () => {
  const ca = await issueCertificate(request({ usage: 'ca', subject: 'CN=CA', pathLength: 0 }));
  const rsa = await issueCertificate(request({ keyType: 'RSA-2048' }));
  const client = await issueCertificate(request({ usage: 'client', issuer: ca }));
  const extensions = async ({ certificate }: typeof ca): Promise<string> => {
    const path = file(certificateToPem(certificate));
    const names = 'basicConstraints,keyUsage,extendedKeyUsage,subjectKeyIdentifier,authorityKeyIdentifier';
    return (await run('openssl', ['x509', '-in', path, '-noout', '-ext', names])).stdout;
  };
  const [ofCa, ofRsa, ofClient] = await Promise.all([ca, rsa, client].map(extensions));
  assert.match(ofCa ?? '', /Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
  assert.match(ofCa ?? '', /Key Usage: critical\s+Digital Signature, Certificate Sign, CRL Sign\n/);
  assert.doesNotMatch(ofCa ?? '', /Extended/);
  assert.match(ofRsa ?? '', /Basic Constraints: critical\s+CA:FALSE/);
  assert.match(ofRsa ?? '', /Key Usage: critical\s+Digital Signature, Key Encipherment\n/);
  assert.match(ofRsa ?? '', /Extended Key Usage:\s+TLS Web Server Authentication\n/);
  assert.match(ofClient ?? '', /Key Usage: critical\s+Digital Signature\n/);
  assert.match(ofClient ?? '', /Extended Key Usage:\s+TLS Web Client Authentication\n/);
  const identifier = (text: string | undefined, name: string): string | undefined =>
    new RegExp(`${name} Key Identifier:\\s+([0-9A-F:]{59})\n`).exec(text ?? '')?.[1];
  assert.ok(identifier(ofCa, 'Subject'));
  assert.equal(identifier(ofClient, 'Authority'), identifier(ofCa, 'Subject'));
  assert.notEqual(identifier(ofClient, 'Subject'), identifier(ofCa, 'Subject'));
});

test('a CA made by openssl issues: its name and key identifier are taken as they stand', {
  skip: noOpenssl,
}, async () => {
  const [key, cert] = [join(directory, 'ca-key.pem'), join(directory, 'ca.pem')];
  // biome-ignore format: one option and its value a line
  await run('openssl', [
    'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '9', '-sha256',
    '-addext', 'keyUsage=critical,keyCertSign',
    '-subj', '/C=DE/O=Acme/CN=openssl CA', '-keyout', key, '-out', cert,
  ]);
  const [certificate] = parsePemCertificates(readFileSync(cert, 'utf8'));
  assert.ok(certificate);
  const issuer = { certificate, privateKey: createPrivateKey(readFileSync(key)) };
  const issued = await issueCertificate(
    request({
      subject: '',
      subjectAltNames: { dns: ['a.example'] },
      usage: 'client',
      issuer,
      now: Date.now(),
    }),
  );
  const leaf = file(certificateToPem(issued.certificate));
  // Without a subject the alternative names must be critical (RFC 5280 §4.2.1.6); strict verification asks it.
  const { stdout } = await run('openssl', ['verify', '-x509_strict', '-CAfile', cert, leaf]);
  assert.match(stdout, /: OK/);
  const names = (await run('openssl', ['x509', '-in', leaf, '-noout', '-ext', 'subjectAltName'])).stdout;
  assert.match(names, /Subject Alternative Name: critical/);
});

test('serial numbers are positive, of 128 bits, and never twice the same', async () => {
  const issued = await Promise.all(Array.from({ length: 50 }, () => issueCertificate(request())));
  const serials = issued.map(({ certificate }) => certificate.x509.serialNumber);
  assert.equal(new Set(serials).size, serials.length);
  for (const serial of serials) assert.match(serial, /^[0-9A-F]{24,32}$/);
  assert.ok(serials.every((serial) => BigInt(`0x${serial}`) < 1n << 127n));
});

test('openssl strictly verifies every key type below an intermediate CA', { skip: noOpenssl }, async () => {
  const now = Date.now();
  for (const keyType of KEY_TYPES) {
    const root = await issueCertificate(request({ keyType, usage: 'ca', subject: 'CN=root', now }));
    const middle = await issueCertificate(
      request({
        keyType: 'EC-P384',
        usage: 'ca',
        subject: 'CN=middle,O=Acme',
        issuer: root,
        pathLength: 0,
        now,
      }),
    );
    const leaf = await issueCertificate(request({ usage: 'client', issuer: middle, now }));
    const { stdout } = await run('openssl', [
      'verify',
      '-x509_strict',
      '-purpose',
      'sslclient',
      '-CAfile',
      file(certificateToPem(root.certificate)),
      '-untrusted',
      file(certificateToPem(middle.certificate)),
      file(certificateToPem(leaf.certificate)),
    ]);
    assert.match(stdout, /: OK/);
  }
});

test('curl and openssl accept a self-signed server certificate as its own anchor', {
  skip: noOpenssl || noCurl,
}, async () => {
  const { certificate, privateKey } = await issueCertificate(
    request({
      subjectAltNames: { dns: ['localhost'], ip: ['127.0.0.1'] },
      keyType: 'RSA-2048',
      now: Date.now(),
    }),
  );
  const pem = certificateToPem(certificate);
  const path = file(pem);
  const verified = await run('openssl', [
    'verify',
    '-x509_strict',
    '-purpose',
    'sslserver',
    '-CAfile',
    path,
    path,
  ]);
  assert.match(verified.stdout, /: OK/);
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' });
  const server = createServer({ cert: pem, key }, (_, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const { stdout } = await run('curl', [
      '-sS',
      '-m',
      '10',
      '--noproxy',
      '*',
      '--cacert',
      path,
      `https://127.0.0.1:${address.port}/`,
    ]);
    assert.equal(stdout, 'hello');
  } finally {
    server.close();
  }
});

test('validity past 2049 is written as RFC 5280 asks', async () => {
  const { certificate } = await issueCertificate(request({ days: 365 * 40 }));
  assert.equal(certificate.notAfter, NOW + 365 * 40 * 86_400_000);
});

test('what cannot be issued is refused with its reason', async () => {
  const ca = await issueCertificate(request({ usage: 'ca', subject: 'CN=CA' }));
  const other = await issueCertificate(request());
  for (const [changes, message] of [
    [{ subject: '' }, /empty subject/],
    [{ subject: 'nonsense' }, /^subject "nonsense"/],
    [{ subject: 'C=Germany' }, /two letters/],
    [{ subject: 'CN=' }, /is empty/],
    [{ subjectAltNames: { dns: ['bücher.example'] } }, /DNS name/],
    [{ subjectAltNames: { dns: ['a b'] } }, /DNS name/],
    [{ subjectAltNames: { ip: ['1.2.3'] } }, /not an IP address/],
    [{ subjectAltNames: { uri: ['/relative'] } }, /URI/],
    [{ subjectAltNames: { email: ['a b@c'] } }, /e-mail/],
    [{ days: 0 }, /0 days/],
    [{ days: 4_000_000 }, /days of validity/],
    [{ days: Number.NaN }, /NaN days/],
    [{ pathLength: 1 }, /path length/],
    [{ usage: 'ca', pathLength: -1 }, /path length/],
    [{ issuer: other }, /not a CA/],
    [{ issuer: { certificate: ca.certificate, privateKey: other.privateKey } }, /not that of the CA/],
  ] satisfies [Partial<CertificateRequest>, RegExp][]) {
    await assert.rejects(issueCertificate(request(changes)), (error) => {
      assert.ok(error instanceof CannotIssueCertificate, `${JSON.stringify(changes)}: ${error}`);
      assert.match(error.message, message);
      return true;
    });
  }
});
