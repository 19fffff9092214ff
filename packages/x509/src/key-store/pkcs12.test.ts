import assert from 'node:assert/strict';
import { createHmac, pbkdf2Sync } from 'node:crypto';
import test from 'node:test';
import { contextTag, TAG } from '../der.ts';
import {
  der,
  derBmpString,
  derInteger,
  derNull,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
} from '../der-encoding.ts';
import { issueCertificate } from '../issuance.ts';
import { BerMembers, readBer } from './ber.ts';
import { KeyStoreError, type KeyStoreFault, readKeyStore } from './key-store.ts';
import { DerivationBudget } from './password-based-encryption.ts';
import { BAG, BAG_ATTRIBUTE, CONTENT_TYPE, X509_CERTIFICATE } from './pkcs12-oids.ts';
import { writePkcs12 } from './pkcs12-writer.ts';

const PASSWORD = 'wso2carbon';
const NOW = Date.now();
const oid = derObjectIdentifier;
const explicit = (...content: Uint8Array[]): Uint8Array => der(contextTag(0, true), ...content);

const one = await issueCertificate({ subject: 'CN=one', keyType: 'EC-P256', days: 1, usage: 'ca', now: NOW });

const contentInfo = (contentType: string, content: Uint8Array): Uint8Array =>
  derSequence(oid(contentType), explicit(content));
const authenticatedSafe = (...bags: Uint8Array[]): Uint8Array =>
  derSequence(contentInfo(CONTENT_TYPE.data, derOctetString(derSequence(...bags))));
const pfx = (safe: Uint8Array, ...macData: Uint8Array[]): Uint8Array =>
  derSequence(derInteger(3), contentInfo(CONTENT_TYPE.data, derOctetString(safe)), ...macData);
const certificateBag = (certificate: Uint8Array, ...attributes: Uint8Array[]): Uint8Array =>
  derSequence(
    oid(BAG.certificate),
    explicit(derSequence(oid(X509_CERTIFICATE), explicit(derOctetString(certificate)))),
    der(TAG.set, ...attributes),
  );
const named = (name: string): Uint8Array =>
  derSequence(oid(BAG_ATTRIBUTE.friendlyName), derSet(derBmpString(name)));
const bag = certificateBag(one.certificate.der, named('one'));

const sha1Mac = (iterations: number): Uint8Array =>
  derSequence(
    derSequence(derSequence(oid('1.3.14.3.2.26'), derNull()), derOctetString(new Uint8Array(20))),
    derOctetString(new Uint8Array(8)),
    derInteger(iterations),
  );
const pbkdf2Parameters = (iterations: number, salt: Uint8Array = new Uint8Array(8)): Uint8Array =>
  derSequence(
    oid('1.2.840.113549.1.5.12'),
    derSequence(
      derOctetString(salt),
      derInteger(iterations),
      derInteger(32),
      derSequence(oid('1.2.840.113549.2.9'), derNull()),
    ),
  );
const encrypted = (
  iterations: number,
  ciphertext = new Uint8Array(16),
  salt = new Uint8Array(8),
): Uint8Array =>
  contentInfo(
    CONTENT_TYPE.encryptedData,
    derSequence(
      derInteger(0),
      derSequence(
        oid(CONTENT_TYPE.data),
        derSequence(
          oid('1.2.840.113549.1.5.13'),
          derSequence(
            pbkdf2Parameters(iterations, salt),
            derSequence(oid('2.16.840.1.101.3.4.1.42'), derOctetString(new Uint8Array(16))),
          ),
        ),
        der(contextTag(0, false), ciphertext),
      ),
    ),
  );
const shroudedKey = (iterations: number): Uint8Array =>
  derSequence(
    oid(BAG.shroudedKey),
    explicit(
      derSequence(
        derSequence(
          oid('1.2.840.113549.1.12.1.3'),
          derSequence(derOctetString(new Uint8Array(8)), derInteger(iterations)),
        ),
        derOctetString(new Uint8Array(16)),
      ),
    ),
  );

const aliases = async (bytes: Uint8Array): Promise<string[]> =>
  (await readKeyStore(bytes, PASSWORD)).map(({ alias }) => alias);

async function refusal(bytes: Uint8Array, reason: KeyStoreFault): Promise<string> {
  try {
    await readKeyStore(bytes, PASSWORD);
  } catch (error) {
    assert.ok(error instanceof KeyStoreError, String(error));
    assert.equal(error.reason, reason, error.message);
    return error.message;
  }
  return assert.fail('accepted');
}

test('absurd iteration counts are refused before they are run', async () => {
  const absurd = /an iteration count of \d+; 1 to 5000000 is sane/;
  for (const iterations of [5_000_001, 2 ** 31, 2 ** 47, 0]) {
    assert.match(await refusal(pfx(authenticatedSafe(bag), sha1Mac(iterations)), 'malformed'), absurd);
    assert.match(await refusal(pfx(derSequence(encrypted(iterations))), 'malformed'), absurd);
    assert.match(await refusal(pfx(authenticatedSafe(shroudedKey(iterations))), 'malformed'), absurd);
  }
  await refusal(pfx(authenticatedSafe(bag), sha1Mac(2 ** 50)), 'malformed');
});

test('iteration counts are summed over the whole store', () => {
  const budget = new DerivationBudget();
  assert.equal(budget.spend(5_000_000), 5_000_000);
  budget.spend(4_999_999);
  budget.spend(1);
  assert.throws(() => budget.spend(1), /more than 10000000 in all/);
});

test('a salt of a megabyte is refused', async () => {
  const message = await refusal(
    pfx(derSequence(encrypted(1, undefined, new Uint8Array(2 ** 20)))),
    'malformed',
  );
  assert.match(message, /a salt of 1048576 bytes/);
});

