import assert from 'node:assert/strict';
import test from 'node:test';
import {
  DAY,
  deltaIndicator,
  directoryName,
  distributionPoint,
  extension,
  HOUR,
  issuingDistributionPoint,
  NOW,
  TestAuthority,
  uriName,
} from '../../test/revocation-authority.ts';
import { DerReader, MalformedDer, onlyElement, TAG } from '../der.ts';
import {
  der,
  derBoolean,
  derInteger,
  derNull,
  derObjectIdentifier,
  derOctetString,
  derSequence,
} from '../der-encoding.ts';
import { SignatureBudget } from '../signed-data.ts';
import { Crl } from './crl.ts';
import { type CrlAnswer, statusByCrls } from './crl-status.ts';

const MOST = 10_000_000;
const URI = 'http://crl.example/ca.crl';
const authority = new TestAuthority('CRL authority');
const parse = (bytes: Uint8Array): Crl => Crl.parse(bytes, MOST);

const causes = (answer: CrlAnswer): string[] =>
  answer.status === 'unusable' ? answer.why.map(({ because }) => because) : [answer.status];

const ask = (
  certificate: Parameters<typeof statusByCrls>[0]['certificate'],
  crls: readonly Uint8Array[],
  more: Partial<Parameters<typeof statusByCrls>[0]> = {},
): CrlAnswer =>
  statusByCrls({
    certificate,
    issuer: authority.certificate,
    crls: crls.map(parse),
    at: NOW,
    ...more,
  });

test('a certificate is good when a current CRL of its issuer does not list it, until its nextUpdate', () => {
  const certificate = authority.issue();
  const answer = ask(certificate, [authority.crl({ entries: [{ serial: 7 }] })]);
  assert.deepEqual(answer, { status: 'good', until: NOW + DAY });
});

test('a listed certificate is revoked with the date and reason of its entry', () => {
  const certificate = authority.issue({ serial: 77 });
  const crl = authority.crl({ entries: [{ serial: 77, reason: 1, at: NOW - 3 * HOUR }] });
  assert.deepEqual(ask(certificate, [crl]), {
    status: 'revoked',
    at: NOW - 3 * HOUR,
    reason: 'keyCompromise',
    until: Number.POSITIVE_INFINITY,
  });
  const held = ask(certificate, [authority.crl({ entries: [{ serial: 77, reason: 6 }] })]);
  assert.deepEqual(held, {
    status: 'revoked',
    at: NOW - 2 * HOUR,
    reason: 'certificateHold',
    until: NOW + DAY,
  });
});

test('a CRL is read from PEM too, with nothing around it, and never beyond the bound', () => {
  const der = authority.crl();
  const pem = `-----BEGIN X509 CRL-----\n${Buffer.from(der).toString('base64')}\n-----END X509 CRL-----\n`;
  assert.equal(Crl.parse(Buffer.from(pem), MOST).thisUpdate, NOW - HOUR);
  assert.throws(() => Crl.parse(Buffer.from(`${pem}${pem}`), MOST), MalformedDer);
  assert.throws(() => Crl.parse(der, der.length - 1), /at most/);
});

test('a CRL outside its time is no reason to call a certificate good', () => {
  const certificate = authority.issue();
  const old = authority.crl({ thisUpdate: NOW - 2 * DAY, nextUpdate: NOW - HOUR });
  assert.deepEqual(causes(ask(certificate, [old])), ['expired']);
  assert.deepEqual(causes(ask(certificate, [authority.crl({ thisUpdate: NOW + HOUR })])), ['not-yet-valid']);
  assert.deepEqual(causes(ask(certificate, [authority.crl({ nextUpdate: null })])), ['no-next-update']);
  assert.equal(ask(certificate, [old], { skew: 2 * HOUR }).status, 'good');
});

test('an outdated CRL still says revoked, except of a hold', () => {
  const certificate = authority.issue({ serial: 78 });
  const outdated = { thisUpdate: NOW - 2 * DAY, nextUpdate: NOW - HOUR };
  const revoked = authority.crl({ ...outdated, entries: [{ serial: 78, reason: 4 }] });
  const held = authority.crl({ ...outdated, entries: [{ serial: 78, reason: 6 }] });
  assert.equal(ask(certificate, [revoked]).status, 'revoked');
  assert.deepEqual(causes(ask(certificate, [held])), ['expired']);
});

test('of several CRLs the newest decides', () => {
  const certificate = authority.issue({ serial: 79 });
  const older = authority.crl({ thisUpdate: NOW - 3 * HOUR });
  const newer = authority.crl({ entries: [{ serial: 79 }] });
  assert.equal(ask(certificate, [older, newer]).status, 'revoked');
});

