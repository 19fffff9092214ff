import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { Certificate, certificateToPem, type TlsClientAuthSubject } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { writePkcs12 } from '@countersign/x509/key-store';
import { certificateDetails } from '../src/client/certificate-details.ts';
import { countersignProgram, programEnvironment, runProgram } from './countersign-process.ts';
import { missingProgram } from './installed-program.ts';

const PROGRAM = countersignProgram();
const withoutOpenssl = await missingProgram('openssl', ['version']);
const withoutKeytool = await missingProgram('keytool', ['-help']);
const DAY = 86_400_000;

type Inspected = Record<string, unknown> & {
  readonly client_authentication: {
    readonly methods: readonly string[];
    readonly registration: readonly TlsClientAuthSubject[];
    readonly why_not?: readonly string[];
  };
};

const CONFIGURATION = `
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth,1.2.3.4.5
subjectAltName = DNS:app.example,DNS:*.example,URI:https://app.example/x,IP:192.0.2.1,email:app@app.example
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = 1.2.3.4,2.23.140.1.2.1
crlDistributionPoints = URI:http://ca.example/ca.crl
authorityInfoAccess = OCSP;URI:http://ocsp.example,caIssuers;URI:http://ca.example/ca.cer
[ca]
basicConstraints = critical,CA:TRUE,pathlen:2
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
policyConstraints = requireExplicitPolicy:3,inhibitPolicyMapping:1
inhibitAnyPolicy = 2
policyMappings = 1.2.3.4:1.2.3.5
nameConstraints = critical,permitted;DNS:.example,permitted;IP:192.0.2.0/255.255.255.0,excluded;email:evil.example
`;