test('more entries than any store holds are refused', async () => {
  const empty = derSequence(
    oid(BAG.certificate),
    explicit(derSequence(oid(X509_CERTIFICATE), explicit(derOctetString(one.certificate.der)))),
  );
  const message = await refusal(
    pfx(authenticatedSafe(...Array.from({ length: 10_001 }, () => empty))),
    'malformed',
  );
  assert.match(message, /more than 10000 entries/);
});

test('nesting is bounded', async () => {
  let contents = derSequence(bag);
  for (let i = 0; i < 5; i++) contents = derSequence(derSequence(oid(BAG.safeContents), explicit(contents)));
  const store = (content: Uint8Array): Uint8Array =>
    pfx(derSequence(contentInfo(CONTENT_TYPE.data, derOctetString(content))));
  assert.deepEqual(await aliases(store(contents)), ['one']);
  for (let i = 0; i < 100; i++)
    contents = derSequence(derSequence(oid(BAG.safeContents), explicit(contents)));
  assert.match(await refusal(store(contents), 'malformed'), /nest deeper than 32/);
  const indefinite = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i % 2 === 0 ? 0x30 : 0x80));
  assert.match(await refusal(indefinite, 'malformed'), /nest deeper than 32/);
});

/** The same value with indefinite lengths, and its octet strings in pieces. */
function indefinitely(bytes: Uint8Array): Uint8Array {
  const { tag, content } = readBer(bytes);
  const end = Buffer.of(0, 0);
  if (tag === TAG.octetString) {
    const pieces = [content.subarray(0, 100), content.subarray(100)].map(derOctetString);
    return Buffer.concat([Buffer.of(0x24, 0x80), ...pieces, end]);
  }
  if ((tag & 0x20) === 0) return bytes;
  const members = Array.from(new BerMembers(content, 1), ({ encoded }) => indefinitely(encoded));
  return Buffer.concat([Buffer.of(tag, 0x80), ...members, end]);
}

test('BER is read as well as DER: indefinite lengths, strings in pieces', async () => {
  const entry = { kind: 'trusted-certificate', alias: 'one', certificate: one.certificate } as const;
  const written = indefinitely(await writePkcs12([entry], PASSWORD));
  assert.deepEqual(await aliases(written), ['one']);
  for (let length = 1; length < written.length; length++)
    await refusal(written.subarray(0, length), 'truncated');
});

test('a MAC by PBMAC1 (RFC 9579)', async () => {
  const safe = authenticatedSafe(bag);
  const store = (password: string): Uint8Array => {
    const key = pbkdf2Sync(password, new Uint8Array(8), 2048, 32, 'sha256');
    const parameters = derSequence(
      pbkdf2Parameters(2048),
      derSequence(oid('1.2.840.113549.2.11'), derNull()),
    );
    const digest = createHmac('sha512', key).update(safe).digest();
    return pfx(
      safe,
      derSequence(
        derSequence(derSequence(oid('1.2.840.113549.1.5.14'), parameters), derOctetString(digest)),
        derOctetString(new Uint8Array(8)),
        derInteger(1),
      ),
    );
  };
  assert.deepEqual(await aliases(store(PASSWORD)), ['one']);
  await refusal(store('another'), 'wrong-password');
});

test('entries of one alias are told apart, unnamed ones numbered', async () => {
  const unnamed = certificateBag(one.certificate.der);
  const other = certificateBag(one.certificate.der, named('ONE'));
  assert.deepEqual(await aliases(pfx(authenticatedSafe(bag, other, unnamed, unnamed))), [
    'one',
    'ONE (2)',
    '1',
    '2',
  ]);
});

test('in a store with a private key, only what Java marked is trusted', async () => {
  const key = one.privateKey.export({ format: 'der', type: 'pkcs8' });
  const mark = derSequence(oid(BAG_ATTRIBUTE.trustedKeyUsage), derSet(oid('2.5.29.37.0')));
  const stranger = await issueCertificate({
    subject: 'CN=b',
    keyType: 'EC-P256',
    days: 1,
    usage: 'ca',
    now: NOW,
  });
  const keyBag = derSequence(oid(BAG.key), explicit(key), derSet(named('key')));
  const entries = await readKeyStore(
    pfx(
      authenticatedSafe(
        keyBag,
        bag,
        certificateBag(stranger.certificate.der, named('unmarked')),
        certificateBag(stranger.certificate.der, named('marked'), mark),
      ),
    ),
    PASSWORD,
  );
  assert.deepEqual(
    entries.map(({ alias, kind }) => [alias, kind]),
    [
      ['key', 'private-key'],
      ['marked', 'trusted-certificate'],
    ],
  );
  const [entry] = entries;
  assert.ok(entry?.kind === 'private-key');
  assert.equal(entry.chain[0]?.thumbprint, one.certificate.thumbprint);
});

test('what stands after the file, and what no password protects, is named', async () => {
  const whole = pfx(authenticatedSafe(bag));
  assert.match(await refusal(Buffer.concat([whole, Buffer.of(10)]), 'malformed'), /1 bytes stand after/);
  const signed = derSequence(derInteger(3), contentInfo(CONTENT_TYPE.signedData, derNull()));
  assert.match(await refusal(signed, 'unsupported'), /public-key integrity/);
  const enveloped = pfx(derSequence(contentInfo(CONTENT_TYPE.envelopedData, derNull())));
  assert.match(await refusal(enveloped, 'unsupported'), /for a public key/);
});

test('a certificate that is none is named by its alias', async () => {
  const message = await refusal(
    pfx(authenticatedSafe(certificateBag(Buffer.from('no'), named('bad')))),
    'malformed',
  );
  assert.match(message, /^the certificate of entry "bad"/);
});
