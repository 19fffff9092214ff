import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import { homePaths, initialiseHome } from '../config/home.ts';
import { type GlobalOptions, print, withGlobalOptions } from './run-command.ts';

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) throw new InvalidArgumentError('not a TCP port');
  return port;
}

/** `countersign init`: the home folder and nothing else. */
export function initCommand(): Command {
  return withGlobalOptions(new Command('init'))
    .description('make the home folder: keys, trust store, deployment.toml')
    .option('--hostname <name>', 'the host name written into a new deployment.toml', 'localhost')
    .option('--port <number>', 'the port written into a new deployment.toml', portOf, 9443)
    .action(async (options: GlobalOptions & { hostname: string; port: number }) => {
      const home = resolve(options.home);
      const { created } = await initialiseHome(home, {
        hostname: options.hostname,
        port: options.port,
        clock: systemClock,
      });
      const { deployment, security } = homePaths(home);
      print(options, { home, created, deployment, security }, [
        created ? `made ${home}` : `${home} is there already; nothing was changed`,
        `  ${deployment}`,
        `  ${security}`,
      ]);
    });
}
