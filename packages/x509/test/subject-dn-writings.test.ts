import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test, { after, describe } from 'node:test';
import {
  DistinguishedName,
  InvalidDistinguishedName,
  inConventionalOrder,
  normaliseRegisteredSubjectDn,
} from '../src/distinguished-name.ts';
import { issueCertificate } from '../src/issuance.ts';
import { certificateToPem } from '../src/pem.ts';

const here = join(import.meta.dirname, 'subject-dn');

/** For the `skip` option: why these programs cannot be asked; with CI=true nothing is skipped. */
function without(program: string, ...args: readonly string[]): string | false {
  const found = spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  if (found || process.env.CI === 'true') return false;
  const reason = `${program} ${args.join(' ')} does not run here`;
  console.log(`subject DN writings skipped: ${reason}`);
  return reason;
}

/** Subjects that programs write in different ways, as RFC 4514 text. */
const SUBJECTS = {
  plain: 'CN=client,OU=Ops,O=Example,C=GB',
  commas: 'CN=client,O=Smith\\, Jones & Co,C=GB',
  signs: 'CN=svc,OU=\\<x\\> \\; y,O=Smith\\, Jones \\+ \\"Sons\\" Ltd,C=GB',
  backslashes: 'CN=C:\\\\temp\\\\x,OU=DOMAIN\\\\user,O=Example,C=GB',
  'backslash before digits': 'CN=a\\\\42,OU=DOMAIN\\\\de,O=Example,C=GB',
  'other alphabets': 'CN=Łódź 中文,L=Zürich,O=Ｃompany 🚀,C=CH',
  'outer spaces': 'CN=\\ padded\\ ,O=\\#1,C=GB',
  slashes: 'CN=svc / web=1,OU=a/b,O=A/B Ltd,C=GB',
  'another attribute within a value': 'CN=client,O=Fintech Ltd/CN\\=x,C=GB',
  'another attribute after a comma': 'CN=client,O=a\\, O=evil,C=GB',
  'another attribute after a space': 'CN=client OU\\=x,O=a,C=GB',
  'another attribute at the start': 'CN=CN\\=nested,O=a,C=GB',
  'equals signs': 'CN=1\\+1=2,OU=a=b,O=Example,C=GB',
  'addresses and domains': 'emailAddress=a@b.example,CN=client,DC=corp,DC=example',
  'a user id': 'UID=u1,CN=client,DC=example',
  'a serial number': 'serialNumber=0012,CN=client,O=Example,C=GB',
  'an organisation of PSD2': 'CN=client,organizationIdentifier=PSDGB-FCA-1,O=Example,C=GB',
  'an EV subject':
    'CN=client,serialNumber=1,businessCategory=Private Organization,jurisdictionC=GB,jurisdictionST=Kent,jurisdictionL=Hythe,O=Example,C=GB',
  'an unknown type': '1.2.3.4=#0c03783d79,CN=client,O=Example,C=GB',
  'two attributes in one': 'CN=client+UID=7,OU=a\\+b,O=Example,C=GB',
  'a line end': 'CN=a\\0ab,O=Example,C=GB',
  "openssl's string type": 'CN=UTF8STRING\\3ax,O=Example,C=GB',
} as const;

const directory = await mkdtemp(join(tmpdir(), 'countersign-subject-dn-'));
after(() => rmSync(directory, { recursive: true }));

const files = new Map<string, { readonly subject: DistinguishedName; readonly about: string }>();
for (const [index, [about, text]] of Object.entries(SUBJECTS).entries()) {
  const { certificate } = await issueCertificate({
    subject: text,
    keyType: 'EC-P256',
    days: 1,
    usage: 'client',
    now: Date.UTC(2026, 0, 1),
  });
  const file = join(directory, `${index}.pem`);
  writeFileSync(file, certificateToPem(certificate));
  files.set(file, { subject: certificate.subject, about });
}

const names = (text: string, subject: DistinguishedName): boolean =>
  inConventionalOrder(DistinguishedName.parse(text)).equals(inConventionalOrder(subject));

/** The text says the certificate's name, or the refusal has it among what may be written instead. */
function assertMeans(text: string, subject: DistinguishedName): void {
  const shown = `${JSON.stringify(text)}, where the subject is ${subject}`;
  let canonical: string;
  try {
    canonical = normaliseRegisteredSubjectDn(text).canonical;
  } catch (error) {
    assert.ok(error instanceof InvalidDistinguishedName, String(error));
    const { suggestions, message } = error;
    // What a program lost, as openssl's bytes outside UTF-8, nobody can suggest.
    const lost = text.includes('\ufffd');
    if (lost) assert.match(message, /lost in copying/);
    assert.ok(lost || suggestions.some((suggestion) => names(suggestion, subject)), `${shown}: ${message}`);
    for (const suggestion of suggestions) {
      assert.equal(normaliseRegisteredSubjectDn(suggestion).canonical, suggestion, shown);
    }
    return;
  }
  assert.ok(names(canonical, subject), `${shown}, was read as ${canonical}`);
  assert.equal(normaliseRegisteredSubjectDn(canonical).canonical, canonical);
}

