import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { promisify } from 'node:util';
import { type IssuedCertificate, issueCertificate } from '../issuance.ts';
import { certificateToPem } from '../pem.ts';
import {
  type KeyStoreEntry,
  KeyStoreError,
  type KeyStoreFault,
  privateKeyEntry,
  readKeyStore,
} from './key-store.ts';
import { writePkcs12 } from './pkcs12-writer.ts';

const run = promisify(execFile);

const PASSWORD = 'wso2carbon';
const NOW = Date.now();

const missing = (program: string, argument: string): string | false =>
  spawnSync(program, [argument], { timeout: 20_000 }).error === undefined
    ? false
    : `${program} is not installed`;
const noKeytool = missing('keytool', '-help');
const noOpenssl = missing('openssl', 'version');

const directory = await mkdtemp(join(tmpdir(), 'countersign-key-store-'));
after(() => rmSync(directory, { recursive: true }));
const path = (name: string): string => join(directory, name);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(path(name)));

const ca = await issueCertificate({ subject: 'CN=CA', keyType: 'EC-P256', days: 9, usage: 'ca', now: NOW });
const leaf = await issueCertificate({
  subject: 'CN=leaf',
  keyType: 'RSA-2048',
  days: 9,
  usage: 'server',
  issuer: ca,
  now: NOW,
});
const other = await issueCertificate({
  subject: 'CN=other',
  keyType: 'EC-P256',
  days: 9,
  usage: 'ca',
  now: NOW,
});
const keyPem = ({ privateKey }: IssuedCertificate): string =>
  privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
writeFileSync(path('ca.pem'), certificateToPem(ca.certificate));
writeFileSync(path('leaf.pem'), certificateToPem(leaf.certificate));
writeFileSync(path('leaf-key.pem'), keyPem(leaf));

const keytool = async (...args: string[]): Promise<string> =>
  (await run('keytool', ['-J-Duser.language=en', ...args, '-storepass', PASSWORD], { timeout: 30_000 }))
    .stdout;
const genkey = (keystore: string, ...args: string[]): Promise<string> =>
  keytool(
    '-genkeypair',
    '-alias',
    'WSO2Carbon',
    '-keyalg',
    'RSA',
    '-dname',
    'CN=localhost',
    '-keypass',
    PASSWORD,
    '-keystore',
    path(keystore),
    ...args,
  );
const importcert = (keystore: string, ...args: string[]): Promise<string> =>
  keytool(
    '-importcert',
    '-noprompt',
    '-alias',
    'Partner',
    '-file',
    path('ca.pem'),
    '-keystore',
    path(keystore),
    ...args,
  );
const exportPkcs12 = (name: string, ...args: string[]) =>
  run('openssl', ['pkcs12', '-export', '-out', path(name), '-passout', `pass:${PASSWORD}`, ...args]);
const withKey = [
  '-inkey',
  path('leaf-key.pem'),
  '-in',
  path('leaf.pem'),
  '-certfile',
  path('ca.pem'),
  '-name',
  'leaf',
];

async function refusedWith(reason: KeyStoreFault, attempt: () => unknown): Promise<KeyStoreError> {
  try {
    await attempt();
  } catch (error) {
    assert.ok(error instanceof KeyStoreError, String(error));
    assert.equal(error.reason, reason, error.message);
    return error;
  }
  return assert.fail('accepted');
}

const outline = (entries: readonly KeyStoreEntry[]) =>
  entries.map((entry) =>
    entry.kind === 'private-key'
      ? {
          kind: entry.kind,
          alias: entry.alias.toLowerCase(),
          chain: entry.chain.map(({ thumbprint }) => thumbprint),
        }
      : { kind: entry.kind, alias: entry.alias.toLowerCase(), thumbprint: entry.certificate.thumbprint },
  );

const CA = ca.certificate.thumbprint;
const LEAF = leaf.certificate.thumbprint;
const trusted = (alias: string, thumbprint = CA) => ({ kind: 'trusted-certificate', alias, thumbprint });
const keyed = (alias: string, chain = [LEAF, CA]) => ({ kind: 'private-key', alias, chain });

