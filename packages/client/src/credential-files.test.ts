import assert from 'node:assert/strict';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { afterEach, beforeEach, describe } from 'node:test';
import { createIdentity, type Identity } from '../../server/test/client-identity.ts';
import { type CredentialFiles, credentialsOf, readCredentialFiles } from './credential-files.ts';

const DAY_MS = 86_400_000;

describe('files of certificate and key', () => {
  let folder: string;
  let files: CredentialFiles & { readonly certificateFile: string; readonly keyFile: string };
  let identity: Identity;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-files-'));
    files = {
      certificateFile: join(folder, 'client.pem'),
      keyFile: join(folder, 'client.key'),
      assertionKeyFile: undefined,
    };
    identity = await createIdentity('CN=client');
    await put(identity);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const put = async ({ cert, key }: Pick<Identity, 'cert' | 'key'>) => {
    await writeFile(files.certificateFile, cert);
    await writeFile(files.keyFile, key);
  };
  const judged = async (more: Partial<CredentialFiles> = {}, now = Date.now()) => {
    const named = { ...files, ...more };
    return credentialsOf(named, await readCredentialFiles(named), now);
  };
  const encrypted = (key: KeyObject, passphrase: string) =>
    String(key.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase }));

  test('give the certificate with its chain, the key and the thumbprint', async () => {
    const authority = await createIdentity('CN=authority', { usage: 'ca' });
    const issued = await createIdentity('CN=issued', {
      issuer: { certificate: authority.certificate, privateKey: authority.privateKey },
    });
    await put({ ...issued, cert: `# as openssl prints it\n${issued.cert}` });
    const { thumbprint, notAfter, pem } = await judged();
    assert.equal(thumbprint, issued.thumbprint);
    assert.ok(notAfter > Date.now());
    assert.equal(pem.cert.split('BEGIN CERTIFICATE').length, 3);
    assert.equal(pem.cert.replaceAll(/\s/g, ''), issued.cert.replaceAll(/\s/g, ''));
    assert.equal(pem.ca, undefined);
  });

  test('may hold a key of any kind, encrypted too', async () => {
    for (const keyType of ['RSA-2048', 'EC-P384'] as const) {
      const other = await createIdentity('CN=client', { keyType });
      await put({ cert: other.cert, key: encrypted(createPrivateKey(other.key), 'of the key') });
      assert.equal((await judged({ keyPassphrase: 'of the key' })).thumbprint, other.thumbprint);
      for (const more of [{}, { keyPassphrase: 'of another' }]) {
        await assert.rejects(judged(more), /client\.key holds no private key that can be read/);
      }
    }
  });

  const BROKEN: readonly { what: string; because: RegExp; put(next: Identity): Promise<void> }[] = [
    {
      what: 'a key of another certificate',
      because: /the key of \S+client\.key is not that of the first certificate of \S+client\.pem/,
      put: ({ key }) => writeFile(files.keyFile, key),
    },
    {
      what: 'half a certificate',
      because: /client\.pem holds no certificate in PEM/,
      put: ({ cert }) => writeFile(files.certificateFile, cert.slice(0, 300)),
    },
    {
      what: 'a certificate of noise',
      because: /client\.pem holds a certificate that cannot be read/,
      put: () =>
        writeFile(files.certificateFile, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
    },
    {
      what: 'an authority of noise',
      because: /client\.pem holds a certificate that cannot be read/,
      put: () =>
        writeFile(
          files.certificateFile,
          `${identity.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
        ),
    },
    {
      what: 'an empty key',
      because: /client\.key holds no private key that can be read/,
      put: () => writeFile(files.keyFile, ''),
    },
    {
      what: 'half a key',
      because: /client\.key holds no private key that can be read/,
      put: ({ key }) => writeFile(files.keyFile, key.slice(0, 90)),
    },
    { what: 'no key at all', because: /ENOENT.*client\.key/, put: () => rm(files.keyFile) },
    {
      what: 'a folder',
      because: /client\.key is not a file/,
      put: async () => {
        await rm(files.keyFile);
        await mkdir(files.keyFile);
      },
    },
    {
      what: 'a file without end',
      because: /client\.key is not a file/,
      put: async () => {
        await rm(files.keyFile);
        await symlink('/dev/zero', files.keyFile);
      },
    },
    {
      what: 'two megabytes',
      because: /client\.pem has 2000000 bytes, more than 1048576/,
      put: () => writeFile(files.certificateFile, 'a'.repeat(2_000_000)),
    },
    {
      what: 'a pair that ended',
      because: /the certificate of \S+client\.pem ended at /,
      put: async () => put(await createIdentity('CN=client', { now: Date.now() - 60 * DAY_MS })),
    },
    {
      what: 'a pair that does not begin yet',
      because: /the certificate of \S+client\.pem is valid from /,
      put: async () => put(await createIdentity('CN=client', { now: Date.now() + 60 * DAY_MS })),
    },
  ];
  for (const { what, because, put: damage } of BROKEN) {
    test(`that hold ${what} are refused by their name, and nothing of their text is told`, async () => {
      const next = await createIdentity('CN=client');
      await damage(next);
      await assert.rejects(judged(), (error: Error) => {
        assert.match(error.message, because);
        for (const { key } of [identity, next]) {
          const [, secret = ''] = key.split('\n');
          assert.ok(!error.message.includes(secret.slice(0, 16)));
        }
        return true;
      });
    });
  }

  test('of what to trust, and of the key of assertions, are judged with them', async () => {
    const [trustedCertificatesFile, assertionKeyFile] = [join(folder, 'trusted'), join(folder, 'signing')];
    const named = { trustedCertificatesFile, assertionKeyFile };
    await writeFile(trustedCertificatesFile, 'nothing');
    await writeFile(assertionKeyFile, identity.key);
    await assert.rejects(judged(named), /trusted holds no certificate in PEM/);
    await writeFile(trustedCertificatesFile, identity.pem + identity.pem);
    await writeFile(assertionKeyFile, identity.pem);
    await assert.rejects(judged(named), /signing holds no private key/);
    await writeFile(assertionKeyFile, identity.key);
    const { pem, assertionKey } = await judged(named);
    assert.equal(pem.ca?.length, 2);
    assert.equal(assertionKey?.asymmetricKeyType, 'ec');
    await assert.rejects(judged({ trustedCertificates: ['nothing'] }), /trustedCertificates holds no/);
  });

  test('that become another have another digest, and only then', async () => {
    const { digest } = await readCredentialFiles(files);
    await put(identity);
    assert.equal((await readCredentialFiles(files)).digest, digest);
    await put(await createIdentity('CN=client'));
    assert.notEqual((await readCredentialFiles(files)).digest, digest);
  });
});
