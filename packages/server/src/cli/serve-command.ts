import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CONSOLE_CLIENT_ID } from '../admin/console-client.ts';
import { homePaths } from '../config/home.ts';
import type { LogFormat } from '../config/settings.ts';
import { guarded } from '../event/guarded.ts';
import type { Front } from '../server/front.ts';
import { beginHome, type OpenHome } from '../server/open-home.ts';
import { configuredPasswordWeakness } from './configured-password.ts';
import { DEFAULT_HOME } from './home-option.ts';
import { type GlobalOptions, withGlobalOptions } from './run-command.ts';
import { atHomeOnly } from './server-option.ts';
import { shellWord } from './shell-word.ts';

/** A file as it is shortest from the working folder. */
const nearPath = (file: string): string => {
  const path = relative('', file);
  return path.startsWith('..') ? file : path;
};

/** What a newcomer does next: two commands to the first token. */
function nextSteps(issuer: string, home: string): readonly string[] {
  const homeOption = home === DEFAULT_HOME ? '' : ` --home ${shellWord(home)}`;
  const { serverCertificate } = homePaths(home);
  // A home that cannot be written has none; its certificate was brought, and is known by other means.
  const authority = existsSync(serverCertificate)
    ? `--cacert ${shellWord(nearPath(serverCertificate))} `
    : '';
  return [
    '',
    'To the first token, in another terminal:',
    '',
    `  npx countersign certificate issue --subject CN=first-client --out first-client --client-name first-client${homeOption}`,
    '',
    `  curl ${authority}${issuer}/oauth2/token \\`,
    '       --cert first-client.pem --key first-client.key \\',
    '       -d grant_type=client_credentials -d client_id=first-client',
    '',
  ];
}

/** Whether anyone has registered a client yet; the console's own does not count. */
async function hasClients({ storage }: OpenHome): Promise<boolean> {
  const { items } = await storage.clients.list({ limit: 2 });
  return items.some(({ client_id }) => client_id !== CONSOLE_CLIENT_ID);
}

/**
 * Sets up the administrator, whose generated password is printed at once: the database has no more than its hash, and no
 * file has it. It is the last step of a start, so that one that fails leaves neither account nor password behind.
 */
async function readyAdministrator(opened: OpenHome): Promise<void> {
  const { accounts, log } = opened;
  const { super_admin } = opened.configuration.atStart;
  const { username, password, create_admin_account } = super_admin;
  const generated = create_admin_account
    ? await accounts.ensureAdministrator(username, password, opened.endAccess)
    : undefined;
  const weakness = await configuredPasswordWeakness(super_admin, opened.passwordRules());
  if (weakness !== undefined) log.warn(weakness);
  if (generated === undefined) return;
  process.stdout.write(`Administrator: ${username}, password: ${generated}   (shown once)\n`, (error) => {
    if (!error) return;
    log.error(
      { err: error },
      `the password of ${username} could not be printed: countersign user set-password ${username} makes another`,
    );
  });
}

/** How long what follows the last answer may take, in milliseconds: events are stored, clients and people told. */
const AFTERWARDS_MS = 5_000;

const MOST_WORKERS = 64;

/** `--workers N|auto`. @throws InvalidArgumentError */
function workerCount(text: string): number {
  if (text === 'auto') return Math.min(availableParallelism(), MOST_WORKERS);
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_WORKERS) return count;
  throw new InvalidArgumentError(`a number from 1 to ${MOST_WORKERS}, or auto for one a processor`);
}

type ServeOptions = GlobalOptions & { readonly workers?: number; readonly logFormat?: LogFormat };

/** `countersign serve`: the server, until SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return atHomeOnly(
    withGlobalOptions(new Command('serve'), 'serve', 'serve --workers auto'),
    'it is the server',
    { heedsEnvironment: false },
  )
    .option(
      '--workers <count>',
      'answer requests in so many processes under a supervisor, or auto for one a processor',
      workerCount,
    )
    .addOption(
      new Option(
        '--log-format <format>',
        'one JSON object a line, or lines for reading: in place of [logging] format',
      ).choices(['json', 'pretty']),
    )
    .action(async ({ workers, logFormat, ...options }: ServeOptions) => {
      const home = resolve(options.home);
      // A full disk under standard output ends no server.
      process.stdout.on('error', () => {});
      // The other commands start sooner without what only a server needs.
      const serving = await import('../server/serving.ts');
      if (cluster.isWorker && workers !== undefined) return serving.runWorker(home, workers, logFormat);
      const ending = serving.endingBySignals();
      // Before there is a server it has nothing to do; without it the signal would end the start.
      let onHangUp: () => void = () => {};
      process.on('SIGHUP', () => onHangUp());
      const unwatch = serving.watchParent(() => process.kill(process.pid, 'SIGTERM'));
      const begun = await beginHome(home, { supervises: workers !== undefined, logFormat });
      const { configuration, log, events } = begun;
      const { console, server: settings } = configuration.atStart;
      let front: Front | undefined;
      const notices = serving.createServiceNotices(log);
      const reload = async () => {
        // As logrotate asks for once it has moved the file.
        begun.reopenLogs();
        await notices.reloading(async () => front?.reload());
      };
      onHangUp = guarded('reloading', events, reload);
      let opened: OpenHome | undefined;
      const start = async () => {
        const made =
          workers === undefined
            ? await serving.createSingleProcess(begun)
            : await serving.createWorkers(begun, workers, [
                'serve',
                '--home',
                home,
                '--workers',
                String(workers),
                ...(logFormat === undefined ? [] : ['--log-format', logFormat]),
              ]);
        front = made;
        const found = await serving.awaitStorage(begun, () => made.listen());
        opened = found;
        const server = await made.serve(found);
        await readyAdministrator(found).catch(async (error) => {
          front = undefined;
          await server.close();
          throw error;
        });
        return { server, opened: found };
      };
      const started = await start().catch(async (error) => {
        await front?.close();
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
      void notices.ready();
      const { roll, failed } = server;
      if (roll) process.on('SIGUSR2', guarded('replacing workers', events, roll));
      // The database may become one that this process must not use: then it ends as if asked to.
      const first = await Promise.race([
        ending.asked(),
        started.opened.storage.unusable,
        ...(failed ? [failed] : []),
      ]);
      unwatch();
      notices.stopping();
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
      notices.close();
      if (unusable) throw unusable;
    });
}
