import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Certificate } from '@countersign/x509';
import {
  evaluateRevocation,
  type RevocationOutcome,
  type RevocationPolicy,
} from '@countersign/x509/revocation';
import { systemClock } from '../src/clock.ts';
import { createOutboundFetch } from '../src/outbound/outbound-fetch.ts';
import {
  createRevocationSources,
  type RevocationSourcesOptions,
} from '../src/outbound/revocation-sources.ts';

const run = promisify(execFile);
const available = spawnSync('openssl', ['version'], { timeout: 10_000 }).status === 0;
const skip = available ? false : 'openssl is not installed';
if (skip) console.log(`revocation with openssl skipped: ${skip}`);

let folder = '';
let origin = '';
/** Whether the responder answers at all, and who signs for it. */
const responder = { up: true, signer: 'intermediate', digest: 'sha256' };
const outboundFetch = createOutboundFetch({ allowedAddresses: ['127.0.0.1'] });
const path = (name: string) => join(folder, name);

const openssl = (...args: string[]) => run('openssl', args, { cwd: folder, timeout: 20_000 });

const read = async (name: string): Promise<Certificate> => {
  const { stdout } = await run('openssl', ['x509', '-in', `${name}.pem`, '-outform', 'DER'], {
    cwd: folder,
    encoding: 'buffer',
    timeout: 20_000,
  });
  return Certificate.fromDer(stdout);
};

const configuration = (url: string) => `
[ca]
default_ca = intermediate
[root]
dir = .
database = root.index
serial = root.serial
crlnumber = root.crlnumber
new_certs_dir = issued
certificate = root.pem
private_key = root.key
default_md = sha256
default_days = 30
default_crl_days = 2
policy = any
unique_subject = no
[intermediate]
dir = .
database = intermediate.index
serial = intermediate.serial
crlnumber = intermediate.crlnumber
new_certs_dir = issued
certificate = intermediate.pem
private_key = intermediate.key
default_md = sha256
default_days = 30
default_crl_days = 2
policy = any
unique_subject = no
crl_extensions = crl
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[under_root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:${url}/root.crl
[both]
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid
authorityInfoAccess = OCSP;URI:${url}/ocsp
crlDistributionPoints = URI:${url}/intermediate.crl
[ocsp_only]
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
authorityInfoAccess = OCSP;URI:${url}/ocsp
[crl_only]
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
crlDistributionPoints = URI:${url}/intermediate.crl
freshestCRL = URI:${url}/delta.crl
[responder]
keyUsage = critical, digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = ignored
[crl]
authorityKeyIdentifier = keyid
[delta]
authorityKeyIdentifier = keyid
2.5.29.27 = critical, ASN1:INTEGER:1
`;

async function issue(authority: 'root' | 'intermediate', name: string, extensions: string): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`];
  await openssl('req', '-config', 'ca.cnf', '-new', ...key, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
  const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-notext'];
  await openssl('ca', '-batch', '-config', 'ca.cnf', '-name', authority, '-extensions', extensions, ...files);
}

/** Answers with what the real `openssl ocsp` makes of the request: it has no way to listen on loopback alone. */
async function ocsp(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const exchange = await mkdtemp(join(folder, 'ocsp-'));
  await writeFile(join(exchange, 'request'), Buffer.concat(chunks));
  const { signer, digest } = responder;
  const signing = ['-rsigner', `${signer}.pem`, '-rkey', `${signer}.key`, '-rmd', digest, '-ndays', '1'];
  await openssl(
    'ocsp',
    ...['-index', 'intermediate.index', '-CA', 'intermediate.pem', ...signing],
    ...['-reqin', join(exchange, 'request'), '-respout', join(exchange, 'response')],
  );
  response.setHeader('content-type', 'application/ocsp-response');
  response.end(await readFile(join(exchange, 'response')));
}

const server = createServer((request, response) => {
  if (request.url !== '/ocsp') {
    readFile(path(`.${request.url}`)).then(
      (body) => response.end(body),
      () => response.writeHead(404).end(),
    );
    return;
  }
  if (!responder.up) {
    request.socket.destroy();
    return;
  }
  ocsp(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
});

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'revocation-openssl-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  origin = `http://127.0.0.1:${address.port}`;
  await mkdir(path('issued'));
  await writeFile(path('ca.cnf'), configuration(origin));
  for (const authority of ['root', 'intermediate']) {
    await writeFile(path(`${authority}.index`), '');
    await writeFile(path(`${authority}.serial`), '1000');
    await writeFile(path(`${authority}.crlnumber`), '01');
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'root.key'];
  const extensions = ['-x509', '-extensions', 'authority', '-days', '30'];
  await openssl('req', '-config', 'ca.cnf', ...extensions, ...key, '-out', 'root.pem', '-subj', '/CN=Root');
  await issue('root', 'intermediate', 'under_root');
  for (const name of ['fine', 'stolen']) await issue('intermediate', name, 'both');
  await issue('intermediate', 'ocsp-only', 'ocsp_only');
  await issue('intermediate', 'crl-only', 'crl_only');
  await issue('intermediate', 'responder', 'responder');
  await openssl('ca', '-config', 'ca.cnf', '-revoke', 'stolen.pem', '-crl_reason', 'keyCompromise');
  await openssl('ca', '-config', 'ca.cnf', '-name', 'root', '-gencrl', '-out', 'root.crl');
  await openssl('ca', '-config', 'ca.cnf', '-gencrl', '-out', 'intermediate.crl');
});

