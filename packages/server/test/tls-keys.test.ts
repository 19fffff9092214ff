import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { Certificate, parsePemCertificates } from '@countersign/x509';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createTestHome, type RunningCountersign, runProgram, type TestHome } from './countersign-process.ts';
import { eventOf } from './event-of.ts';
import { missingProgram } from './installed-program.ts';
import { call, post } from './token-client.ts';

const skip = await missingProgram('openssl', ['version']);

/** The server's key and certificate in one file, as openssl writes them. */
const IN_PEM = { 'keystore.primary': { file_name: 'server.pem', type: 'PEM' } };

describe('keys and what TLS can do with them', { skip }, () => {
  let folder: string;
  let home: TestHome;
  let server: RunningCountersign;
  let admin: AdminApi;

  const openssl = async (...args: readonly string[]) => {
    const { code, stderr } = await runProgram('openssl', args, { cwd: folder });
    assert.equal(code, 0, stderr);
  };
  /** Makes a self-signed certificate with openssl. @returns certificate and key, PEM */
  const identity = async (name: string, ...keyArguments: readonly string[]) => {
    await openssl('genpkey', ...keyArguments, '-out', `${name}.key`);
    return renewed(name, name);
  };
  /** Another certificate of a key that is there. */
  const renewed = async (key: string, name: string) => {
    await openssl(
      ...['req', '-x509', '-key', `${key}.key`, '-subj', `/CN=${key}`, '-days', '30', '-out', `${name}.pem`],
      ...['-addext', 'subjectAltName=DNS:localhost'],
    );
    const read = (file: string) => readFile(join(folder, file), 'utf8');
    const cert = await read(`${name}.pem`);
    const [certificate] = parsePemCertificates(cert);
    assert.ok(certificate instanceof Certificate);
    return { cert, key: await read(`${key}.key`), thumbprint: certificate.thumbprint };
  };
  const ec = (curve: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`] as const;
  const serverKey = async ({ cert, key }: { readonly cert: string; readonly key: string }) =>
    writeFile(join(home.security, 'server.pem'), key + cert);
  const ask = (client_id: string, certificate?: { readonly cert: string; readonly key: string }) =>
    post(
      `${home.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', client_id },
      { ...(certificate && { certificate }) },
    );

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-keys-'));
    home = await createTestHome({ logging: { level: 'debug' }, ...IN_PEM });
    await serverKey(await identity('good', ...ec('P-256')));
    server = await home.start();
    admin = adminApiOf(home.issuer);
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
    if (folder) await rm(folder, { recursive: true });
  });

  test('a server key no peer can use is not taken up: the one before goes on', async () => {
    await serverKey(await identity('brainpool', ...ec('brainpoolP256r1')));
    const kept = await server.line(/configuration\.kept_last_good.*server\.pem/);
    assert.match(kept, /no peer can use the key .* EC on brainpoolP256r1/);
    assert.equal((await call(`${home.issuer}/health/ready`)).status, 200);
    const { code, stdout } = await home.command('doctor');
    assert.equal(code, 1);
    assert.match(stdout, /failed +certificates .*EC on brainpoolP256r1/);
  });

  test('one that few peers can use is, and doctor says which cannot', async () => {
    await serverKey(await identity('ed25519', '-algorithm', 'ED25519'));
    await server.line(/not every peer can use the server certificate: its key is Ed25519/);
    assert.equal((await call(`${home.issuer}/health/ready`)).status, 200);
    const { stdout } = await home.command('doctor');
    assert.match(stdout, /warning +certificates .*Ed25519: browsers/);
  });

  test('a server does not start with a key no peer can use', async () => {
    const other = await createTestHome(IN_PEM);
    try {
      const { cert, key } = await identity('p224', ...ec('P-224'));
      await writeFile(join(other.security, 'server.pem'), key + cert);
      await assert.rejects(other.start(), /no peer can use the key .* EC on P-224/);
    } finally {
      await other.remove();
    }
  });

  test('a client key that TLS cannot use is told of at registration, at the check and with the refusal', async () => {
    const { cert, thumbprint } = await identity('k1', ...ec('secp256k1'));
    const { client_id, warnings } = await admin.json('POST', '/clients', {
      client_name: 'k1',
      certificates: [cert],
    });
    assert.match(
      JSON.stringify(warnings),
      /no client can use in a handshake with this server, EC on secp256k1/,
    );
    const { findings } = await admin.json('POST', '/certificates/check', { certificate: cert });
    assert.match(JSON.stringify(findings), /"key-not-for-tls"/);
    const { because, evidence } = await eventOf(server, await ask(String(client_id)));
    assert.equal(because, 'certificate_absent');
    assert.match(JSON.stringify(evidence), new RegExp(`${thumbprint} has a key that no client can use`));
  });

  test('a renewal with the same key is called one', async () => {
    const first = await identity('renewing', ...ec('P-256'));
    const second = await renewed('renewing', 'renewed');
    const { client_id } = await admin.register({
      client_name: 'renewing',
      certificates: [first.cert],
      grant_types: ['client_credentials'],
    });
    assert.equal((await ask(client_id, first)).status, 200);
    const { because, evidence } = await eventOf(server, await ask(client_id, second));
    assert.equal(because, 'certificate_renewed');
    assert.match(JSON.stringify(evidence), new RegExp(`"renewal_of":\\["${first.thumbprint}"\\]`));
    const explained = await home.command(
      'explain',
      '--cert',
      join(folder, 'renewed.pem'),
      '--client',
      client_id,
    );
    assert.match(explained.stdout, /renewal/);
    const check = { certificate: second.cert, client_id };
    const { findings } = await admin.json('POST', '/certificates/check', check);
    assert.match(JSON.stringify(findings), /"renewal".*It renews/);
    await admin.update(client_id, { certificates: [first.cert, second.cert] });
    assert.equal((await ask(client_id, second)).status, 200);
    const { stdout } = await home.command('client', 'show', client_id);
    assert.match(stdout, new RegExp(`same key as +${second.thumbprint}`));
  });

  test('an authority whose signatures do not count is told of at its import', async () => {
    const { cert } = await identity('authority', ...ec('brainpoolP384r1'));
    const { warnings } = await admin.json('POST', '/truststore/certificates', { content: cert });
    assert.match(JSON.stringify(warnings), /no certificate is accepted: its key is EC on brainpoolP384r1/);
    await writeFile(join(folder, 'authority-2.pem'), (await renewed('authority', 'authority-2')).cert);
    const { stdout } = await home.command('truststore', 'import', join(folder, 'authority-2.pem'));
    assert.match(stdout, /warning: .*EC on brainpoolP384r1/);
  });
});