/** The same numbers in every run, so that a failure comes again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function onlyKeyStoreErrors(bytes: Uint8Array, password: string): Promise<void> {
  try {
    await readKeyStore(bytes, password);
  } catch (error) {
    assert.ok(error instanceof KeyStoreError, error instanceof Error ? error.stack : String(error));
  }
}

async function survivesFlips(bytes: Uint8Array, flips: number): Promise<void> {
  const pick = random(bytes.length);
  for (let i = 0; i < flips; i++) {
    const changed = Uint8Array.from(bytes);
    for (let n = pick(3); n >= 0; n--) changed[pick(changed.length)] = pick(256);
    await onlyKeyStoreErrors(changed, PASSWORD);
  }
}

async function refusesTruncations(bytes: Uint8Array): Promise<void> {
  for (let length = 0; length < bytes.length; length++) {
    const error = await refusedWith('truncated', () =>
      readKeyStore(bytes.subarray(0, length), PASSWORD),
    ).catch((failure) => {
      // Less than a format's magic number tells nothing.
      if (length < 4) return undefined;
      throw failure;
    });
    if (length > 3) assert.match(error?.message ?? '', /ends after|cut short/);
  }
}

describe('what keytool writes', { skip: noKeytool }, () => {
  const legacy = '-J-Dkeystore.pkcs12.legacy';
  const keyStores = [
    { name: 'key.jks', args: ['-storetype', 'JKS'] },
    { name: 'key.p12', args: ['-storetype', 'PKCS12'] },
    { name: 'key-legacy.p12', args: ['-storetype', 'PKCS12', legacy] },
    {
      name: 'p12-inside.jks',
      args: ['-storetype', 'PKCS12', '-J-Dkeystore.pkcs12.macAlgorithm=HmacPBESHA512'],
    },
  ];
  const trustStores = [
    { name: 'trust.jks', args: ['-storetype', 'JKS'] },
    { name: 'trust.p12', args: ['-storetype', 'PKCS12'] },
    { name: 'trust-legacy.p12', args: ['-storetype', 'PKCS12', legacy] },
  ];

  before(async () => {
    await Promise.all([
      ...keyStores.map(({ name, args }) => genkey(name, ...args)),
      ...trustStores.map(({ name, args }) => importcert(name, ...args)),
      importcert('store.jceks', '-storetype', 'JCEKS'),
    ]);
  });

  for (const { name } of keyStores) {
    test(`${name}: the private key and its certificate`, async () => {
      const entry = privateKeyEntry(await readKeyStore(read(name), PASSWORD), 'wso2CARBON');
      assert.equal(entry.alias, 'wso2carbon');
      assert.equal(entry.chain.length, 1);
      assert.match(entry.chain[0]?.x509.subject ?? '', /CN=localhost/);
    });
  }

  for (const { name } of trustStores) {
    test(`${name}: the trusted certificate`, async () => {
      assert.deepEqual(outline(await readKeyStore(read(name), PASSWORD)), [trusted('partner')]);
    });
  }

  test('a JKS entry keeps its date', async () => {
    const [entry] = await readKeyStore(read('trust.jks'), PASSWORD);
    assert.ok(entry?.kind === 'trusted-certificate' && entry.created_at !== undefined);
    assert.ok(Math.abs(entry.created_at - Date.now()) < 600_000);
  });

  test('a JCEKS store is refused with the way out', async () => {
    const error = await refusedWith('unsupported', () => readKeyStore(read('store.jceks'), PASSWORD));
    assert.match(error.message, /JCEKS.*-importkeystore/);
  });

  for (const { name } of [...keyStores, ...trustStores]) {
    test(`${name}: another password`, async () => {
      await refusedWith('wrong-password', () => readKeyStore(read(name), 'wso2Carbon'));
      await refusedWith('wrong-password', () => readKeyStore(read(name), ''));
    });

    test(`${name}: cut anywhere`, () => refusesTruncations(read(name)));

    test(`${name}: changed anywhere`, () => survivesFlips(read(name), name.includes('legacy') ? 5 : 60));
  }

  test('a JKS whose key has a password of its own', async () => {
    const args = ['-storetype', 'JKS', '-alias', 'wso2carbon', '-keypass', PASSWORD, '-new', 'another'];
    writeFileSync(path('two-passwords.jks'), read('key.jks'));
    await keytool('-keypasswd', '-keystore', path('two-passwords.jks'), ...args);
    const bytes = read('two-passwords.jks');
    const error = await refusedWith('wrong-password', () => readKeyStore(bytes, PASSWORD));
    assert.match(error.message, /private key of entry "wso2carbon" is protected by another password/);
    privateKeyEntry(await readKeyStore(bytes, PASSWORD, 'another'), 'wso2carbon');
  });

  test('a JKS that lost its last entry to a changed count is not taken as whole', async () => {
    const bytes = read('trust.jks');
    bytes[11] = 0;
    await refusedWith('malformed', () => readKeyStore(bytes, PASSWORD));
  });

  test('an absent alias names those that exist; a certificate is no private key', async () => {
    const entries = await readKeyStore(read('trust.jks'), PASSWORD);
    const absent = await refusedWith('no-such-alias', () => privateKeyEntry(entries, 'wso2carbon'));
    assert.equal(
      absent.message,
      'no entry "wso2carbon"; the key store holds "partner" (trusted certificate)',
    );
    const wrong = await refusedWith('not-a-private-key', () => privateKeyEntry(entries, 'Partner'));
    assert.match(wrong.message, /"Partner" is a trusted certificate/);
  });

  describe('reads what this server writes', () => {
    test('entries of both kinds', async () => {
      const entries: KeyStoreEntry[] = [
        {
          kind: 'private-key',
          alias: 'WSO2carbon',
          privateKey: leaf.privateKey,
          chain: [leaf.certificate, ca.certificate],
        },
        { kind: 'private-key', alias: 'ec', privateKey: ca.privateKey, chain: [ca.certificate] },
        { kind: 'trusted-certificate', alias: 'größe', certificate: ca.certificate },
      ];
      writeFileSync(path('ours.jks'), await writePkcs12(entries, PASSWORD));
      const listed = await keytool(
        '-list',
        '-v',
        '-J-Dfile.encoding=UTF-8',
        '-J-Dstdout.encoding=UTF-8',
        '-keystore',
        path('ours.jks'),
      );
      assert.match(listed, /contains 3 entries/);
      assert.match(
        listed,
        /Alias name: wso2carbon\n.*\nEntry type: PrivateKeyEntry\nCertificate chain length: 2/,
      );
      assert.match(listed, /Alias name: ec\n.*\nEntry type: PrivateKeyEntry\nCertificate chain length: 1/);
      assert.match(listed, /Alias name: gr.*\n.*\nEntry type: trustedCertEntry/);
      // Java opens the keys when it copies them, and writes them in its own way.
      await keytool(
        '-importkeystore',
        '-srckeystore',
        path('ours.jks'),
        '-srcstorepass',
        PASSWORD,
        '-destkeystore',
        path('copied.jks'),
        '-deststoretype',
        'JKS',
      );
      const copied = await readKeyStore(read('copied.jks'), PASSWORD);
      const byAlias = outline(copied).toSorted((a, b) => a.alias.localeCompare(b.alias));
      assert.deepEqual(byAlias, [keyed('ec', [CA]), trusted('größe'), keyed('wso2carbon')]);
      assert.ok(privateKeyEntry(copied, 'wso2carbon').privateKey.equals(leaf.privateKey));
    });

    test('an empty store, which keytool lists and imports into', async () => {
      writeFileSync(path('empty.jks'), await writePkcs12([], PASSWORD));
      assert.deepEqual(await readKeyStore(read('empty.jks'), PASSWORD), []);
      assert.match(await keytool('-list', '-keystore', path('empty.jks')), /contains 0 entries/);
      await importcert('empty.jks');
      assert.deepEqual(outline(await readKeyStore(read('empty.jks'), PASSWORD)), [trusted('partner')]);
    });
  });
});

describe('what openssl writes', { skip: noOpenssl }, () => {
  const stores = [
    { name: 'modern.p12', args: [] },
    { name: 'legacy.p12', args: ['-legacy'] },
    { name: 'rc2-128.p12', args: ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-2DES'] },
    { name: 'sha512.p12', args: ['-macalg', 'sha512', '-certpbe', 'aes-128-cbc', '-keypbe', 'des-ede3-cbc'] },
    { name: 'no-mac.p12', args: ['-nomac'] },
    { name: 'plain.p12', args: ['-nomac', '-keypbe', 'NONE', '-certpbe', 'NONE'] },
  ];

  before(async () => {
    for (const { name, args } of stores) await exportPkcs12(name, ...withKey, ...args);
    await exportPkcs12('certificates.p12', '-nokeys', '-in', path('leaf.pem'), '-certfile', path('ca.pem'));
    const bundle = certificateToPem(ca.certificate).repeat(300);
    writeFileSync(path('bundle.pem'), bundle);
    await exportPkcs12('large.p12', '-legacy', '-nokeys', '-in', path('bundle.pem'));
    await exportPkcs12('lone-key.p12', '-nocerts', '-inkey', path('leaf-key.pem'), '-name', 'leaf');
    await exportPkcs12('rc4.p12', ...withKey, '-legacy', '-certpbe', 'PBE-SHA1-RC4-128');
    await run('openssl', [
      'pkcs12',
      '-export',
      '-out',
      path('no-password.p12'),
      '-passout',
      'pass:',
      ...withKey,
    ]);
  });

  for (const { name } of stores) {
    test(`${name}: the private key and its chain`, async () => {
      const entries = await readKeyStore(read(name), PASSWORD);
      assert.deepEqual(outline(entries), [keyed('leaf')]);
      assert.ok(privateKeyEntry(entries, 'leaf').privateKey.equals(leaf.privateKey));
    });

    test(`${name}: cut anywhere`, () => refusesTruncations(read(name)));
  }

  for (const { name } of stores.filter(({ name }) => name !== 'plain.p12')) {
    test(`${name}: another password`, () =>
      refusedWith('wrong-password', () => readKeyStore(read(name), 'another')).then(() => undefined));
  }

  test('plain.p12: changed anywhere', () => survivesFlips(read('plain.p12'), 3000));
  test('no-mac.p12: changed anywhere', () => survivesFlips(read('no-mac.p12'), 200));

  test('certificates without a mark are trusted in a store without private keys', async () => {
    const entries = await readKeyStore(read('certificates.p12'), PASSWORD);
    assert.deepEqual(outline(entries), [trusted('1', LEAF), trusted('2')]);
  });

  test('hundreds of certificates under RC2', async () => {
    const entries = await readKeyStore(read('large.p12'), PASSWORD);
    assert.deepEqual(
      outline(entries),
      Array.from({ length: 300 }, (_, i) => trusted(String(i + 1))),
    );
  });

  test('the empty password', async () => {
    assert.deepEqual(outline(await readKeyStore(read('no-password.p12'), '')), [keyed('leaf')]);
    await refusedWith('wrong-password', () => readKeyStore(read('no-password.p12'), PASSWORD));
  });

  test('a private key without its certificate', async () => {
    const entries = await readKeyStore(read('lone-key.p12'), PASSWORD);
    const error = await refusedWith('key-mismatch', () => privateKeyEntry(entries, 'leaf'));
    assert.equal(error.message, 'the private key "leaf" stands without its certificate');
  });

  test('RC4 is refused by its identifier', async () => {
    const error = await refusedWith('unsupported', () => readKeyStore(read('rc4.p12'), PASSWORD));
    assert.match(error.message, /1\.2\.840\.113549\.1\.12\.1\.1/);
  });

  test('openssl reads what this server writes', async () => {
    const entries: KeyStoreEntry[] = [
      {
        kind: 'private-key',
        alias: 'leaf',
        privateKey: leaf.privateKey,
        chain: [leaf.certificate, ca.certificate],
      },
      { kind: 'trusted-certificate', alias: 'partner', certificate: other.certificate },
    ];
    for (const [name, content] of [
      ['ours.p12', entries],
      ['ours-empty.p12', []],
    ] as const) {
      writeFileSync(path(name), await writePkcs12(content, PASSWORD));
      const args = ['pkcs12', '-in', path(name), '-passin', `pass:${PASSWORD}`, '-info', '-nodes'];
      const { stdout, stderr } = await run('openssl', args);
      assert.match(stderr, /MAC: sha256, Iteration 10000/);
      if (content.length === 0) continue;
      assert.match(stderr, /PBES2, PBKDF2, AES-256-CBC, Iteration 10000, PRF hmacWithSHA256/);
      assert.match(stdout, /friendlyName: partner/);
      assert.deepEqual(outline(await readKeyStore(Buffer.from(stdout), '')), [
        keyed('leaf'),
        trusted('partner', other.certificate.thumbprint),
      ]);
    }
  });

  test('encrypted private keys in PEM, in both forms', async () => {
    for (const form of [
      ['pkcs8', '-topk8', '-v2', 'aes-256-cbc'],
      ['rsa', '-aes128', '-traditional'],
    ]) {
      const args = [
        ...form,
        '-in',
        path('leaf-key.pem'),
        '-out',
        path('encrypted.pem'),
        '-passout',
        `pass:${PASSWORD}`,
      ];
      await run('openssl', args);
      const bytes = Buffer.concat([read('encrypted.pem'), read('leaf.pem')]);
      assert.deepEqual(outline(await readKeyStore(bytes, PASSWORD)), [keyed('private-key-1', [LEAF])]);
      const error = await refusedWith('wrong-password', () => readKeyStore(bytes, 'another'));
      assert.match(error.message, /^block 1 \(line 1\): the private key is not opened/);
    }
  });
});

describe('PEM', () => {
  const pem = Buffer.from(
    keyPem(leaf) + certificateToPem(leaf.certificate) + certificateToPem(ca.certificate),
  );

  test('a private key takes the certificates that follow its own', async () => {
    const entries = await readKeyStore(pem, '');
    assert.deepEqual(outline(entries), [keyed('private-key-1')]);
    privateKeyEntry(entries, 'private-key-1');
  });

  test('certificates alone are trusted', async () => {
    const bundle = Buffer.from(
      `CA\r\n${certificateToPem(ca.certificate)}${certificateToPem(leaf.certificate)}`,
    );
    assert.deepEqual(outline(await readKeyStore(bundle, '')), [
      trusted('certificate-1'),
      trusted('certificate-2', LEAF),
    ]);
  });

  test('cut inside a block', async () => {
    for (let length = 11; length < pem.length - 1; length++)
      await onlyKeyStoreErrors(pem.subarray(0, length), '');
    const error = await refusedWith('truncated', () => readKeyStore(pem.subarray(0, -5), ''));
    assert.match(error.message, /^block 3 \(line \d+\): the text ends before "-----END CERTIFICATE-----"/);
  });

  test('changed anywhere', () => survivesFlips(pem, 1000));

  test('a private key with the certificate of another is refused', async () => {
    const [entry] = await readKeyStore(pem, '');
    assert.ok(entry?.kind === 'private-key');
    const swapped: KeyStoreEntry = { ...entry, chain: [ca.certificate] };
    await refusedWith('key-mismatch', () => privateKeyEntry([swapped], 'private-key-1'));
  });
});

test('what is no key store is named for what it is', async () => {
  for (const [bytes, reason, message] of [
    [new Uint8Array(), 'truncated', /empty file/],
    [Buffer.from('hello'), 'malformed', /begins with 68656c6c/],
    [ca.certificate.der, 'malformed', /one certificate in DER form/],
    [new Uint8Array(17 * 1024 * 1024), 'malformed', /16777216 is the most/],
    [Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 3, 0, 0, 0, 0), 'unsupported', /JKS version 3/],
    [
      Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff),
      'malformed',
      /more than 10000 entries/,
    ],
  ] as const) {
    const error = await refusedWith(reason, () => readKeyStore(bytes, PASSWORD));
    assert.match(error.message, message);
  }
});

test('a store with two entries of one alias is not written', async () => {
  const entry = (alias: string): KeyStoreEntry => ({
    kind: 'trusted-certificate',
    alias,
    certificate: ca.certificate,
  });
  await refusedWith('duplicate-alias', () => writePkcs12([entry('a'), entry('A')], PASSWORD));
});
