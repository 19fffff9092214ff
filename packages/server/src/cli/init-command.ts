import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { certificateToPem } from '@countersign/x509';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { serverKeyFile } from '../config/deployment.ts';
import { homePaths, initialiseHome } from '../config/home.ts';
import { writeServerCertificate } from '../config/server-certificate.ts';
import { readServerKey } from '../config/server-key.ts';
import { type GlobalOptions, print, withGlobalOptions } from './run-command.ts';
import { atHomeOnly } from './server-option.ts';

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) throw new InvalidArgumentError('not a TCP port');
  return port;
}

/** What programs beside the server ask of a home: who its server is, and by which certificates to know it. */
async function identityOf(configuration: Configuration) {
  const { primary } = configuration.now().keystore;
  const { chain } = await readServerKey(await readFile(serverKeyFile(primary)), primary);
  return { issuer: configuration.atStart.server.base_url, chain };
}

/** `countersign init`: the home folder and nothing else. */
export function initCommand(): Command {
  return atHomeOnly(
    withGlobalOptions(new Command('init'), 'init --hostname login.example.com --port 8443'),
    'it makes a home folder here',
    { heedsEnvironment: false },
  )
    .option('--hostname <name>', 'the host name written into a new deployment.toml', 'localhost')
    .option('--port <number>', 'the port written into a new deployment.toml', portOf, 9443)
    .action(async (options: GlobalOptions & { hostname: string; port: number }) => {
      const home = resolve(options.home);
      const { created, configuration } = await initialiseHome(home, {
        hostname: options.hostname,
        port: options.port,
        clock: systemClock,
      });
      const { deployment, security } = homePaths(home);
      // A key store may be brought later: the start tells what is wrong with one, and keeps server.pem from then on.
      const reading = created || options.json ? identityOf(configuration) : undefined;
      const identity = options.json ? await reading : await reading?.catch(() => undefined);
      if (identity && created) await writeServerCertificate(home, configuration, identity.chain);
      const told = identity && {
        issuer: identity.issuer,
        certificates: identity.chain.map(certificateToPem),
      };
      print(options, { home, created, deployment, security, ...told }, [
        created ? `made ${home}` : `${home} is there already; nothing was changed`,
        `  ${deployment}`,
        `  ${security}`,
      ]);
    });
}