const OPENSSL_NAMEOPTS = [
  'oneline',
  'RFC2253',
  'compat',
  'multiline',
  'oneline,-esc_msb,utf8',
  'RFC2253,-esc_msb',
  'RFC2253,lname',
  'RFC2253,oid',
  'RFC2253,dump_all',
  'RFC2253,show_type',
  'oneline,lname',
  'oneline,oid',
  'oneline,dn_rev',
  'multiline,-esc_msb,utf8',
  'multiline,utf8',
  'multiline,show_type',
  'sep_multiline,esc_2253,esc_ctrl,-esc_msb,utf8',
  'sep_multiline,esc_2253,esc_ctrl,esc_msb',
  'sep_comma_plus_space,esc_2253,esc_ctrl,utf8',
  'sep_comma_plus_space,esc_2253,esc_ctrl,use_quote,utf8',
  'sep_semi_plus_space,esc_2253,esc_ctrl,utf8',
  'sep_semi_plus_space,esc_ctrl,utf8',
] as const;

test('a certificate of each subject', () => {
  for (const { subject, about } of files.values()) {
    assert.equal(subject.toString(), SUBJECTS[about as keyof typeof SUBJECTS]);
    assertMeans(subject.toString(), subject);
  }
});

describe('as openssl writes it', { skip: without('openssl', 'version') }, () => {
  for (const nameopt of OPENSSL_NAMEOPTS) {
    test(`-nameopt ${nameopt}`, () => {
      for (const [file, { subject }] of files) {
        const args = ['x509', '-noout', '-subject', '-nameopt', nameopt, '-in', file];
        assertMeans(execFileSync('openssl', args, { encoding: 'utf8' }), subject);
      }
    });
  }
});

test('as Node.js writes it', () => {
  for (const [file, { subject }] of files) {
    assertMeans(new X509Certificate(readFileSync(file)).subject, subject);
  }
});

/** The writings that a program printed: file, writing and base64 of the text a line. */
function assertAllMean(printed: string): void {
  const lines = printed.trim().split('\n');
  assert.ok(lines.length >= files.size - 1, printed);
  for (const line of lines) {
    const [file = '', writing = '', encoded = ''] = line.split(' ');
    const known = files.get(file);
    assert.ok(known, line);
    assert.ok(writing);
    assertMeans(Buffer.from(encoded, 'base64').toString('utf8'), known.subject);
  }
}
const all = [...files.keys()];

test('as X500Principal of Java writes it', { skip: without('java', '-version') }, () => {
  assertAllMean(execFileSync('java', [join(here, 'Names.java'), ...all], { encoding: 'utf8' }));
});

test('as keytool writes it', { skip: without('keytool', '-help') }, () => {
  // One process takes half a second; what it prints is X500Principal.toString() after its label.
  const printed = [...files].filter(([, { about }]) =>
    ['signs', 'other alphabets', 'slashes'].includes(about),
  );
  assert.equal(printed.length, 3);
  for (const [file, { subject }] of printed) {
    const args = ['-J-Dstdout.encoding=UTF-8', '-J-Dfile.encoding=UTF-8', '-J-Duser.language=en'];
    const text = execFileSync('keytool', [...args, '-printcert', '-file', file], { encoding: 'utf8' });
    assertMeans(/^Owner: .*$/m.exec(text)?.[0] ?? '', subject);
  }
});

test('as pkix.Name of Go writes it', { skip: without('go', 'version'), timeout: 240_000 }, () => {
  assertAllMean(execFileSync('go', ['run', join(here, 'names.go'), ...all], { encoding: 'utf8' }));
});

/** The one of a user, or that of Debian, whichever has the module. */
const python =
  ['python3', '/usr/bin/python3'].find(
    (program) => spawnSync(program, ['-c', 'import cryptography'], { stdio: 'ignore' }).status === 0,
  ) ?? 'python3';

test('as cryptography of Python writes it', { skip: without(python, '-c', 'import cryptography') }, () => {
  assertAllMean(
    execFileSync(python, [join(here, 'names.py'), ...all], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
});

for (const [file, expected] of [
  ['dcs.tsv', 'emailAddress=svc@corp.local,CN=svc / web=1,OU=Service Accounts,DC=corp,DC=local'],
  ['obie.tsv', 'CN=1kQ6xLrY2pFfTnNJpZxVb4,OU=0015800001041REAAY,O=OpenBanking,C=GB'],
] as const) {
  for (const line of readFileSync(join(here, file), 'utf8').trim().split('\n')) {
    const [program = '', written = ''] = line.split('\t');
    test(`${basename(file, '.tsv')} as ${program} writes it`, () => {
      const { canonical } = normaliseRegisteredSubjectDn(written.replaceAll('\\n', '\n'));
      assert.ok(DistinguishedName.parse(canonical).equals(DistinguishedName.parse(expected)), canonical);
    });
  }
}
