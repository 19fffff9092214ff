import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import {
  CERTIFICATE_HEADER_FORMATS,
  type CertificateHeaderFormatName,
} from '@countersign/forwarded-certificate';
import { certificateToPem } from '@countersign/x509';
import { issueCertificate } from '@countersign/x509/issuance';
import { createIdentity } from '../client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from '../countersign-process.ts';
import { freePort } from '../free-port.ts';
import { selfSigned, serveHttps } from '../https-on-loopback.ts';
import type { ClientTls } from '../mutual-tls-fetch.ts';
import { call } from '../token-client.ts';
import { strangeJwks } from './attacks.ts';
import { Chance } from './chance.ts';
import { type StrangeCertificate, strangeCertificates } from './strange-certificate.ts';

/** The proxy formats of a deployment's `certificate_header`, and the header that says a certificate in each. */
const HEADERS = {
  rfc9440: ['client-cert', (der: string) => `:${der}:`],
  nginx: ['x-ssl-client-cert', (der: string) => encodeURIComponent(pemOf(der))],
  haproxy: ['x-ssl-client-cert', (der: string) => der],
  apache: ['x-ssl-client-cert', (der: string) => pemOf(der).replaceAll('\n', ' ')],
  envoy: ['x-forwarded-client-cert', (der: string) => `Cert="${encodeURIComponent(pemOf(der))}"`],
  traefik: ['x-forwarded-tls-client-cert', (der: string) => der],
  'aws-alb': ['x-amzn-mtls-clientcert', (der: string) => encodeURIComponent(pemOf(der))],
  azure: ['x-arr-clientcert', (der: string) => der],
  cloudflare: ['cf-client-cert-der-base64', (der: string) => der],
  wso2: ['x-ssl-cert', (der: string) => der],
} as const satisfies Readonly<
  Record<CertificateHeaderFormatName, readonly [string, (der: string) => string]>
>;

