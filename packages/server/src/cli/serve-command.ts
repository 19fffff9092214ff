import { resolve } from 'node:path';
import { Command } from 'commander';
import { homePaths } from '../config/home.ts';
import { openHome } from '../server/open-home.ts';
import { type GlobalOptions, withGlobalOptions } from './run-command.ts';

/** What a newcomer does next: two commands to the first token. */
function nextSteps(issuer: string, home: string): readonly string[] {
  const certificate = `${homePaths(home).security}/client`;
  return [
    '',
    'To the first token, in another terminal:',
    '',
    `  npx countersign certificate issue --subject CN=first-client --out ${certificate} --client-name first-client --home ${home}`,
    '',
    `  curl -k ${issuer}/oauth2/token --cert ${certificate}.pem --key ${certificate}.key \\`,
    '       -d grant_type=client_credentials -d client_id=first-client',
    '',
  ];
}

/** `countersign serve`: the server, until SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return withGlobalOptions(new Command('serve'))
    .description('start the server')
    .action(async (options: GlobalOptions) => {
      const home = resolve(options.home);
      const opened = await openHome(home);
      const { deployment, accounts, log } = opened;
      const { username, password, create_admin_account } = deployment.super_admin;
      const generated = create_admin_account
        ? await accounts.ensureAdministrator(username, password)
        : undefined;
      // The other commands start sooner without what only a server needs.
      const { startServer } = await import('../server/start-server.ts');
      const server = await startServer(opened).catch(async (error) => {
        await opened.close();
        throw error;
      });
      const lines = [
        `Countersign is listening on ${server.issuer}`,
        `Home folder: ${home}`,
        ...(deployment.console.enable ? [`Console: ${server.issuer}/console`] : []),
        ...(generated === undefined
          ? []
          : [`Administrator: ${username}, password: ${generated}   (shown once)`]),
        ...((await opened.storage.clients.count()) === 0 ? nextSteps(server.issuer, home) : []),
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
      await new Promise<void>((stop) => {
        process.once('SIGINT', stop);
        process.once('SIGTERM', stop);
      });
      log.info('stopping');
      await server.close();
      await opened.close();
    });
}
