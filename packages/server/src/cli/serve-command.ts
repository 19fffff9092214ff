import { resolve } from 'node:path';
import { Command } from 'commander';
import { CONSOLE_CLIENT_ID } from '../admin/console-client.ts';
import { type OpenHome, openHome } from '../server/open-home.ts';
import { configuredPasswordWeakness } from './configured-password.ts';
import { DEFAULT_HOME, type GlobalOptions, withGlobalOptions } from './run-command.ts';

/** What a newcomer does next: two commands to the first token. */
function nextSteps(issuer: string, home: string): readonly string[] {
  const homeOption = home === DEFAULT_HOME ? '' : ` --home ${home}`;
  return [
    '',
    'To the first token, in another terminal:',
    '',
    `  npx countersign certificate issue --subject CN=first-client --out first-client --client-name first-client${homeOption}`,
    '',
    `  curl -k ${issuer}/oauth2/token --cert first-client.pem --key first-client.key \\`,
    '       -d grant_type=client_credentials -d client_id=first-client',
    '',
  ];
}

/** Whether anyone has registered a client yet; the console's own does not count. */
async function hasClients({ storage }: OpenHome): Promise<boolean> {
  const { items } = await storage.clients.list({ limit: 2 });
  return items.some(({ client_id }) => client_id !== CONSOLE_CLIENT_ID);
}

/** `countersign serve`: the server, until SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return withGlobalOptions(new Command('serve'))
    .description('start the server')
    .action(async (options: GlobalOptions) => {
      const home = resolve(options.home);
      // A full disk under standard output ends no server.
      process.stdout.on('error', () => {});
      const opened = await openHome(home);
      const { accounts, log } = opened;
      const { super_admin, console } = opened.configuration.atStart;
      const { username, password, create_admin_account } = super_admin;
      const generated = create_admin_account
        ? await accounts.ensureAdministrator(username, password, opened.endAccess)
        : undefined;
      const weakness = await configuredPasswordWeakness(super_admin, opened.passwordRules());
      if (weakness !== undefined) log.warn(weakness);
      // At once: a start that fails later must not take the only copy along.
      if (generated !== undefined) {
        process.stdout.write(`Administrator: ${username}, password: ${generated}   (shown once)\n`);
      }
      // The other commands start sooner without what only a server needs.
      const [{ startServer }, { guardProcess }] = await Promise.all([
        import('../server/start-server.ts'),
        import('../server/guard-process.ts'),
      ]);
      const server = await startServer(opened).catch(async (error) => {
        await opened.close();
        throw error;
      });
      const unguard = guardProcess(opened.events);
      const lines = [
        `Countersign is listening on ${server.issuer}`,
        `Home folder: ${home}`,
        ...(console.enable ? [`Console: ${server.issuer}/console`] : []),
        ...((await hasClients(opened)) ? [] : nextSteps(server.issuer, options.home)),
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
      // As logrotate asks for once it has moved the file.
      process.on('SIGHUP', () => opened.auditTrail.reopen());
      const signalled = new Promise<undefined>((stop) => {
        process.once('SIGINT', () => stop(undefined));
        process.once('SIGTERM', () => stop(undefined));
      });
      const unusable = await Promise.race([signalled, opened.storage.unusable]);
      if (unusable) log.fatal(unusable.message);
      log.info('stopping');
      await server.close();
      unguard();
      await opened.close();
      if (unusable) throw unusable;
    });
}
