import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { writePkcs12 } from '@countersign/x509/key-store';
import { homePaths } from '../../config/home.ts';
import { ownFiles } from './own-files.ts';

test('a file is a secret by what it holds, whatever it is called: keys are, trust stores and certificates are not', async () => {
  const paths = homePaths(await mkdtemp(join(tmpdir(), 'countersign-own-')));
  try {
    const { certificate, privateKey } = await issueCertificate({
      subject: 'CN=a',
      keyType: 'EC-P256',
      days: 1,
      usage: 'server',
      now: Date.now(),
    });
    const key = privateKey.export({ format: 'pem', type: 'pkcs8' });
    const trusted = { kind: 'trusted-certificate', alias: 'a', certificate } as const;
    const entry = { kind: 'private-key', alias: 'a', privateKey, chain: [certificate] } as const;
    const files: Readonly<Record<string, readonly [content: string | Uint8Array, purpose: string]>> = {
      'certificate.pem': [certificateToPem(certificate), 'believed'],
      'both.pem': [certificateToPem(certificate) + String(key), 'secret'],
      'trust.jks': [await writePkcs12([trusted], 'changeit'), 'believed'],
      'keys.jks': [await writePkcs12([entry], 'changeit'), 'secret'],
      'keys.of-some-name': [await writePkcs12([entry, { ...trusted, alias: 'b' }], 'changeit'), 'secret'],
      'encryption.key': ['00', 'secret'],
      'below/partners.pem': [certificateToPem(certificate), 'believed'],
      'below/partners.key': [key, 'secret'],
    };
    await mkdir(join(paths.security, 'below'), { recursive: true });
    await mkdir(paths.conf, { recursive: true });
    for (const [name, [content]] of Object.entries(files))
      await writeFile(join(paths.security, name), content);
    await writeFile(join(paths.conf, 'deployment.toml.orig'), '');
    const found = await ownFiles(paths);
    for (const [name, [, purpose]] of Object.entries(files)) {
      assert.equal(found.get(join(paths.security, name)), purpose, name);
    }
    assert.equal(found.get(join(paths.security, 'below')), 'folder');
    assert.equal(found.get(join(paths.conf, 'deployment.toml.orig')), 'secret');
  } finally {
    await rm(paths.home, { recursive: true, force: true });
  }
});
