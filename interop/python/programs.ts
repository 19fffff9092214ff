import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from '../address.ts';
import type { CertificateClient } from '../certificate-client.ts';
import type { Place, RegisteredClient } from '../place.ts';
import { run, start } from '../program.ts';
import type { ServiceSettings } from '../service.ts';

/** The interpreter of the folder's own environment. */
export const PYTHON = join(import.meta.dirname, '.venv/bin/python');

const PROGRAMS = join(import.meta.dirname, 'programs');

/** What the programs are told of client and certificate, as environment variables. */
export type Environment = Readonly<Record<string, string>>;

/**
 * The version that requirements.txt pins a distribution to.
 * @throws Error when it pins none
 */
export function pinned(distribution: string): string {
  const requirements = readFileSync(join(import.meta.dirname, 'requirements.txt'), 'utf8');
  const version = new RegExp(`^${distribution}==(\\S+)$`, 'im').exec(requirements)?.[1];
  if (version === undefined) throw new Error(`requirements.txt has no ${distribution}`);
  return version;
}

/** Where the server is and what to trust, which `requests` reads from the environment. */
export const whereabouts = (place: Place): Environment => ({
  ISSUER: place.issuer,
  REQUESTS_CA_BUNDLE: place.serverCertificateFile,
});

/** What a client that has a secret is told. */
export const secretOf = ({ client_id, client_secret = '' }: RegisteredClient): Environment => ({
  CLIENT_ID: client_id,
  CLIENT_SECRET: client_secret,
});

/** What a client that has a certificate is told, which is no secret, even where it was given one. */
export const certificateOf = ({ client, identity }: CertificateClient): Environment => ({
  CLIENT_ID: client.client_id,
  CERTIFICATE: identity.certificateFile,
  KEY: identity.keyFile,
});

/** Runs one of the programs, which prints a token answer. */
export async function tokenFrom(
  place: Place,
  program: string,
  environment: Environment,
): Promise<Readonly<Record<string, unknown>>> {
  const printed = await run(PYTHON, [join(PROGRAMS, program)], {
    cwd: place.folder,
    env: { ...whereabouts(place), ...environment },
    signal: place.signal,
  });
  return Object(JSON.parse(printed));
}

/** Runs one of the programs, which calls an API until it is gone. */
export const runService = (
  place: Place,
  program: string,
  { clientId, certificateFile, keyFile, trustFile, api }: ServiceSettings,
): Promise<string> =>
  run(PYTHON, [join(PROGRAMS, program)], {
    cwd: place.folder,
    env: {
      ISSUER: place.issuer,
      SSL_CERT_FILE: trustFile,
      CLIENT_ID: clientId,
      CERTIFICATE: certificateFile,
      KEY: keyFile,
      API: api,
    },
    signal: place.signal,
  });

/**
 * Starts one of the programs, which is an application with `/login` and shows what it learnt of a person, and signs
 * the person in through it.
 * @throws AssertionError when the application does not know the person afterwards
 */
export async function assertSignsIn(
  place: Place,
  program: string,
  { port, origin }: Address,
  environment: Environment,
): Promise<void> {
  await using application = await start(PYTHON, [join(PROGRAMS, program)], {
    cwd: place.folder,
    env: {
      ...whereabouts(place),
      PORT: String(port),
      REDIRECT_URI: `${origin}/callback`,
      ...environment,
    },
    signal: place.signal,
    ready: origin,
  });
  const { status, body } = await place.signInThrough(`${origin}/login`);
  assert.equal(status, 200, `${body}\n${application.output()}`);
  assert.equal(JSON.parse(body).preferred_username, place.person.username);
}
