import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Certificate, MalformedCertificate } from '../src/certificate.ts';
import { READ_EXTENSIONS } from '../src/certificate-extensions.ts';
import { validatePath } from '../src/path-validation/validate-path.ts';
import { AT, ROOT, STRANGE_CERTIFICATES } from './strange-certificates.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/strange-certificates.md'), 'utf8');
/** The first two columns of the page's rows. */
const rows = new Map(
  Array.from(PAGE.matchAll(/^\| ([^|]+) \| (accepted|refused: `[^`]+`) \|/gm), ([, what = '', decision]) => [
    what,
    decision,
  ]),
);

/** The certificate; undefined for what OpenSSL takes from no peer either. */
function readable(bytes: Uint8Array): Certificate | undefined {
  try {
    return Certificate.fromDer(bytes);
  } catch (error) {
    if (error instanceof MalformedCertificate) return undefined;
    throw error;
  }
}

test('the page has a row for every kind, and no other', () => {
  assert.deepEqual([...rows.keys()].sort(), STRANGE_CERTIFICATES.map(({ what }) => what).sort());
});

for (const { what, bytes, intermediates, refusedFor } of STRANGE_CERTIFICATES) {
  test(`${what}: ${refusedFor === undefined ? 'accepted' : `refused for ${refusedFor}`}`, () => {
    assert.equal(rows.get(what), refusedFor === undefined ? 'accepted' : `refused: \`${refusedFor}\``);
    const certificate = readable(bytes);
    if (certificate === undefined) {
      assert.equal(refusedFor, 'certificate');
      return;
    }
    const result = validatePath({
      leaf: certificate,
      intermediates,
      anchors: [ROOT.certificate],
      at: AT,
      usage: 'client-auth',
    });
    const shown = result.valid ? 'valid' : `${result.reason} at ${result.field}: ${result.presented}`;
    assert.equal(result.valid ? undefined : result.field, refusedFor, shown);
    for (const name of READ_EXTENSIONS) certificate.readExtension(name);
  });
}

test('what stands after a certificate, and what is none, is no certificate', () => {
  const [{ bytes } = { bytes: new Uint8Array() }] = STRANGE_CERTIFICATES;
  for (const more of [
    Buffer.concat([bytes, Buffer.of(0)]),
    Buffer.concat([Buffer.of(0), bytes]),
    bytes.subarray(0, -1),
    Buffer.from('text'),
    Buffer.alloc(0),
  ]) {
    assert.throws(() => Certificate.fromDer(more), MalformedCertificate);
  }
});