after(async () => {
  outboundFetch.close();
  server.closeAllConnections();
  server.close();
  if (folder) await rm(folder, { recursive: true });
});

async function evaluate(
  name: string,
  policy: RevocationPolicy = 'require',
  options: Partial<RevocationSourcesOptions> = {},
): Promise<RevocationOutcome> {
  const { sources } = createRevocationSources({ fetch: outboundFetch, clock: systemClock, ...options });
  return evaluateRevocation({
    path: [await read(name), await read('intermediate'), await read('root')],
    policy,
    sources,
    at: Date.now(),
  });
}

const shown = (outcome: RevocationOutcome): string =>
  outcome.status === 'undetermined'
    ? outcome.undetermined.flatMap(({ why }) => why.map((each) => JSON.stringify(each))).join()
    : outcome.status === 'revoked'
      ? `revoked by ${outcome.source}: ${outcome.reason}`
      : outcome.status;

test('good and revoked by the responder, whoever of those allowed signs, and by CRL', { skip }, async () => {
  for (const signer of ['intermediate', 'responder']) {
    responder.signer = signer;
    assert.equal(shown(await evaluate('fine')), 'good', signer);
    assert.equal(shown(await evaluate('stolen')), 'revoked by ocsp: keyCompromise', signer);
  }
  assert.equal(shown(await evaluate('crl-only')), 'good');
});

test('the nonce comes back, and SHA-256 CertIDs are understood', { skip }, async () => {
  const ocspOptions = { nonce: 'demand', certIdHash: 'sha256' } as const;
  assert.equal(shown(await evaluate('ocsp-only', 'require', { ocsp: ocspOptions })), 'good');
});

test('a responder nobody delegated to, or one that signs with SHA-1, is not believed', { skip }, async () => {
  try {
    responder.signer = 'fine';
    assert.match(shown(await evaluate('ocsp-only')), /signer-not-authorized.*id-kp-OCSPSigning/);
    responder.signer = 'intermediate';
    responder.digest = 'sha1';
    assert.match(shown(await evaluate('ocsp-only')), /signature-algorithm/);
  } finally {
    responder.signer = 'intermediate';
    responder.digest = 'sha256';
  }
});

test('the responder is down: the CRL answers; without one require refuses and prefer accepts', {
  skip,
}, async () => {
  responder.up = false;
  try {
    assert.equal(shown(await evaluate('fine')), 'good');
    assert.equal(shown(await evaluate('stolen')), 'revoked by crl: keyCompromise');
    const required = await evaluate('ocsp-only');
    assert.equal(required.decision, 'refuse');
    assert.match(shown(required), /unreachable.*network/);
    assert.equal((await evaluate('ocsp-only', 'prefer')).decision, 'accept');
  } finally {
    responder.up = true;
  }
});

test('a delta CRL that openssl made takes effect before the next complete one', { skip }, async () => {
  await openssl('ca', '-config', 'ca.cnf', '-revoke', 'crl-only.pem', '-crl_reason', 'superseded');
  await openssl('ca', '-config', 'ca.cnf', '-gencrl', '-crlexts', 'delta', '-out', 'delta.crl');
  assert.equal(shown(await evaluate('crl-only')), 'revoked by crl: superseded');
});

test('a revoked intermediate refuses everything below it', { skip }, async () => {
  const files = [path('emergency.crl')];
  const kept = await readFile(path('root.index'));
  await openssl('ca', '-config', 'ca.cnf', '-name', 'root', '-revoke', 'intermediate.pem');
  await openssl('ca', '-config', 'ca.cnf', '-name', 'root', '-gencrl', '-out', 'emergency.crl');
  await writeFile(path('root.index'), kept);
  const outcome = await evaluate('fine', 'prefer', { crlFiles: files });
  assert.equal(shown(outcome), 'revoked by crl-file: unspecified');
  assert.ok(outcome.status === 'revoked');
  assert.equal(outcome.certificate.thumbprint, (await read('intermediate')).thumbprint);
});

test('a CRL past its nextUpdate decides nothing', { skip }, async () => {
  const { sources } = createRevocationSources({ fetch: outboundFetch, clock: systemClock });
  const outcome = await evaluateRevocation({
    path: [await read('intermediate'), await read('root')],
    policy: 'require',
    sources,
    at: Date.now() + 3 * 24 * 3_600_000,
  });
  assert.equal(outcome.decision, 'refuse');
  assert.match(shown(outcome), /expired/);
});
