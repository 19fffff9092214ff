import assert from 'node:assert/strict';
import test from 'node:test';
import { issueCertificate } from './issuance.ts';
import {
  certificateToPem,
  MalformedPem,
  parsePemCertificates,
  parsePemCertificatesBesideKeys,
} from './pem.ts';

const NOW = Date.UTC(2026, 0, 1);

const issue = (subject: string) =>
  issueCertificate({ subject, keyType: 'EC-P256', days: 1, usage: 'client', now: NOW });
const [one, two] = await Promise.all([issue('CN=one'), issue('CN=two')]);
const first = certificateToPem(one.certificate);
const second = certificateToPem(two.certificate);
const key = one.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

const thumbprints = (text: string): string[] =>
  parsePemCertificates(text).map(({ thumbprint }) => thumbprint);
const both = [one.certificate.thumbprint, two.certificate.thumbprint];

const refusal = (text: string): MalformedPem => {
  try {
    parsePemCertificates(text);
  } catch (error) {
    assert.ok(error instanceof MalformedPem, String(error));
    return error;
  }
  return assert.fail('accepted');
};

test('a certificate comes back from the PEM it was written as', () => {
  assert.deepEqual(thumbprints(first), [one.certificate.thumbprint]);
  assert.match(
    first,
    /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/]{64}\n)+[A-Za-z0-9+/=]{1,64}\n-----END CERTIFICATE-----\n$/,
  );
});

for (const [what, text] of [
  ['text around the blocks', `subject=CN = one\n${first}# between\n${second}after\n`],
  ['CRLF', (first + second).replaceAll('\n', '\r\n')],
  ['blocks on one line', (first + second).replaceAll('\n', ' ')],
  ['no newline at the end', (first + second).trimEnd()],
  [
    'blocks of another kind',
    `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${first}${second}`,
  ],
  ['the older label', (first + second).replaceAll(' CERTIFICATE', ' X509 CERTIFICATE')],
] as const) {
  test(`a bundle with ${what}`, () => assert.deepEqual(thumbprints(text), both));
}

for (const [what, text, message, truncated] of [
  ['no block', 'hello', /no "-----BEGIN CERTIFICATE-----" found; this is not PEM text/, false],
  [
    'only another kind',
    '-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n',
    /found, only X509 CRL/,
    false,
  ],
  [
    'a block that does not end',
    first + second.slice(0, 200),
    /^block 2 \(line \d+\): the text ends before/,
    true,
  ],
  ['a cut END line', first.slice(0, -10), /^block 1 \(line 1\): the text ends before/, true],
  [
    'a cut BEGIN line',
    `${first}-----BEGIN CERTIF`,
    /^block 2 \(line \d+\): the text ends inside its BEGIN line/,
    true,
  ],
  [
    'another END',
    first.replace('END CERTIFICATE', 'END CERTIFICATES'),
    /expected "-----END CERTIFICATE-----", found "-----END CERTIFICATES/,
    false,
  ],
  ['a stray character', `\n\n${first.replace('MII', 'M!I')}`, /^block 1 \(line 3\): "!" has no place/, false],
  [
    'a missing line',
    first.replace(/\n.{64}\n/, '\n'),
    /^block 1 \(line 1\): not an X.509 certificate/,
    false,
  ],
  ['a missing character', first.replace('MII', 'MI'), /not a multiple of 4/, false],
  [
    "openssl's own kind",
    first.replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE'),
    /TRUSTED CERTIFICATE is a form of openssl alone/,
    false,
  ],
  ['a private key', first + key, /^block 2 \(line \d+\): a private key \(PRIVATE KEY\)/, false],
  ['END before BEGIN', '-----END A----- -----BEGIN A-----', /the text ends before/, true],
] as const) {
  test(`refused: ${what}`, () => {
    const error = refusal(text);
    assert.match(error.message, message);
    assert.equal(error.truncated, truncated);
  });
}

test('a private key beside the certificates is tolerated only where asked for', () => {
  const [certificate, ...others] = parsePemCertificatesBesideKeys(key + first);
  assert.equal(certificate?.thumbprint, one.certificate.thumbprint);
  assert.deepEqual(others, []);
});

test('the line named is the line of the block', () => {
  const line = first.split('\n').length + 2;
  assert.match(
    refusal(`${first}#\n#\n${second.replace('MII', 'M?I')}`).message,
    new RegExp(`^block 2 \\(line ${line}\\)`),
  );
});
