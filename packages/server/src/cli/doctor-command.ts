import { connect } from 'node:tls';
import { Command } from 'commander';
import { systemClock } from '../clock.ts';
import { Configuration, type FollowedConfiguration } from '../config/configuration.ts';
import { homePaths } from '../config/home.ts';
import { serverKeyWarning } from '../config/server-key.ts';
import { orderedAuthenticators } from '../server/authenticator-order.ts';
import { loadPlugIns } from '../server/load-plug-ins.ts';
import { passwordRulesOf, storageOptionsOf } from '../server/open-home.ts';
import { sharesTrust } from '../server/shared-trust.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import type { ReportUnreadable, UnreadableRecord } from '../storage/storage-errors.ts';
import { openSigningKey } from '../token/signing-key.ts';
import { configuredPasswordWeakness } from './configured-password.ts';
import { clockFindings, connectionFindings } from './database-findings.ts';
import { nodeFindings, sharedTrustFindings } from './node-findings.ts';
import { plugInFindings } from './plug-in-findings.ts';
import { type GlobalOptions, print, requireHome, withGlobalOptions } from './run-command.ts';
import { type Found, trustFindings } from './trust-findings.ts';
import { validityFinding } from './validity-finding.ts';

type Finding = Found & { readonly check: string };

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Does one check, and takes whatever it throws for its finding. */
async function check(name: string, work: () => Promise<Found[]>): Promise<Finding[]> {
  try {
    return (await work()).map((finding) => ({ check: name, ...finding }));
  } catch (error) {
    return [{ check: name, outcome: 'failed', detail: messageOf(error) }];
  }
}

/** Whether a TLS listener answers where the deployment says it does. */
function reach(host: string, port: number): Promise<Found> {
  return new Promise((done) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: 3000 });
    const finish = (finding: Found) => {
      socket.destroy();
      done(finding);
    };
    socket.once('secureConnect', () =>
      finish({ outcome: 'ok', detail: `answers on ${host}:${port} with ${socket.getProtocol()}` }),
    );
    socket.once('timeout', () =>
      finish({ outcome: 'warning', detail: `does not answer on ${host}:${port}` }),
    );
    socket.once('error', (error) =>
      finish({ outcome: 'warning', detail: `not running on ${host}:${port} (${error.message})` }),
    );
  });
}

/** The configuration with the stores that it names as they are, followed no further. */
async function readStores(configuration: Configuration): Promise<FollowedConfiguration> {
  const followed = await configuration.follow({ onReload: () => {} });
  followed.close();
  return followed;
}

/** Opens the database for one look at it. @param report told of each record that cannot be read */
async function withStorage<T>(
  { atStart }: Configuration,
  look: (storage: Storage) => Promise<T>,
  report: ReportUnreadable = () => {},
): Promise<T> {
  const storage = await openStorage(storageOptionsOf(atStart), report);
  try {
    return await look(storage);
  } finally {
    await storage.close();
  }
}

async function examine(home: string): Promise<Finding[]> {
  const { deployment: file, dropins } = homePaths(home);
  const reading = Configuration.read(file);
  const configured = await check('deployment.toml', async () => {
    await reading;
    return [{ outcome: 'ok', detail: file }];
  });
  if (configured.some(({ outcome }) => outcome === 'failed')) return configured;
  const configuration = await reading;
  const { atStart } = configuration;
  const { server } = atStart;
  return [
    ...configured,
    ...(await check('certificates', async () => {
      const { serverKey, trusted, trustGroups } = (await readStores(configuration)).stores();
      const [own] = serverKey.chain;
      const few = serverKeyWarning(serverKey);
      // What nodes share stands in the database, not in the file of one of them.
      const anchors = sharesTrust(atStart)
        ? []
        : [...trusted, ...[...trustGroups.values()].flatMap((group) => group.trusted)];
      return [
        ...(own ? [validityFinding('the server certificate', own)] : []),
        ...(few === undefined
          ? []
          : [{ outcome: 'warning' as const, detail: `the server certificate: ${few}` }]),
        ...anchors.flatMap((entry) =>
          entry.kind === 'trusted-certificate'
            ? [validityFinding(`trusted ${entry.alias}`, entry.certificate)]
            : [],
        ),
      ];
    })),
    ...(await check('administrator', async () => {
      const rules = passwordRulesOf(atStart, configuration.now());
      const weakness = await configuredPasswordWeakness(atStart.super_admin, rules);
      return weakness === undefined ? [] : [{ outcome: 'warning', detail: weakness }];
    })),
    ...(await check('plug-ins', async () => {
      const plugIns = await loadPlugIns(dropins, { settings: atStart.plug_ins });
      const { authenticators, grants } = plugIns;
      try {
        orderedAuthenticators(atStart.event_listener, [], [], authenticators);
      } finally {
        await plugIns.close();
      }
      const names = [...authenticators.keys(), ...grants.keys()];
      return [{ outcome: 'ok', detail: names.length === 0 ? 'none' : names.join(', ') }];
    })),
    ...(await check('database', async () => {
      const unreadable: UnreadableRecord[] = [];
      const report = (problem: UnreadableRecord) => void unreadable.push(problem);
      return await withStorage(
        configuration,
        async (storage) => {
          const keys = await storage.signingKeys.list();
          for (const key of keys) openSigningKey(key, atStart.encryption.key);
          const clients = await storage.clients.count();
          for await (const problem of storage.findUnreadable()) report(problem);
          return [
            { outcome: 'ok', detail: `${clients} clients, ${keys.length} signing keys` },
            ...clockFindings(storage.reach),
            ...connectionFindings(await storage.reach.connections(), atStart.database.identity_db.pool_size),
            // A signing key is told of by its list and by the examination.
            ...[...new Set(unreadable.map(({ message }) => message))].map((detail) => ({
              outcome: 'failed' as const,
              detail,
            })),
          ];
        },
        report,
      );
    })),
    ...(await check('plug-ins', () =>
      withStorage(configuration, ({ events }) => plugInFindings(events, systemClock())),
    )),
    ...(await check('trust', () =>
      withStorage(configuration, async (storage) => {
        const followed = await readStores(configuration);
        return [
          ...(await trustFindings(followed, storage)),
          ...(sharesTrust(atStart)
            ? await sharedTrustFindings({ home, storage, configuration: followed })
            : []),
        ];
      }),
    )),
    ...(sharesTrust(atStart)
      ? await check('nodes', () =>
          withStorage(configuration, async (storage) =>
            nodeFindings({ home, storage, configuration: await readStores(configuration) }),
          ),
        )
      : []),
    ...(await check('listener', async () => [
      await reach(server.bind === '::' || server.bind === '0.0.0.0' ? 'localhost' : server.bind, server.port),
    ])),
  ];
}

/** `countersign doctor`: looks at everything a start needs and says what is wrong. */
export function doctorCommand(): Command {
  return withGlobalOptions(new Command('doctor'), 'doctor').action(async (options: GlobalOptions) => {
    const findings = await examine(requireHome(options));
    print(
      options,
      findings,
      findings.flatMap(({ outcome, check: name, detail }) =>
        `${outcome.padEnd(8)}${name.padEnd(17)}${detail}`.split('\n'),
      ),
    );
    if (findings.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
  });
}
