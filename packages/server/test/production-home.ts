import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import { TestAuthority } from '../../x509/test/revocation-authority.ts';
import { openHome } from '../src/server/open-home.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import {
  createTestHome,
  type RunningCountersign,
  type TestDeployment,
  type TestHome,
} from './countersign-process.ts';
import { freePort } from './free-port.ts';

const HOST = 'login.example.com';
const DAY = 86_400_000;

/** The private key as PEM. */
export const pemOf = ({ privateKey }: IssuedCertificate): string =>
  privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

/** A certificate for the host of the home, from an authority. */
export async function serverCertificate(
  authority: IssuedCertificate,
  changes: Partial<Parameters<typeof issueCertificate>[0]> = {},
): Promise<IssuedCertificate> {
  return await issueCertificate({
    subject: `CN=${HOST}`,
    subjectAltNames: { dns: [HOST] },
    keyType: 'EC-P256',
    days: 300,
    usage: 'server',
    now: Date.now() - DAY,
    issuer: authority,
    ...changes,
  });
}

/** A home as the production guide has one, with a server that runs in it and what clients publish. */
export type ProductionHome = {
  readonly home: TestHome;
  readonly server: RunningCountersign;
  readonly authority: IssuedCertificate;
  /** Issues client certificates and CRLs of the trust group `partners`. */
  readonly partners: TestAuthority;
  /** What the JWK sets of clients hold, by their path. */
  readonly published: Map<string, { readonly type: string; readonly body: string }>;
  /** Where JWK sets are published. */
  readonly publisher: string;
  readonly identity: Identity;
  readonly clients: Readonly<Record<'own' | 'byKeys' | 'partner', string>>;
  close(): Promise<void>;
};

const PLUG_IN = `export default { name: 'nobody', async authenticate() { return undefined; } };\n`;

function jwksOf({ certificate, thumbprint }: Identity) {
  const key = certificate.x509.publicKey.export({ format: 'jwk' });
  return { keys: [{ ...key, kid: thumbprint, x5c: [Buffer.from(certificate.der).toString('base64')] }] };
}

async function publish(published: ProductionHome['published'], { pem, key }: { pem: string; key: string }) {
  const server: Server = createServer({ cert: pem, key }, ({ url = '' }, response) => {
    const found = published.get(url);
    if (found) response.writeHead(200, { 'content-type': found.type }).end(found.body);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, origin: `https://127.0.0.1:${address.port}` };
}

/** Makes one; @param more tables of `deployment.toml` */
export async function createProductionHome(more: TestDeployment = {}): Promise<ProductionHome> {
  const published: ProductionHome['published'] = new Map();
  const publishing = await issueCertificate({
    subject: 'CN=keys of clients',
    subjectAltNames: { ip: ['127.0.0.1'] },
    keyType: 'EC-P256',
    days: 300,
    usage: 'server',
    now: Date.now(),
  });
  const ofPublisher = { pem: certificateToPem(publishing.certificate), key: pemOf(publishing) };
  const { server: publisher, origin } = await publish(published, ofPublisher);
  const authority = await issueCertificate({
    subject: 'CN=Authority that clients trust',
    keyType: 'EC-P256',
    days: 300,
    usage: 'ca',
    now: Date.now(),
  });
  const partners = new TestAuthority('partners', undefined, { notAfter: Date.now() + 300 * DAY });
  const home = await createTestHome({
    server: { hostname: HOST, base_url: `https://${HOST}`, bind: '127.0.0.1', drain_grace: 1 },
    // The first start makes the administrator, with a password of its own.
    super_admin: { username: 'admin' },
    metrics: { enable: true, port: await freePort() },
    'keystore.primary': { certificate_file: 'tls.crt', key_file: 'tls.key' },
    truststore: { unnamed: 'handshake', authorities: [partners.certificate.thumbprint] },
    'transport.https': { strict_transport_security_max_age: 31_536_000, max_connections: 500 },
    password_policy: { min_length: 15 },
    outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'publisher.pem' },
    trust_group: [
      {
        name: 'partners',
        file_name: 'partners.pem',
        type: 'PEM',
        revocation: 'require',
        crl_file: 'partners.crl',
      },
    ],
    ...more,
  });
  const secret = (name: string, content: string | Uint8Array) =>
    writeFile(join(home.security, name), content, { mode: 0o600 });
  const own = await serverCertificate(authority);
  await secret('tls.crt', certificateToPem(own.certificate) + certificateToPem(authority.certificate));
  await secret('tls.key', pemOf(own));
  await secret('publisher.pem', ofPublisher.pem);
  await secret('partners.pem', certificateToPem(partners.certificate));
  await secret(
    'partners.crl',
    partners.crl({ thisUpdate: Date.now() - DAY, nextUpdate: Date.now() + 30 * DAY }),
  );
  await rm(join(home.security, 'wso2carbon.jks'));
  // As keytool writes a new one: it holds no secret.
  await chmod(join(home.security, 'client-truststore.jks'), 0o644);
  await writeFile(join(home.home, 'repository/components/dropins/nobody.mjs'), PLUG_IN, { mode: 0o600 });

  const identity = await createIdentity('CN=by keys', { days: 300 });
  published.set('/jwks', { type: 'application/json', body: JSON.stringify(jwksOf(identity)) });
  const server = await home.start();
  const opened = await openHome(home.home, { quiet: true });
  const register = async (metadata: Readonly<Record<string, unknown>>) =>
    (
      await opened.clients.register(
        { grant_types: ['client_credentials'], ...metadata },
        { name: 'test', through: 'command-line' },
      )
    ).client.client_id;
  try {
    const certificate = await createIdentity('CN=own', { days: 300 });
    const clients = {
      own: await register({ client_name: 'own certificate', certificates: [certificate.pem] }),
      byKeys: await register({ client_name: 'published keys', jwks_uri: `${origin}/jwks` }),
      partner: await register({
        client_name: 'a partner',
        tls_client_auth_subject_dn: 'CN=partner',
        token_endpoint_auth_method: 'tls_client_auth',
        trust_group: 'partners',
      }),
    };
    return {
      home,
      server,
      authority,
      partners,
      published,
      publisher: origin,
      identity,
      clients,
      async close() {
        await server.stop();
        publisher.close();
        publisher.closeAllConnections();
        await home.remove();
      },
    };
  } finally {
    await opened.close();
  }
}

/** A copy of a home that is not served, its modes and links as they are. */
export async function copyOf(home: string): Promise<{ readonly home: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-copy-'));
  const copy = join(folder, randomBytes(4).toString('hex'));
  execFileSync('cp', ['-a', home, copy]);
  return { home: copy, remove: () => rm(folder, { recursive: true, force: true }) };
}