describe('certificate inspect', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);
  const run = (args: readonly string[], input?: string) =>
    runProgram(process.execPath, [PROGRAM, 'certificate', 'inspect', ...args], {
      cwd: folder,
      env: programEnvironment(),
      ...(input !== undefined && { input }),
    });
  const json = async (args: readonly string[], input?: string): Promise<Inspected[]> => {
    const { code, stdout, stderr } = await run([...args, '--json'], input);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const openssl = async (...args: readonly string[]) => {
    const { code, stderr } = await runProgram('openssl', args, { cwd: folder });
    assert.equal(code, 0, stderr);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-inspect-'));
    await writeFile(file('c.cnf'), CONFIGURATION);
    if (withoutOpenssl) return;
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const config = ['-config', 'c.cnf'];
    await openssl(
      'req',
      '-x509',
      ...key,
      ...config,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-extensions',
      'ca',
      '-subj',
      '/C=GB/O=Example/CN=ca',
    );
    await openssl(
      'req',
      ...key,
      ...config,
      '-keyout',
      'leaf.key',
      '-out',
      'leaf.csr',
      '-subj',
      '/C=GB/O=Example/CN=app',
    );
    await openssl(
      ...['x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '10'],
      ...['-extfile', 'c.cnf', '-extensions', 'leaf', '-out', 'leaf.pem', '-set_serial', '0x1234'],
    );
    await writeFile(
      file('both.pem'),
      (await readFile(file('leaf.pem'), 'utf8')) + (await readFile(file('ca.pem'), 'utf8')),
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('everything a certificate says is told, as a person and as a program wants it', {
    skip: withoutOpenssl,
  }, async () => {
    const [leaf, ca] = await json(['both.pem']);
    assert.ok(leaf && ca);
    const x509 = new X509Certificate(await readFile(file('leaf.pem')));
    const thumbprint = createHash('sha256').update(x509.raw).digest('base64url');
    const expected = {
      subject: 'CN=app, O=Example, C=GB',
      issuer: 'CN=ca, O=Example, C=GB',
      serial_number: '1234',
      version: 3,
      validity: 'valid',
      days_left: 9,
      self_signed: false,
      key: 'EC on P-256',
      key_type: 'ec',
      signature_algorithm: 'ecdsa-with-SHA256',
      is_ca: false,
      key_usage: ['digitalSignature'],
      extended_key_usage: ['clientAuth', '1.2.3.4.5'],
      certificate_policies: ['1.2.3.4', '2.23.140.1.2.1'],
      crl_uris: ['http://ca.example/ca.crl'],
      ocsp_uris: ['http://ocsp.example'],
      issuer_uris: ['http://ca.example/ca.cer'],
      fingerprint_sha256: x509.fingerprint256,
      fingerprint_sha1: x509.fingerprint,
      'x5t#S256': thumbprint,
      authority_key_identifier: ca.subject_key_identifier,
    };
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(leaf[name], value, name);
    assert.match(String(leaf.subject_key_identifier), /^[0-9A-F]{2}(:[0-9A-F]{2}){19}$/);
    assert.deepEqual(leaf.client_authentication, {
      methods: ['self_signed_tls_client_auth', 'tls_client_auth'],
      registration: [
        { tls_client_auth_subject_dn: 'CN=app,O=Example,C=GB' },
        { tls_client_auth_san_dns: 'app.example' },
        { tls_client_auth_san_uri: 'https://app.example/x' },
        { tls_client_auth_san_ip: '192.0.2.1' },
        { tls_client_auth_san_email: 'app@app.example' },
      ],
    });
    for (const [name, value] of Object.entries({
      self_signed: true,
      is_ca: true,
      path_length: 2,
      key_usage: ['keyCertSign', 'cRLSign'],
      policy_constraints: { requireExplicitPolicy: 3, inhibitPolicyMapping: 1 },
      policy_mappings: ['1.2.3.4 as 1.2.3.5'],
      inhibit_any_policy: 2,
      name_constraints: {
        permitted: ['dns:.example', 'ip:192.0.2.0/255.255.255.0'],
        excluded: ['email:evil.example'],
      },
    })) {
      assert.deepEqual(ca[name], value, name);
    }
    assert.deepEqual(ca.client_authentication.methods, ['self_signed_tls_client_auth']);
    const { stdout } = await run(['both.pem']);
    for (const line of [
      /^valid +yes, 9 days left$/m,
      /^key +EC on P-256$/m,
      /^certificate authority +yes, path length 2$/m,
      /^permitted names +ip:192\.0\.2\.0\/255\.255\.255\.0$/m,
      /^crl +http:\/\/ca\.example\/ca\.crl$/m,
      /^ocsp +http:\/\/ocsp\.example$/m,
      /^client method +tls_client_auth$/m,
      /^tls_client_auth_subject_dn +CN=app,O=Example,C=GB$/m,
      /^extensions +.*keyUsage \(critical\)/m,
      new RegExp(`^x5t#S256 +${thumbprint}$`, 'm'),
    ]) {
      assert.match(stdout, line);
    }
  });

  test('PEM, DER, PKCS#7, PKCS#12, JKS and standard input are read alike', {
    skip: withoutOpenssl,
  }, async () => {
    const thumbprints = async (args: readonly string[], input?: string) =>
      (await json(args, input)).map((each) => each['x5t#S256']);
    const both = await thumbprints(['both.pem']);
    await openssl('x509', '-in', 'leaf.pem', '-outform', 'DER', '-out', 'leaf.der');
    await openssl('crl2pkcs7', '-nocrl', '-certfile', 'both.pem', '-out', 'both.p7b');
    await openssl(
      'pkcs12',
      '-export',
      '-inkey',
      'leaf.key',
      '-in',
      'leaf.pem',
      '-certfile',
      'ca.pem',
      '-name',
      'app',
      '-passout',
      'pass:secret',
      '-out',
      'both.p12',
    );
    assert.deepEqual(await thumbprints(['leaf.der']), both.slice(0, 1));
    assert.deepEqual(await thumbprints(['both.p7b']), both);
    assert.deepEqual(await thumbprints(['-'], await readFile(file('both.pem'), 'utf8')), both);
    const key = await readFile(file('leaf.key'), 'utf8');
    await writeFile(file('with-key.pem'), key + (await readFile(file('both.pem'), 'utf8')));
    assert.deepEqual(await thumbprints(['with-key.pem']), both);
    const [entry] = await json(['both.p12', '--storepass', 'secret']);
    assert.deepEqual([entry?.alias, entry?.kind, entry?.['x5t#S256']], ['app', 'private-key', both[0]]);
    assert.equal((await json(['both.p12', '--storepass', 'secret'])).length, 2);
    const wrong = await run(['both.p12', '--storepass', 'other']);
    assert.deepEqual([wrong.code, wrong.stdout], [1, '']);
    assert.match(wrong.stderr, /both\.p12: .*give it with --storepass/);
    const nothing = await run(['-'], '');
    assert.equal(nothing.code, 1);
    assert.match(nothing.stderr, /standard input: /);
  });

  test('a JKS store of keytool with several entries', {
    skip: withoutKeytool || withoutOpenssl,
  }, async () => {
    for (const alias of ['one', 'two']) {
      const { code, stderr } = await runProgram(
        'keytool',
        [
          ...['-importcert', '-noprompt', '-alias', alias, '-file', 'leaf.pem', '-keystore', 'store.jks'],
          ...['-storetype', 'JKS', '-storepass', 'secret'],
        ],
        { cwd: folder },
      );
      assert.equal(code, 0, stderr);
    }
    const found = await json(['store.jks', '--storepass', 'secret']);
    assert.deepEqual(found.map(({ alias }) => alias).sort(), ['one', 'two']);
  });

  test('no certificate makes it throw: what cannot be read is named and the rest is told', async () => {
    const strange = join(import.meta.dirname, 'certificates');
    const { stdout } = await runProgram('find', [strange, '-name', '*.pem']);
    const files = stdout.trim().split('\n');
    assert.ok(files.length > 5, stdout);
    for (const each of files) {
      const { code, stderr, stdout: shown } = await run([each]);
      assert.ok(code === 0 || code === 1, each);
      assert.doesNotMatch(stderr, /\n\s+at /, each);
      if (code === 0) assert.match(shown, /^x5t#S256 +[\w-]{43}$/m, each);
    }
  });

  test('any octet of a certificate may be another: the description stands', async () => {
    const { certificate } = await issueCertificate({
      subject: 'CN=app,O=Example',
      subjectAltNames: { dns: ['app.example'], ip: ['192.0.2.1'], uri: ['https://app.example/'] },
      keyType: 'EC-P256',
      days: 10,
      usage: 'client',
      now: Date.UTC(2026, 0, 1),
    });
    let read = 0;
    for (let at = 0; at < certificate.der.length; at++) {
      for (const other of [0x00, 0x30, 0xff]) {
        const der = Uint8Array.from(certificate.der);
        der[at] = other;
        let changed: Certificate;
        try {
          changed = Certificate.fromDer(der);
        } catch {
          continue;
        }
        read++;
        const details = certificateDetails(changed, Date.UTC(2026, 0, 2));
        assert.equal(details['x5t#S256'], changed.thumbprint);
      }
    }
    assert.ok(read > 500, String(read));
  });

  test('an expired one, one not valid yet, and a self-signed one say so', async () => {
    const now = Date.UTC(2026, 0, 1);
    const { certificate, privateKey } = await issueCertificate({
      subject: 'CN=own',
      keyType: 'RSA-2048',
      days: 10,
      usage: 'client',
      now,
    });
    const at = (moment: number) => {
      const { validity, days_left } = certificateDetails(certificate, moment);
      return [validity, days_left];
    };
    assert.deepEqual(at(now + DAY), ['valid', 9]);
    assert.deepEqual(at(now - DAY), ['not-yet-valid', 11]);
    assert.deepEqual(at(now + 12 * DAY), ['expired', -2]);
    const { client_authentication, key } = certificateDetails(certificate, now);
    assert.deepEqual(client_authentication, { methods: ['self_signed_tls_client_auth'], registration: [] });
    assert.equal(key, 'RSA with 2048 bits');
    await writeFile(
      file('own.p12'),
      await writePkcs12([{ kind: 'private-key', alias: 'own', privateKey, chain: [certificate] }], 'x'),
    );
    await writeFile(file('own.pem'), certificateToPem(certificate));
    assert.deepEqual(
      (await json(['own.pem']))[0]?.['x5t#S256'],
      (await json(['own.p12', '--storepass', 'x']))[0]?.['x5t#S256'],
    );
  });
});
