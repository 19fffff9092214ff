import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './countersign-process.ts';

/** A certification authority run by the openssl program, with its CRLs and OCSP responder on loopback. */
export type OpensslAuthority = {
  readonly folder: string;
  /** The responder's and distribution points' origin: plain http on 127.0.0.1. */
  readonly origin: string;
  /** Runs openssl in the folder. @returns what it printed. @throws Error with what it complained about */
  openssl(...args: readonly string[]): Promise<string>;
  /** Makes a self-signed authority `NAME.pem`, `NAME.key`. */
  root(name: string, subject: string): Promise<void>;
  /**
   * Has `issuer` issue `NAME.pem` for a new key `NAME.key`.
   * @param extensions lines of an openssl extension section
   */
  issue(
    issuer: string,
    name: string,
    subject: string,
    extensions: readonly string[],
    validity?: readonly [from: string, to: string],
  ): Promise<void>;
  revoke(issuer: string, name: string): Promise<void>;
  /** Writes the issuer's CRL of now; it is also at `ORIGIN/ISSUER.crl`. @returns its path */
  writeCrl(issuer: string): Promise<string>;
  /** PEM of certificates, one after the other. */
  pem(...names: readonly string[]): Promise<string>;
  /** Certificate, chain and key as a TLS client presents them. */
  identity(name: string, ...chain: readonly string[]): Promise<{ cert: string; key: string }>;
  close(): Promise<void>;
};

const section = (name: string) => `
[${name}]
database = ${name}.index
serial = ${name}.serial
crlnumber = ${name}.crlnumber
new_certs_dir = issued
certificate = ${name}.pem
private_key = ${name}.key
default_md = sha256
default_days = 30
default_crl_days = 2
policy = anything
unique_subject = no
preserve = yes
`;

const CONFIGURATION = `
[req]
distinguished_name = anything
string_mask = utf8only
[anything]
countryName = optional
organizationName = optional
organizationalUnitName = optional
commonName = optional
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign, digitalSignature
subjectKeyIdentifier = hash
`;

const newKey = (name: string) =>
  ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`] as const;

/** Opens an authority in a temporary folder; `ORIGIN/ocsp/ISSUER` answers for what `ISSUER` issued. */
export async function openOpensslAuthority(): Promise<OpensslAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-openssl-'));
  await mkdir(join(folder, 'issued'));
  let configuration = CONFIGURATION;
  let exchanges = 0;

  const openssl = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await runProgram('openssl', args, { cwd: folder });
    if (code !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };

  /** openssl's own responder cannot listen on loopback alone, so it answers one request at a time from files. */
  const ocspAnswer = async (issuer: string, request: Buffer) => {
    const files = `ocsp-${++exchanges}`;
    await writeFile(join(folder, `${files}.request`), request);
    await openssl(
      ...['ocsp', '-index', `${issuer}.index`, '-CA', `${issuer}.pem`, '-ndays', '1', '-rmd', 'sha256'],
      ...['-rsigner', `${issuer}.pem`, '-rkey', `${issuer}.key`],
      ...['-reqin', `${files}.request`, '-respout', `${files}.response`],
    );
    return readFile(join(folder, `${files}.response`));
  };

  const answer: RequestListener = async (request, response) => {
    try {
      const [, kind = '', issuer = ''] = request.url?.split('/') ?? [];
      if (kind !== 'ocsp') {
        response.end(await readFile(join(folder, kind)));
        return;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const body = await ocspAnswer(issuer, Buffer.concat(chunks));
      response.writeHead(200, { 'content-type': 'application/ocsp-response' }).end(body);
    } catch {
      response.writeHead(503).end();
    }
  };
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  const register = async (name: string) => {
    configuration += section(name);
    await writeFile(join(folder, 'ca.cnf'), configuration);
    await writeFile(join(folder, `${name}.index`), '');
    await writeFile(join(folder, `${name}.serial`), '1000');
    await writeFile(join(folder, `${name}.crlnumber`), '01');
  };
  const pem = async (...names: readonly string[]) =>
    (await Promise.all(names.map((name) => readFile(join(folder, `${name}.pem`), 'utf8')))).join('');

  return {
    folder,
    origin: `http://127.0.0.1:${address.port}`,
    openssl,
    async root(name, subject) {
      await register(name);
      await openssl(
        ...['req', '-x509', '-config', 'ca.cnf', '-extensions', 'authority', '-days', '30'],
        ...['-subj', subject, ...newKey(name), '-out', `${name}.pem`],
      );
    },
    async issue(issuer, name, subject, extensions, validity) {
      if (extensions.some((line) => line.includes('CA:TRUE'))) await register(name);
      const extensionFile = `${name}.ext`;
      await writeFile(
        join(folder, extensionFile),
        `authorityKeyIdentifier = keyid\n${extensions.join('\n')}\n`,
      );
      await openssl(
        ...['req', '-new', '-config', 'ca.cnf', '-subj', subject, ...newKey(name), '-out', `${name}.csr`],
      );
      await openssl(
        ...['ca', '-batch', '-config', 'ca.cnf', '-name', issuer, '-extfile', extensionFile, '-notext'],
        ...(validity ? ['-startdate', validity[0], '-enddate', validity[1]] : []),
        ...['-in', `${name}.csr`, '-out', `${name}.pem`],
      );
    },
    revoke: async (issuer, name) => {
      await openssl('ca', '-config', 'ca.cnf', '-name', issuer, '-revoke', `${name}.pem`);
    },
    async writeCrl(issuer) {
      await openssl('ca', '-config', 'ca.cnf', '-name', issuer, '-gencrl', '-out', `${issuer}.crl`);
      return join(folder, `${issuer}.crl`);
    },
    pem,
    identity: async (name, ...chain) => ({
      cert: await pem(name, ...chain),
      key: await readFile(join(folder, `${name}.key`), 'utf8'),
    }),
    async close() {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
