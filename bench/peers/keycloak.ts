import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { peerOf, run } from './peer.ts';

const VERSION = '26.7.3';
const NAME = `keycloak-${VERSION}`;
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;

/** What it is told when it is built: its embedded database, one node, and that TLS asks for client certificates. */
const BUILT_FOR = ['--db=dev-file', '--cache=local', '--https-client-auth=request'];

/** Keycloak's own distribution, built for its embedded database. Needs Maven, Java 17 or later, and unzip. */
export const KEYCLOAK = peerOf(NAME, 'bin/kc.sh', async (work) => {
  await run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${work}`], {
    cwd: work,
  });
  await run('unzip', ['-q', join(work, `keycloak-quarkus-dist-${VERSION}.zip`), '-d', work]);
  await run('bash', [join(work, NAME, 'bin/kc.sh'), 'build', ...BUILT_FOR]);
  return join(work, NAME);
});

/** A home of its own beside what was installed: its programs with another folder for data. */
export function makeHome(installed: string, home: string): void {
  mkdirSync(join(home, 'data'), { recursive: true });
  // Copied, since the script looks for everything else beside itself.
  cpSync(join(installed, 'bin'), join(home, 'bin'), { recursive: true });
  for (const name of ['lib', 'conf', 'providers', 'themes']) {
    symlinkSync(join(installed, name), join(home, name));
  }
}

/** `kc.sh` with what is said once the program has been built. */
export const commandIn = (home: string, ...args: readonly string[]): readonly string[] => [
  'bash',
  join(home, 'bin/kc.sh'),
  ...args,
];
