import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCertificate } from '../test/made-certificate.ts';
import { certificatesIn } from './certificates-in.ts';

/** A certificate whose DER ends with this octet: its signature's last one is any. */
function endingWith(octet: number) {
  for (;;) {
    const { certificate } = makeCertificate({ subject: 'any end' });
    if (certificate.der.at(-1) === octet) return certificate;
  }
}

for (const [name, octet] of [
  ['line feed', 0x0a],
  ['carriage return', 0x0d],
] as const) {
  test(`a certificate whose last octet is that of a ${name} is read whole`, () => {
    const certificate = endingWith(octet);
    const der = Buffer.from(certificate.der);
    const base64 = der.toString('base64');
    const withLineEnd = (end: string) => Buffer.concat([der, Buffer.from(end)]);
    const written = [der, withLineEnd('\n'), withLineEnd('\r\n'), base64, `${base64}\n`, der.toString('hex')];
    for (const each of written) {
      assert.deepEqual(
        certificatesIn(each).map(({ thumbprint }) => thumbprint),
        [certificate.thumbprint],
      );
    }
    const other = makeCertificate({ subject: 'other' }).certificate;
    assert.deepEqual(
      certificatesIn(Buffer.concat([other.der, der, Buffer.from('\n')])).map(({ thumbprint }) => thumbprint),
      [other.thumbprint, certificate.thumbprint],
    );
  });
}
