import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endWithUs, killTree } from '../../../../bench/own-children.ts';
import { commandIn, KEYCLOAK, makeHome } from '../../../../bench/peers/keycloak.ts';
import { DEFAULT_PEERS } from '../../../../bench/peers/peer.ts';
import { freePort } from '../../../server/test/free-port.ts';
import { type SelfSigned, selfSigned } from '../../../server/test/https-on-loopback.ts';
import { call } from '../../../server/test/token-client.ts';

const REALM = 'api';
const START_WITHIN_MS = 300_000;

/** A client of the realm as Keycloak's own files have it. */
export type KeycloakClient = { readonly clientId: string; readonly [member: string]: unknown };

export type RunningKeycloak = {
  readonly issuer: string;
  readonly tokenEndpoint: string;
  /** PEM. */
  readonly certificate: string;
  stop(): Promise<void>;
};

/** Why there is no Keycloak on this machine, or false. */
export const whyNoKeycloak = (): string | false =>
  KEYCLOAK.whyMissing(DEFAULT_PEERS) === undefined
    ? false
    : `${KEYCLOAK.name} is not here: npm run foreign-issuers fetches it`;

async function answering(url: string, hasEnded: () => boolean, output: () => string): Promise<void> {
  const until = Date.now() + START_WITHIN_MS;
  for (;;) {
    const status = await call(url).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    if (hasEnded() || Date.now() > until) throw new Error(`Keycloak did not start:\n${output()}`);
    await pause(200);
  }
}

/**
 * Starts Keycloak in production mode, on its embedded database, with one realm.
 * @param trusted PEM: a client certificate that TLS cannot verify is not shown to Keycloak
 * @throws Error with what it wrote, when it does not start
 */
export async function startKeycloak(
  clients: readonly KeycloakClient[],
  trusted: string,
): Promise<RunningKeycloak> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-keycloak-'));
  const own: SelfSigned = await selfSigned('issuer', ['localhost']);
  const port = await freePort();
  const home = join(folder, 'home');
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  makeHome(KEYCLOAK.folderIn(DEFAULT_PEERS), home);
  mkdirSync(join(home, 'data/import'));
  writeFileSync(
    join(home, 'data/import/api-realm.json'),
    JSON.stringify({ realm: REALM, enabled: true, clients }),
  );
  const origin = `https://localhost:${port}`;
  const [program = '', ...args] = commandIn(
    home,
    'start',
    '--optimized',
    '--import-realm',
    `--hostname=${origin}`,
    '--http-host=127.0.0.1',
    `--https-port=${port}`,
    `--https-certificate-file=${write('server.pem', own.pem)}`,
    `--https-certificate-key-file=${write('server.key', own.key)}`,
    `--truststore-paths=${write('trusted.pem', trusted)}`,
  );
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  endWithUs(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      const ended = once(child, 'exit');
      killTree(child.pid);
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const issuer = `${origin}/realms/${REALM}`;
  try {
    await answering(
      `${issuer}/.well-known/openid-configuration`,
      () => child.exitCode !== null,
      () => output,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    issuer,
    tokenEndpoint: `${issuer}/protocol/openid-connect/token`,
    certificate: own.pem,
    stop,
  };
}