test('a CRL of the same name by another key is refused', () => {
  const impostor = new TestAuthority(authority.name);
  const certificate = authority.issue();
  assert.deepEqual(causes(ask(certificate, [impostor.crl()])), ['signature-invalid']);
  const tried = ask(certificate, [impostor.crl()], { signers: [impostor.certificate] });
  assert.deepEqual(causes(tried), ['signer-not-authorized']);
});

test('a changed octet anywhere in the signed part is noticed', () => {
  const certificate = authority.issue({ serial: 80 });
  const crl = Buffer.from(authority.crl({ entries: [{ serial: 80 }] }));
  const forged = Buffer.from(crl);
  const serial = forged.indexOf(Buffer.of(0x02, 0x01, 80));
  assert.ok(serial > 0);
  forged[serial + 2] = 81;
  assert.deepEqual(causes(ask(certificate, [forged])), ['signature-invalid']);
  assert.equal(ask(certificate, [crl]).status, 'revoked');
});

test('an issuer whose key usage lacks cRLSign signs no CRL', () => {
  const silent = new TestAuthority('No cRLSign', undefined, { keyUsage: [5] });
  const answer = ask(silent.issue(), [silent.crl()], { issuer: silent.certificate });
  assert.deepEqual(causes(answer), ['signer-not-authorized']);
});

test('no CRL, or one of another issuer, is no answer', () => {
  const other = new TestAuthority('Another authority');
  const certificate = authority.issue();
  assert.deepEqual(causes(ask(certificate, [])), ['no-source']);
  assert.deepEqual(causes(ask(certificate, [other.crl()])), ['no-source']);
});

test('unknown critical extensions make a CRL unusable, in an entry too; others do not', () => {
  const certificate = authority.issue();
  const critical = extension('1.3.6.1.4.1.99999.1', derNull(), true);
  const harmless = extension('1.3.6.1.4.1.99999.1', derNull());
  const inEntry = authority.crl({ entries: [{ serial: 7, extensions: [critical] }] });
  assert.deepEqual(causes(ask(certificate, [authority.crl({ extensions: [critical] })])), [
    'unknown-critical-extension',
  ]);
  assert.deepEqual(causes(ask(certificate, [inEntry])), ['unknown-critical-extension']);
  assert.equal(ask(certificate, [authority.crl({ extensions: [harmless] })]).status, 'good');
});

test('the scope of a CRL: kind of certificates', () => {
  const user = authority.issue();
  const ca = authority.issue({ isCa: true });
  const scoped = (only: 'user' | 'ca' | 'attribute') => [
    authority.crl({ extensions: [issuingDistributionPoint({ only })] }),
  ];
  assert.equal(ask(user, scoped('user')).status, 'good');
  assert.equal(ask(ca, scoped('ca')).status, 'good');
  assert.deepEqual(causes(ask(ca, scoped('user'))), ['scope']);
  assert.deepEqual(causes(ask(user, scoped('ca'))), ['scope']);
  assert.deepEqual(causes(ask(user, scoped('attribute'))), ['scope']);
});

test('the scope of a CRL: its distribution point must be one the certificate names', () => {
  const certificate = authority.issue({ crl: [URI] });
  const at = (uri: string) =>
    authority.crl({ extensions: [issuingDistributionPoint({ names: [uriName(uri)] })] });
  assert.equal(ask(certificate, [at(URI)]).status, 'good');
  assert.deepEqual(causes(ask(certificate, [at('http://crl.example/other.crl')])), ['scope']);
});

test('every reason must be covered before a certificate is good', () => {
  const certificate = authority.issue({ crl: [URI] });
  const some = (reasons: readonly number[]) =>
    authority.crl({ extensions: [issuingDistributionPoint({ reasons })] });
  const first = some([1, 2]);
  const rest = some([3, 4, 5, 6, 7]);
  const answer = ask(certificate, [first]);
  assert.ok(answer.status === 'unusable');
  assert.match(
    answer.why[0]?.detail ?? '',
    /affiliationChanged, superseded, cessationOfOperation, certificateHold/,
  );
  // Bit 8 (aACompromise) is covered by neither.
  assert.deepEqual(causes(ask(certificate, [first, rest])), ['reasons-not-covered']);
  assert.equal(ask(certificate, [first, rest, authority.crl()]).status, 'good');
});

