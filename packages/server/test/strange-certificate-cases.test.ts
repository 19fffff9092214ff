import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { parsePemCertificates } from '@countersign/x509';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { eventOf } from './event-of.ts';
import { type Call, claimsOf, post } from './token-client.ts';

const FOLDER = join(import.meta.dirname, 'certificates');
const read = (name: string) => readFile(join(FOLDER, name), 'utf8');
const identity = async (name: string) => ({
  cert: await read(`${name}.pem`),
  key: await read(`${name}.key`),
});
const DN = { tls_client_auth_subject_dn: 'CN=tc,O=Fintech Ltd,C=GB' };

/** What OpenSSL, Java and Go take too, and the registered value it is known by. */
const ACCEPTED: readonly [name: string, registered: Readonly<Record<string, string>>][] = [
  ['critical-false-written-out', DN],
  ['key-usage-trailing-zero-bits', DN],
  ['authority-key-identifier-partial', DN],
  ['one-san-not-ascii', DN],
  ['one-san-not-ascii', { tls_client_auth_san_dns: 'app.example.com' }],
  ['empty-subject-issued', { tls_client_auth_san_uri: 'spiffe://example.org/ns/app' }],
  ['ber-indefinite-outer-length', DN],
];
/** What is refused by either method, and the field that the refusal names. */
const REFUSED = [
  ['version-1-with-extensions', 'tbsCertificate.version'],
  ['utc-time-with-offset', 'tbsCertificate.validity.notBefore'],
  ['impossible-not-after', 'tbsCertificate.validity.notAfter'],
] as const;

describe('certificates of strange encodings over TLS', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let admin: AdminApi;
  let ca: string;

  const ask = (client_id: string, options: Call) =>
    post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', client_id }, options);
  const register = async (metadata: Readonly<Record<string, unknown>>) => {
    const grants = { client_name: 'strange', grant_types: ['client_credentials'] };
    return (await admin.register({ ...grants, ...metadata })).client_id;
  };

  before(async () => {
    ca = await read('ca.pem');
    home = await createTestHome();
    server = await home.start();
    admin = adminApiOf(home.issuer);
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  for (const [name, registered] of ACCEPTED) {
    test(`${name} is taken for ${Object.values(registered)}, and as it is registered`, async () => {
      const certificate = await identity(name);
      const [parsed] = parsePemCertificates(certificate.cert);
      for (const metadata of [{ ...registered, trust_anchors: [ca] }, { certificates: [certificate.cert] }]) {
        const answer = await ask(await register(metadata), { certificate });
        assert.equal(answer.status, 200, `${Object.keys(metadata)}: ${server.output().slice(-3000)}`);
        assert.deepEqual(claimsOf(answer.json().access_token).cnf, { 'x5t#S256': parsed?.thumbprint });
      }
    });
  }

  for (const [name, field] of REFUSED) {
    test(`${name} is refused for ${field} by either method`, async () => {
      const certificate = await identity(name);
      for (const metadata of [{ ...DN, trust_anchors: [ca] }, { certificates: [certificate.cert] }]) {
        const refused = await ask(await register(metadata), { certificate });
        assert.deepEqual([refused.status, refused.json().error], [401, 'invalid_client']);
        const event = await eventOf(server, refused);
        assert.equal(event.because, 'certificate_unreadable', JSON.stringify(event));
        assert.ok(JSON.stringify(event.evidence).includes(`"field":"${field}"`), JSON.stringify(event));
        const shown = await admin.json('GET', `/events/${event.event_id}`);
        assert.doesNotMatch(String(shown.remedy), /import the missing/i);
      }
    });
  }

  test('a name that cannot be read is nobody’s', async () => {
    const certificate = await identity('one-san-not-ascii');
    const client_id = await register({
      tls_client_auth_san_email: 'jurgen@example.com',
      trust_anchors: [ca],
    });
    const refused = await ask(client_id, { certificate });
    assert.equal(refused.status, 401);
    const event = await eventOf(server, refused);
    assert.equal(event.because, 'certificate_subject_differs');
    assert.match(JSON.stringify(event.evidence), /email that cannot be read/);
  });

  test('what is unknown, and not unreadable, still asks for the CA', async () => {
    const certificate = await identity('key-usage-trailing-zero-bits');
    const refused = await ask(await register(DN), { certificate });
    const event = await eventOf(server, refused);
    assert.equal(event.because, 'certificate_not_trusted');
    const shown = await admin.json('GET', `/events/${event.event_id}`);
    assert.match(String(shown.remedy), /Import the missing CA/);
  });

  test('a file in BER is decided on like the same certificate over TLS', async () => {
    const file = join(home.home, 'ber.pem');
    await writeFile(file, await read('ber-indefinite-outer-length.pem'));
    const client_id = await register({ ...DN, trust_anchors: [ca] });
    const { code, stdout } = await home.command('explain', '--cert', file, '--client', client_id);
    assert.equal(code, 0, stdout);
  });
});

test('a header in BER is decided on like the same certificate over TLS', async (context) => {
  const home = await createTestHome({
    'transport.proxy': { trusted_addresses: ['127.0.0.1'], certificate_header: 'nginx' },
  });
  context.after(() => home.remove());
  const server = await home.start();
  context.after(() => server.stop());
  const { client_id } = await adminApiOf(home.issuer).register({
    client_name: 'strange',
    grant_types: ['client_credentials'],
    ...DN,
    trust_anchors: [await read('ca.pem')],
  });
  const pem = await read('ber-indefinite-outer-length.pem');
  const answer = await post(
    `${home.issuer}/oauth2/token`,
    { grant_type: 'client_credentials', client_id },
    { headers: { 'x-ssl-client-cert': encodeURIComponent(pem) } },
  );
  assert.equal(answer.status, 200, server.output().slice(-3000));
  const [parsed] = parsePemCertificates(pem);
  assert.deepEqual(claimsOf(answer.json().access_token).cnf, { 'x5t#S256': parsed?.thumbprint });
});
