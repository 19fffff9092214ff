import { resolve } from 'node:path';
import { Command } from 'commander';
import { CONSOLE_CLIENT_ID } from '../admin/console-client.ts';
import { guarded } from '../event/guarded.ts';
import type { Frontage } from '../server/frontage.ts';
import { beginHome, type OpenHome } from '../server/open-home.ts';
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

/** Sets up the administrator, whose generated password is printed at once. */
async function readyAdministrator(opened: OpenHome): Promise<void> {
  const { accounts, log } = opened;
  const { super_admin } = opened.configuration.atStart;
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
}

/** How long what follows the last answer may take, in milliseconds: events are stored, clients and people told. */
const AFTERWARDS_MS = 5_000;

/** `countersign serve`: the server, until SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return withGlobalOptions(new Command('serve'))
    .description('start the server')
    .action(async (options: GlobalOptions) => {
      const home = resolve(options.home);
      // A full disk under standard output ends no server.
      process.stdout.on('error', () => {});
      // The other commands start sooner without what only a server needs.
      const serving = await import('../server/serving.ts');
      const ending = serving.endingBySignals();
      const begun = await beginHome(home);
      const { configuration, log, events } = begun;
      const { console, server: settings } = configuration.atStart;
      let frontage: Frontage | undefined;
      const onHangUp = async () => {
        // As logrotate asks for once it has moved the file.
        begun.auditTrail.reopen();
        await frontage?.reload();
      };
      process.on('SIGHUP', guarded('reloading', events, onHangUp));
      let opened: OpenHome | undefined;
      const start = async () => {
        const front = await serving.createFrontage(begun);
        frontage = front;
        opened = await serving.awaitStorage(begun, () => front.listen());
        await readyAdministrator(opened);
        const server = await serving.startServer(opened, front);
        return { server, opened };
      };
      const started = await start().catch(async (error) => {
        await frontage?.close();
        await (opened ?? begun).close();
        throw error;
      });
      const { server } = started;
      const unguard = serving.guardProcess(events);
      const lines = [
        `Countersign is listening on ${server.issuer}`,
        `Home folder: ${home}`,
        ...(console.enable ? [`Console: ${server.issuer}/console`] : []),
        ...((await hasClients(started.opened)) ? [] : nextSteps(server.issuer, options.home)),
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
      // The database may become one that this process must not use: then it ends as if asked to.
      const first = await Promise.race([ending.asked(), started.opened.storage.unusable]);
      const unusable = first instanceof Error ? first : undefined;
      if (unusable) log.fatal(unusable.message);
      const signal = first instanceof Error ? 'SIGTERM' : first;
      const graceMs = signal === 'SIGTERM' ? settings.drain_grace * 1000 : 0;
      log.info({ signal, drain_grace: graceMs / 1000 }, 'stopping');
      ending.atLatest(graceMs + serving.CLOSE_DEADLINE_MS + AFTERWARDS_MS);
      if (graceMs > 0) await server.drain(graceMs);
      await server.close();
      unguard();
      await started.opened.close();
      if (unusable) throw unusable;
    });
}