test('an indirect CRL counts only where the certificate names its issuer, under the issuer of each entry', () => {
  const root = new TestAuthority('Indirect root');
  const issuing = new TestAuthority('Issuing', root);
  const crlIssuer = new TestAuthority('CRL issuer', root, { isCa: false, keyUsage: [6] });
  const point = distributionPoint([uriName(URI)], { crlIssuer: 'CRL issuer' });
  const listed = issuing.issue({ serial: 90, crl: [point] });
  const spared = issuing.issue({ serial: 91, crl: [point] });
  const unnamed = issuing.issue({ serial: 90, crl: [URI] });
  const indirect = issuingDistributionPoint({ names: [uriName(URI)], indirect: true });
  const crl = crlIssuer.crl({
    extensions: [indirect],
    entries: [
      // Serial 91 of the CRL issuer itself is another certificate than serial 91 of Issuing.
      { serial: 91 },
      { serial: 89, extensions: [extension('2.5.29.29', derSequence(directoryName('Issuing')), true)] },
      { serial: 90, reason: 1 },
    ],
  });
  const more = {
    issuer: issuing.certificate,
    above: [root.certificate],
    signers: [crlIssuer.certificate],
  };
  assert.deepEqual(causes(ask(listed, [crl], more)), ['revoked']);
  assert.deepEqual(causes(ask(spared, [crl], more)), ['good']);
  assert.deepEqual(causes(ask(unnamed, [crl], more)), ['no-source']);
  assert.deepEqual(causes(ask(listed, [crl], { ...more, signers: [] })), ['signer-not-authorized']);

  const stranger = new TestAuthority('CRL issuer', new TestAuthority('Indirect root'), {
    isCa: false,
    keyUsage: [6],
  });
  const forged = stranger.crl({ extensions: [indirect] });
  assert.deepEqual(causes(ask(listed, [forged], { ...more, signers: [stranger.certificate] })), [
    'signer-not-authorized',
  ]);

  const expired = root.certify(crlIssuer, { isCa: false, keyUsage: [6], notAfter: NOW - HOUR });
  assert.deepEqual(causes(ask(listed, [crl], { ...more, signers: [expired] })), ['signer-not-authorized']);

  const withoutFlag = crlIssuer.crl({
    extensions: [issuingDistributionPoint({ names: [uriName(URI)] })],
  });
  assert.deepEqual(causes(ask(listed, [withoutFlag], more)), ['scope']);
});

test('a CRL signer outside the path that is itself revoked is not believed', () => {
  const root = new TestAuthority('Signer root');
  const issuing = new TestAuthority('Signer issuing', root);
  const rolled = new TestAuthority('Signer issuing', root, { serial: 4711 });
  const certificate = issuing.issue();
  const more = {
    issuer: issuing.certificate,
    above: [root.certificate],
    signers: [rolled.certificate],
  };
  assert.equal(ask(certificate, [rolled.crl()], more).status, 'good');
  const revoking = root.crl({ entries: [{ serial: 4711, reason: 1 }] });
  assert.deepEqual(causes(ask(certificate, [rolled.crl(), revoking], more)), ['signer-revoked']);
});

test('certificateIssuer in a CRL that is not indirect is malformed', () => {
  const entry = extension('2.5.29.29', derSequence(directoryName('Someone')), true);
  const crl = authority.crl({ entries: [{ serial: 1, extensions: [entry] }] });
  assert.throws(() => parse(crl), /not indirect/);
});

test('a delta CRL adds to the complete one and takes back', () => {
  const certificate = authority.issue({ serial: 95 });
  const complete = (entries: readonly { serial: number; reason: number }[]) =>
    authority.crl({ number: 10, entries, nextUpdate: NOW + 2 * DAY });
  const delta = (reason: number, more = {}) =>
    authority.crl({
      number: 12,
      entries: [{ serial: 95, reason }],
      extensions: [deltaIndicator(10)],
      ...more,
    });
  assert.deepEqual(causes(ask(certificate, [complete([]), delta(1)])), ['revoked']);
  assert.deepEqual(causes(ask(certificate, [complete([{ serial: 95, reason: 6 }]), delta(8)])), ['good']);
  assert.deepEqual(causes(ask(certificate, [complete([{ serial: 95, reason: 6 }])])), ['revoked']);

  const silent = authority.crl({ number: 12, extensions: [deltaIndicator(10)] });
  const both = ask(certificate, [complete([]), silent]);
  assert.deepEqual(both, { status: 'good', until: NOW + DAY }, 'the delta ends sooner');
});

