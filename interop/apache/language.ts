import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { freeAddress } from '../address.ts';
import { certificateClient } from '../certificate-client.ts';
import type { Identity, Language, Place, RegisteredClient, Row } from '../place.ts';
import { run, start } from '../program.ts';
import { startUpstream } from '../upstream.ts';

const APACHE = '/usr/sbin/apache2';
/** Where Debian keeps Apache's modules. */
const MODULES = '/usr/lib/apache2/modules';
const CONFIGURATION = join(import.meta.dirname, 'httpd.conf');

/** A folder whose files Apache's workers can read, for they are another user where it is started as root. */
async function readableFolder(): Promise<
  AsyncDisposable & { readonly path: string; take(file: string): Promise<string> }
> {
  const path = await mkdtemp(join(tmpdir(), 'countersign-apache-'));
  await chmod(path, 0o755);
  return {
    path,
    async take(file) {
      const copy = join(path, basename(file));
      await copyFile(file, copy);
      await chmod(copy, 0o644);
      return copy;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/**
 * Signs a person in at a page that Apache guards.
 * @param register registers the client with what is always the same
 * @throws AssertionError when what stands behind Apache is not told who it is
 */
async function assertSignsIn(
  place: Place,
  register: (
    metadata: Readonly<Record<string, unknown>>,
  ) => Promise<{ readonly client: RegisteredClient; readonly identity?: Identity }>,
): Promise<void> {
  const { port, origin } = await freeAddress();
  const { client, identity } = await register({
    grant_types: ['authorization_code'],
    redirect_uris: [`${origin}/callback`],
  });
  await using upstream = await startUpstream();
  await using folder = await readableFolder();
  const env = {
    FOLDER: folder.path,
    MODULES,
    PORT: String(port),
    ORIGIN: origin,
    UPSTREAM_PORT: String(upstream.port),
    COOKIE_SECRET: randomBytes(32).toString('hex'),
    ISSUER: place.issuer,
    SERVER_CERTIFICATE: await folder.take(place.serverCertificateFile),
    CLIENT_ID: client.client_id,
    ...(identity
      ? { CERTIFICATE: await folder.take(identity.certificateFile), KEY: await folder.take(identity.keyFile) }
      : { CLIENT_SECRET: client.client_secret ?? '' }),
  };
  const args = ['-f', CONFIGURATION, '-DFOREGROUND', ...(identity ? ['-DCERTIFICATE'] : [])];
  await using apache = await start(APACHE, args, {
    cwd: folder.path,
    env,
    signal: place.signal,
    ready: origin,
  });
  const { status, body } = await place.signInThrough(`${origin}/report`);
  assert.equal(status, 200, `${body}\n${apache.output()}`);
  const { oidc_claim_preferred_username, oidc_claim_email } = JSON.parse(body);
  assert.equal(oidc_claim_preferred_username, place.person.username, apache.output());
  assert.match(oidc_claim_email, /@/);
}

async function versionOfModule(): Promise<string> {
  const printed = await run('dpkg-query', ['--show', 'libapache2-mod-auth-openidc'], {
    cwd: import.meta.dirname,
  });
  // Debian's own revision says nothing about what the program does.
  return printed
    .trim()
    .replace(/^\S+\s+/, '')
    .replace(/-.*$/, '');
}

/** What Debian packages for Apache's HTTP server. */
export const apache: Language = {
  name: 'Apache',
  async missing() {
    const module = join(MODULES, 'mod_auth_openidc.so');
    const absent = [APACHE, module].filter((file) => !existsSync(file));
    return absent.length === 0 ? undefined : `${absent.join(', ')} (Debian: libapache2-mod-auth-openidc)`;
  },
  build: async () => {},
  async rows(): Promise<readonly Row[]> {
    const mod = { program: 'mod_auth_openidc', version: await versionOfModule(), flow: 'code' };
    return [
      {
        ...mod,
        method: 'client_secret_basic',
        run: (place) =>
          assertSignsIn(place, async (metadata) => ({ client: await place.addClient(metadata) })),
      },
      {
        ...mod,
        method: 'self_signed_tls_client_auth',
        note: '`scope_claims_in_id_token`',
        run: (place) =>
          assertSignsIn(place, (metadata) =>
            certificateClient(place, 'self_signed_tls_client_auth', {
              ...metadata,
              scope_claims_in_id_token: true,
            }),
          ),
      },
    ];
  },
};
