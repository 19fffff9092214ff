import { systemClock } from '../clock.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import { reportOf } from '../server/node-reports.ts';
import { fileStates } from '../server/shared-trust.ts';
import { differenceLine, differencesOf } from '../storage/node-report.ts';
import type { Storage } from '../storage/storage.ts';
import type { Found } from './trust-findings.ts';
import { validityFinding } from './validity-finding.ts';

type Context = {
  readonly home: string;
  readonly storage: Pick<Storage, 'trustStores' | 'nodes'>;
  readonly configuration: FollowedConfiguration;
};

/** How the trust stores that nodes share, and the files of this node, stand to one another. */
export async function sharedTrustFindings({ home, storage, configuration }: Context): Promise<Found[]> {
  const states = await fileStates(home, configuration, storage, systemClock);
  const { trustStores } = storage;
  const shared = await trustStores.read(states.map(({ store }) => store.key));
  return [
    ...Array.from(shared.values()).flatMap(({ entries }) =>
      entries.map(({ alias, certificate }) => validityFinding(`trusted ${alias}`, certificate)),
    ),
    ...states.flatMap(({ store: { key, file_name }, extra, behind }): Found[] => [
      ...(shared.has(key)
        ? []
        : [{ outcome: 'ok' as const, detail: `the next start takes over what ${file_name} holds` }]),
      ...extra.map(({ alias }) => ({
        outcome: 'warning' as const,
        detail: `${file_name} holds ${alias}, which the deployment does not trust: it counts for nothing; countersign truststore adopt takes in what is such`,
      })),
      ...(behind === 0
        ? []
        : [
            {
              outcome: 'ok' as const,
              detail: `${file_name} differs in ${behind} certificates from what the deployment trusts, for they were changed elsewhere; countersign truststore write-file writes it anew`,
            },
          ]),
    ]),
  ];
}

/** Which files and settings of this home are others on the nodes that run, and what those have that counts for nothing. */
export async function nodeFindings({ home, storage, configuration }: Context): Promise<Found[]> {
  const own = await reportOf({ home, clock: systemClock }, configuration, {
    fileStates: () => fileStates(home, configuration, storage, systemClock),
  });
  const others = (await storage.nodes.list(systemClock())).filter(({ node }) => node !== own.node);
  return [
    {
      outcome: 'ok',
      detail: others.length === 0 ? 'no other node runs' : others.map(({ node }) => node).join(', '),
    },
    ...differencesOf([own, ...others]).map((difference) => ({
      outcome: 'warning' as const,
      detail: differenceLine(difference),
    })),
    ...others.flatMap(({ node, extra }) =>
      extra.map(({ file, alias }) => ({
        outcome: 'warning' as const,
        detail: `${file} of ${node} holds ${alias}, which the deployment does not trust: it counts for nothing; countersign truststore adopt there takes in what is such`,
      })),
    ),
  ];
}