test('a delta CRL counts only with its base: number, scope, signature, and never alone', () => {
  const certificate = authority.issue({ serial: 96 });
  const complete = authority.crl({ number: 10 });
  const delta = (number: number, base: number, by = authority, extensions: readonly Uint8Array[] = []) =>
    by.crl({
      number,
      entries: [{ serial: 96, reason: 1 }],
      extensions: [deltaIndicator(base), ...extensions],
    });
  assert.deepEqual(causes(ask(certificate, [delta(12, 10)])), ['no-source']);
  assert.deepEqual(causes(ask(certificate, [complete, delta(12, 11)])), ['good'], 'a later base');
  assert.deepEqual(causes(ask(certificate, [complete, delta(10, 9)])), ['good'], 'an older delta');
  const impostor = new TestAuthority(authority.name);
  assert.deepEqual(causes(ask(certificate, [complete, delta(12, 10, impostor)])), ['good']);
  const scoped = delta(12, 10, authority, [issuingDistributionPoint({ only: 'user' })]);
  assert.deepEqual(causes(ask(certificate, [complete, scoped])), ['good'], 'another scope');
  assert.deepEqual(causes(ask(certificate, [complete, delta(12, 10)])), ['revoked']);
});

test('a CRL that states another algorithm within than beside its signature is not believed', () => {
  const [tbs, , signature] = new DerReader(
    onlyElement(authority.crl(), TAG.sequence, 'crl').content,
    'crl',
  ).rest();
  assert.ok(tbs && signature);
  const beside = derSequence(derObjectIdentifier('1.2.840.10045.4.3.3'));
  const crl = derSequence(tbs.bytes, beside, signature.bytes);
  assert.deepEqual(causes(ask(authority.issue(), [crl])), ['signature-algorithm']);
  const good = ask(authority.issue(), [crl, authority.crl()]);
  assert.equal(good.status, 'good', 'another CRL still answers');
});

test('extensions of a CRL are read as strictly as those of a certificate', () => {
  const id = derObjectIdentifier('2.5.29.20');
  const value = derOctetString(derInteger(5));
  const number = derSequence(id, value);
  const writtenOut = derSequence(id, derBoolean(false), value);
  assert.equal(parse(authority.crl({ extensions: [number] })).number, 5n);
  assert.equal(parse(authority.crl({ extensions: [writtenOut] })).number, 5n);
  assert.throws(() => parse(authority.crl({ extensions: [number, number] })), /more than once/);
  const empty = authority.crl({ entries: [{ serial: 1, extensions: [Buffer.alloc(0)] }] });
  assert.equal(parse(empty).entry(authority.certificate.subject, Buffer.of(1))?.reason, 'unspecified');
});

test('a name that is no IA5 text makes a distribution point unreadable, whoever carries it', () => {
  const nul = der(0x86, Buffer.from('http://crl.example/\0ca.crl'));
  const crl = authority.crl({ extensions: [issuingDistributionPoint({ names: [nul] })] });
  assert.throws(() => parse(crl), /a NUL within/);
  const certificate = authority.issue({ crl: [distributionPoint([nul])] });
  assert.deepEqual(causes(ask(certificate, [authority.crl()])), ['malformed']);
});

test('what the budget leaves unverified makes no certificate good', () => {
  const certificate = authority.issue({ serial: 97 });
  const complete = authority.crl({ number: 10 });
  const delta = authority.crl({
    number: 12,
    entries: [{ serial: 97, reason: 1 }],
    extensions: [deltaIndicator(10)],
  });
  const within = (most: number, crls: readonly Uint8Array[]) =>
    causes(ask(certificate, crls, { budget: new SignatureBudget(most) }));
  assert.deepEqual(within(0, [complete]), ['limit-exceeded']);
  assert.deepEqual(within(1, [complete]), ['good']);
  assert.deepEqual(within(1, [complete, delta]), ['limit-exceeded']);
  assert.deepEqual(within(2, [complete, delta]), ['revoked']);
});

test('a CRL of 100,000 entries is read once and every certificate on it is found', () => {
  const serial = (index: number) => {
    const octets = Buffer.alloc(16, 0x5a);
    octets.writeUInt32BE(index, 12);
    return octets;
  };
  const entries = Array.from({ length: 100_000 }, (_, index) => ({
    serial: serial(index),
    reason: index % 2 === 0 ? 1 : 4,
  }));
  const crl = Crl.parse(authority.crl({ entries }), MOST);
  assert.equal(crl.entryCount, 100_000);
  // Looking through the list for each would take five thousand million steps.
  for (let index = 0; index < 100_000; index += 1) {
    const reason = crl.entry(crl.issuer, serial(index))?.reason;
    if (reason !== (index % 2 === 0 ? 'keyCompromise' : 'superseded'))
      assert.fail(`entry ${index}: ${reason}`);
  }
  assert.equal(crl.entry(crl.issuer, serial(100_000)), undefined);
});