function pemOf(der: string): string {
  return `-----BEGIN CERTIFICATE-----\n${der.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** A way to run the server; the same home goes through all of them. */
export type Deployment = {
  readonly clientAuth: 'want' | 'require' | 'none';
  readonly trustManager: boolean;
  /** Whether a second listener asks for certificates in the main one's place. */
  readonly mtls: boolean;
  readonly format: CertificateHeaderFormatName | undefined;
};

export const nameOf = ({ clientAuth, trustManager, mtls, format }: Deployment): string =>
  [
    `clientAuth ${clientAuth}`,
    `trust manager ${trustManager ? 'on' : 'off'}`,
    ...(mtls ? ['two listeners'] : []),
    ...(format ? [`behind ${format}`] : []),
  ].join(', ');

/** What attacks know of the server, as a stranger with some accounts on it would. */
export type HostileWorld = {
  /** Where it listens: two addresses with two listeners. */
  readonly bases: readonly string[];
  readonly clientIds: readonly string[];
  /** The secret of the client `secret`. */
  readonly secret: string;
  /** P-256; of the client `assertion`. */
  readonly clientKey: KeyObject;
  readonly clientJwk: Readonly<Record<string, unknown>>;
  /** The authorization header of an administrator. */
  readonly administrator: string;
  /** A certificate that every deployment admits. */
  readonly operator: ClientTls;
  /** Where strange JWK sets are published: any number below. */
  readonly publisher: string;
  certificate(chance: Chance): StrangeCertificate;
  /** The headers by which a proxy says a certificate; none where there is no proxy. */
  forwarded(chance: Chance, der: Uint8Array): Readonly<Record<string, string>>;
};

/** A home that strangers attack, and its server. */
export type HostileHome = {
  readonly home: TestHome;
  /** Restarts the server in another way. */
  restart(deployment: Deployment): Promise<RunningCountersign>;
  world(deployment: Deployment): HostileWorld;
  /** An answer of the admin API, asked for as the operator. */
  ask(path: string): Promise<{ readonly status: number; readonly text: string }>;
  isReady(): Promise<boolean>;
};

const MARK = '# What a deployment of the hostile run adds.';

const administrator = `Basic ${Buffer.from('admin:admin').toString('base64')}`;

/** @param seed of what the publisher of JWK sets answers */
export async function createHostileHome(
  t: { after(end: () => Promise<void>): void },
  seed: string,
): Promise<HostileHome> {
  const now = Date.now();
  const ca = await issueCertificate({ subject: 'CN=CA', keyType: 'EC-P256', days: 30, usage: 'ca', now });
  const certificate = await strangeCertificates(ca);
  const operator = await createIdentity('CN=operator', { issuer: ca });
  const self = await createIdentity('CN=self');
  const { privateKey: clientKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const clientJwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k' };
  const mtlsPort = await freePort();

  let current: HostileWorld | undefined;
  const publish: RequestListener = (request, response) => {
    const chance = new Chance(`${seed} ${request.url}`);
    const set = current ? strangeJwks(current, chance) : {};
    const body = chance.happens(90) ? JSON.stringify(set) : chance.bytes(200);
    response.writeHead(chance.pick([200, 200, 200, 200, 302, 404, 500]), {
      'content-type': chance.pick(['application/jwk-set+json', 'application/json', 'text/html']),
      ...(chance.happens(10) && { location: `${request.url}0` }),
      'cache-control': chance.pick(['max-age=1', 'max-age=99999999999999999999', 'no-store', 'max-age=-1']),
    });
    response.end(body);
  };
  const authority = await selfSigned('publisher');
  const publisher = await serveHttps(t, authority, publish);

  const home = await createTestHome({
    logging: { level: 'info' },
    registration: { mode: 'open', max_requests_per_address: 1_000_000 },
    account_lock: { max_failed_attempts: 1000, window: 60, lock_time: 1 },
    sign_in: { client_certificate: true },
    outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'publisher.pem' },
    'transport.https': { max_connections_per_address: 1000 },
  });
  t.after(() => home.remove());
  const file = async (name: string, text: string) => {
    const path = join(home.security, name);
    await writeFile(path, text);
    return path;
  };
  await file('publisher.pem', authority.pem);
  const original = await readFile(home.deploymentFile, 'utf8');
  await home.json('truststore', 'import', await file('ca.pem', certificateToPem(ca.certificate)));

  let server: RunningCountersign | undefined;
  t.after(async () => server?.stop());
  const request = (method: string, path: string, body?: unknown) =>
    call(`${home.issuer}${path}`, {
      method,
      headers: { authorization: administrator, 'content-type': 'application/json' },
      certificate: operator,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  const start = async ({ clientAuth, trustManager, mtls, format }: Deployment) => {
    await server?.stop();
    const added = [
      MARK,
      ...(mtls ? ['[transport.mtls]', 'enable = true', `port = ${mtlsPort}`] : []),
      ...(format
        ? ['[transport.proxy]', 'trusted_addresses = ["127.0.0.1"]', `certificate_header = "${format}"`]
        : []),
    ].join('\n');
    await home.editDeployment(() =>
      `${original}\n${added}\n`
        .replace(/^clientAuth = .*$/m, `clientAuth = "${clientAuth}"`)
        .replace(/^(?:# )?trustManagerClassName = /m, `${trustManager ? '' : '# '}trustManagerClassName = `),
    );
    server = await home.start();
    return server;
  };

  await start({ clientAuth: 'want', trustManager: true, mtls: false, format: undefined });
  const register = async (metadata: Readonly<Record<string, unknown>>) => {
    const answer = await request('POST', '/api/admin/v1/clients', {
      client_name: metadata.client_id,
      grant_types: ['client_credentials'],
      ...metadata,
    });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.json();
  };
  await register({ client_id: 'self', certificates: [self.pem] });
  await register({ client_id: 'known', tls_client_auth_subject_dn: 'CN=known,O=Example' });
  await register({ client_id: 'service', tls_client_auth_san_uri: 'spiffe://example.org/a' });
  await register({
    client_id: 'assertion',
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [clientJwk] },
  });
  const { client_secret } = await register({
    client_id: 'secret',
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: [
      'client_credentials',
      'authorization_code',
      'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code',
    ],
    response_types: ['code'],
    redirect_uris: ['https://app.example/callback'],
  });

  return {
    home,
    restart: start,
    world({ mtls, format }) {
      current = {
        bases: mtls ? [home.issuer, `https://localhost:${mtlsPort}`] : [home.issuer],
        clientIds: ['self', 'known', 'service', 'assertion', 'secret'],
        secret: String(client_secret),
        clientKey,
        clientJwk,
        administrator,
        operator,
        publisher: publisher.origin,
        certificate,
        forwarded(chance, der) {
          if (format === undefined && !chance.happens(3)) return {};
          const [name, write] = HEADERS[format ?? chance.pick(CERTIFICATE_HEADER_FORMATS)];
          const written = write(Buffer.from(der).toString('base64'));
          const cut = chance.happens(10) ? written.slice(0, chance.below(written.length)) : written;
          return { [name]: cut.length > 15_000 ? createHash('sha256').update(cut).digest('base64') : cut };
        },
      };
      return current;
    },
    ask: (path) => request('GET', path),
    isReady: async () => (await request('GET', '/health/ready')).status === 200,
  };
}
