import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  AUTHORITY_CERTIFICATE,
  CLIENT_CERTIFICATE,
  ISSUED_CLIENT_SUBJECT,
  type KeyMaterial,
  SERVER_CERTIFICATE,
  SERVER_KEY,
} from '../key-material.ts';
import { runToEnd } from '../own-children.ts';
import { type Client, originOf, type Person, REDIRECT_URI, type Role, SCOPE } from './dialect.ts';
import type { Database, Target } from './target.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const Registered = z.object({ client_id: z.string(), client_secret: z.string().optional() });
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const PERSON: Person = { username: 'bench', password: 'correct horse battery staple' };

/** A new home's deployment but for its ports, and with the server key and the authority that all targets share. */
const deployment = (port: number, databaseUrl: string | undefined) => `
[server]
port = ${port}

[super_admin]
create_admin_account = false

[keystore.primary]
file_name = "server.pem"
type = "PEM"
alias = "private-key-1"

[truststore]
file_name = "truststore.pem"
type = "PEM"

[transport.https]
clientAuth = "want"
trustManagerClassName = "org.wso2.carbon.identity.core.util.ClientAuthX509TrustManager"

[encryption]
key = "${randomBytes(32).toString('hex')}"

[oauth]
# All requests come from one address and one client, and none of them is ever refused for that.
waiting_requests_per_address = 100000000
waiting_requests = 1000000000

[metrics]
enable = false
${databaseUrl === undefined ? '' : `\n[database.identity_db]\ntype = "postgres"\nurl = "${databaseUrl}"\n`}`;

/** What is registered for a role, beside its name. */
function metadataOf(role: Role, { folder, assertionJwk }: KeyMaterial): Readonly<Record<string, unknown>> {
  const certificates = [readFileSync(join(folder, CLIENT_CERTIFICATE), 'utf8')];
  const selfSigned = { token_endpoint_auth_method: 'self_signed_tls_client_auth', certificates };
  const grant_types = ['client_credentials'];
  switch (role) {
    case 'mtls':
      return { ...selfSigned, grant_types };
    case 'mtls-ca':
      return {
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: ISSUED_CLIENT_SUBJECT,
        grant_types,
      };
    case 'private_key_jwt':
      return {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...assertionJwk, use: 'sig', alg: 'ES256' }] },
        grant_types,
      };
    case 'secret':
      return { token_endpoint_auth_method: 'client_secret_basic', grant_types };
    case 'app':
      return {
        ...selfSigned,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [REDIRECT_URI],
        scope: SCOPE,
        id_token_signed_response_alg: 'ES256',
      };
    case 'exchange':
      return { ...selfSigned, grant_types: [...grant_types, EXCHANGE] };
  }
}

const clientOf = (
  role: Role,
  { client_id, client_secret }: z.infer<typeof Registered>,
  issuer: string,
): Client => {
  switch (role) {
    case 'mtls-ca':
      return { client_id, method: 'certificate', identity: 'issued' };
    case 'private_key_jwt':
      return { client_id, method: 'private_key_jwt', audience: issuer };
    case 'secret':
      return { client_id, method: 'client_secret_basic', client_secret: client_secret ?? '' };
    case 'mtls':
    case 'app':
    case 'exchange':
      return { client_id, method: 'certificate', identity: 'self-signed' };
  }
};

/** Writes a new home as `init` would make it, but with the keys that all targets share. */
function writeHome(home: string, { folder }: KeyMaterial, text: string): void {
  const conf = join(home, 'repository/conf');
  const security = join(home, 'repository/resources/security');
  for (const directory of [conf, security]) mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(conf, 'deployment.toml'), text, { mode: 0o600 });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  writeFileSync(join(security, 'server.pem'), read(SERVER_KEY) + read(SERVER_CERTIFICATE), { mode: 0o600 });
  writeFileSync(join(security, 'truststore.pem'), read(AUTHORITY_CERTIFICATE), { mode: 0o600 });
}

const databaseUrl = (database: Database, name: string): Promise<string> | undefined =>
  database.kind === 'postgres' ? database.create(name) : undefined;

const commandIn = (checkout: string): string => join(checkout, 'packages/server/bin/countersign.mjs');

/** Where the target of this name has its files. */
export const homeOf = ({ folder }: KeyMaterial, name: string): string => join(folder, `${name}-home`);

/**
 * The server of a checkout with its dependencies installed, started by its own command on a home of its own; database
 * and audit log included.
 * @param workers the processes that answer; the server itself when left out
 */
export const countersignOf = (name: string, checkout: string, workers?: number): Target => {
  const command = commandIn(checkout);
  return {
    name,
    warmUp: 'short',
    whyMissing: () => (existsSync(command) ? undefined : `There is no ${command}.`),
    async prepare({ material, port, roles, database }) {
      const home = homeOf(material, name);
      const issuer = originOf(port);
      writeHome(home, material, deployment(port, await databaseUrl(database, name)));
      const run = (args: readonly string[], input = '') =>
        runToEnd([process.execPath, command, ...args, '--home', home], { input });
      const clients: Partial<Record<Role, Client>> = {};
      for (const role of roles) {
        const file = join(home, `${role}.json`);
        writeFileSync(file, JSON.stringify(metadataOf(role, material)));
        const added = await run([
          ...['client', 'add', '--json', '--client-name', `bench ${role}`, '--metadata', file],
        ]);
        clients[role] = clientOf(role, Registered.parse(JSON.parse(added)), issuer);
      }
      if (roles.has('app')) await run(['user', 'add', PERSON.username, '--password-stdin'], PERSON.password);
      const serve = ['serve', '--home', home, ...(workers === undefined ? [] : ['--workers', `${workers}`])];
      return {
        start: { kind: 'node', script: [command, ...serve] },
        first: 'mtls',
        dialect: {
          answers: 'token',
          scope: SCOPE,
          paths: {
            token: '/oauth2/token',
            par: '/oauth2/par',
            authorize: '/oauth2/authorize',
            userinfo: '/oauth2/userinfo',
            introspection: '/oauth2/introspect',
          },
          clients,
          authorization: 'direct',
          tokenForPerson: {},
          person: PERSON,
          cannot: {},
        },
      };
    },
  };
};

/** How the command of this repository is run. */
export const countersignCommand: readonly string[] = [process.execPath, commandIn(REPOSITORY)];

/** The server of this repository. */
export const countersign: Target = countersignOf('countersign', REPOSITORY);

/** The same with so many processes that answer. */
export const countersignWithWorkers = (workers: number): Target =>
  countersignOf(`countersign-${workers}-workers`, REPOSITORY, workers);
