import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createIdentity, type Identity } from '../../server/test/client-identity.ts';
import { eventually } from '../../server/test/eventually.ts';
import type { ClientOptions } from '../src/index.ts';
import { type ClientFolder, freshForEach, type TestClient } from './client-folder.ts';
import type { StubServer } from './stub-server.ts';

describe('certificate and key in files', () => {
  let server: StubServer;
  let files: ClientFolder;
  freshForEach((fresh) => {
    ({ server, files } = fresh);
  });

  const comesTo = (client: TestClient, { thumbprint }: Identity) =>
    eventually(
      async () => (await client.token()).thumbprint,
      (now) => now === thumbprint,
    );

  test('are read again when each is replaced by a rename, and tokens are fetched for the new one', async () => {
    const client = await files.client(server);
    assert.equal((await client.token()).thumbprint, files.identity.thumbprint);
    const next = await createIdentity('CN=client');
    await files.renew(next);
    await comesTo(client, next);
    assert.equal(server.at('/token').at(-1)?.thumbprint, next.thumbprint);
    const { certificate } = client.state();
    assert.deepEqual(certificate, {
      thumbprint: next.thumbprint,
      notAfter: Date.parse(new X509Certificate(next.pem).validTo),
      problem: undefined,
    });
    assert.deepEqual(
      client.of('certificate_loaded').map(({ thumbprint, replaced }) => [thumbprint, replaced]),
      [
        [files.identity.thumbprint, undefined],
        [next.thumbprint, files.identity.thumbprint],
      ],
    );
    assert.deepEqual(client.of('certificate_rejected'), []);
    assert.deepEqual(
      client.of('token_issued').map(({ reason }) => reason),
      ['first', 'certificate'],
    );
  });

  test('are read again when a folder of both is swapped by its link, as Kubernetes does', async () => {
    const folder = join(files.folder, 'secret');
    const versionOf = async (name: string, { cert, key }: Identity) => {
      await mkdir(join(folder, name), { recursive: true });
      await writeFile(join(folder, name, 'tls.crt'), cert);
      await writeFile(join(folder, name, 'tls.key'), key);
      await symlink(name, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await versionOf('..1', files.identity);
    for (const name of ['tls.crt', 'tls.key']) await symlink(`..data/${name}`, join(folder, name));
    const client = await files.client(server, {
      certificateFile: join(folder, 'tls.crt'),
      keyFile: join(folder, 'tls.key'),
    });
    const next = await createIdentity('CN=client');
    await versionOf('..2', next);
    await rm(join(folder, '..1'), { recursive: true });
    await comesTo(client, next);
    assert.deepEqual(client.of('certificate_rejected'), []);
  });

  test('that do not fit together for a moment are waited for, and nobody is told', async () => {
    const client = await files.client(server);
    const next = await createIdentity('CN=client');
    await files.put(files.keyFile, next.key);
    await eventually(
      async () => client.state().certificate.problem,
      (problem) => problem !== undefined,
    );
    assert.equal((await client.token()).thumbprint, files.identity.thumbprint);
    await files.put(files.certificateFile, next.cert);
    await comesTo(client, next);
    assert.deepEqual(client.of('certificate_rejected'), []);
    assert.equal(client.state().certificate.problem, undefined);
  });

  test('are waited for at the start too', async () => {
    const next = await createIdentity('CN=client');
    await files.put(files.keyFile, next.key);
    const making = files.client(server);
    await pause(100);
    await files.put(files.certificateFile, next.cert);
    assert.equal((await (await making).token()).thumbprint, next.thumbprint);
  });

  test('that cannot be used are told of once, and the last good pair goes on until the next one', async () => {
    const client = await files.client(server);
    await client.token();
    const next = await createIdentity('CN=client');
    await files.put(files.keyFile, next.key);
    const because = /the key of \S+client\.key is not that of the first certificate of \S+client\.pem/;
    const [told] = await eventually(
      async () => client.of('certificate_rejected'),
      (events) => events.length > 0,
    );
    assert.match(told?.because ?? '', because);
    assert.equal(told?.kept, files.identity.thumbprint);
    assert.match(client.state().certificate.problem ?? '', because);
    assert.equal((await client.access({ scope: 'a' }).token()).thumbprint, files.identity.thumbprint);
    await pause(1_200);
    assert.equal(client.of('certificate_rejected').length, 1);
    await rm(files.keyFile);
    const told2 = await eventually(
      async () => client.of('certificate_rejected')[1],
      (event) => event !== undefined,
    );
    assert.match(told2?.because ?? '', /ENOENT.*client\.key/);
    await files.renew(next);
    await comesTo(client, next);
    assert.equal(client.state().certificate.problem, undefined);
  });

  test('that cannot be used are no client at all at the start', async () => {
    await files.put(files.certificateFile, files.identity.cert.slice(0, 300));
    await assert.rejects(files.client(server), {
      name: 'TokenUnavailable',
      because: 'certificate_unusable',
      message: /client\.pem holds no certificate in PEM/,
    });
  });

  test('bring what to trust along, which is read again too; the token goes on', async () => {
    const trustedCertificatesFile = join(files.folder, 'trusted.pem');
    await writeFile(trustedCertificatesFile, files.identity.pem + server.pem);
    const options: Partial<ClientOptions> = { trustedCertificatesFile };
    const client = await files.client(server, { ...options, trustedCertificates: undefined });
    const { value } = await client.token();
    assert.equal((await client.fetch(`${server.origin}/api`)).status, 200);
    await files.put(trustedCertificatesFile, files.identity.pem);
    await eventually(
      async () => client.of('certificate_loaded').length,
      (length) => length === 2,
    );
    assert.equal((await client.token()).value, value);
    await assert.rejects(client.fetch(`${server.origin}/api`), (error: Error) =>
      /self-signed/.test(String(error.cause)),
    );
    assert.equal(server.at('/token').length, 1);
  });

  test('of a new certificate that the server refuses cost nothing while the old token is good', async () => {
    const client = await files.client(server);
    const { value } = await client.token();
    server.answer('/token', () => ({ status: 401, body: { error: 'invalid_client' } }));
    await files.renew(await createIdentity('CN=client'));
    await eventually(
      async () => {
        await client.token();
        return client.of('token_failed').length;
      },
      (length) => length > 0,
    );
    assert.equal((await client.token()).value, value);
    assert.equal((await client.fetch(`${server.origin}/api`)).status, 200);
    assert.equal(server.at('/api')[0]?.thumbprint, files.identity.thumbprint);
    assert.ok((client.of('token_failed')[0]?.usableUntil ?? 0) > Date.now());
  });
});
