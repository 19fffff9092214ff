import { timeText } from '@countersign/x509';
import { systemClock } from '../clock.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import { reportOf } from '../server/node-reports.ts';
import { fileStates } from '../server/shared-trust.ts';
import { differenceLine, differencesOf, type NodeReport } from '../storage/node-report.ts';
import type { Storage } from '../storage/storage.ts';
import { type Found, failed, ok, warning } from './doctor/finding.ts';

type Context = {
  readonly home: string;
  readonly storage: Pick<Storage, 'trustStores' | 'nodes' | 'reach'>;
  readonly configuration: FollowedConfiguration;
};

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;
/** Nodes say something every ten seconds. */
const SILENT_AFTER = 45 * SECOND;
/** Where no `base_url` stands, these make the issuer. */
const OF_ISSUER = ['server.base_url', 'server.hostname', 'server.port'].map(
  (key) => `${key} of deployment.toml`,
);

/** How the trust stores that nodes share, and the files of this node, stand to one another. */
export async function sharedTrustFindings({ home, storage, configuration }: Context): Promise<Found[]> {
  const states = await fileStates(home, configuration, storage, systemClock);
  const { trustStores } = storage;
  const shared = await trustStores.read(states.map(({ store }) => store.key));
  return [
    ...states.flatMap(({ store: { key, file_name }, extra, behind }): Found[] => [
      ...(shared.has(key) ? [] : [ok(`the next start takes over what ${file_name} holds`)]),
      ...extra.map(({ alias }) =>
        warning(
          'trust_store_extra',
          `${file_name} holds ${alias}, which the deployment does not trust: it counts for nothing; countersign truststore adopt takes in what is such`,
        ),
      ),
      ...(behind === 0
        ? []
        : [
            ok(
              `${file_name} differs in ${behind} certificates from what the deployment trusts, for they were changed elsewhere; countersign truststore write-file writes it anew`,
            ),
          ]),
    ]),
  ];
}

/** Whether what differs makes another issuer: where all nodes have the same `base_url`, nothing else does. */
function makesAnotherIssuer(file: string, reports: readonly NodeReport[]): boolean {
  const [baseUrl = ''] = OF_ISSUER;
  return (
    file === baseUrl ||
    (OF_ISSUER.includes(file) && reports.some(({ files }) => !Object.hasOwn(files, baseUrl)))
  );
}

/**
 * What is not the same on the nodes of a deployment, each named: files and settings, versions, and those that are silent.
 * @param own this home, whether or not a server runs in it
 * @param others what the other nodes said last, also those that said nothing for long
 * @param now milliseconds since the epoch
 */
export function differenceFindings(
  own: NodeReport,
  others: readonly NodeReport[],
  now: number,
): readonly Found[] {
  const [running, silent] = [others.filter(isHeard(now)), others.filter((each) => !isHeard(now)(each))];
  const all = [own, ...running];
  const versions = Map.groupBy(all, ({ version }) => version);
  return [
    ok(running.length === 0 ? 'no other node runs' : running.map(({ node }) => node).join(', ')),
    ...differencesOf(all).map((difference) =>
      makesAnotherIssuer(difference.file, all)
        ? failed('node_issuer_differs', differenceLine(difference))
        : warning('node_differs', differenceLine(difference)),
    ),
    ...(versions.size < 2
      ? []
      : [
          warning(
            'node_version_differs',
            `nodes run different versions: ${Array.from(versions, ([version, nodes]) => `${version} on ${nodes.map(({ node }) => node).join(', ')}`).join('; ')}`,
          ),
        ]),
    ...silent.map(({ node, seen_at }) =>
      warning(
        'node_silent',
        `${node} has said nothing since ${timeText(seen_at)}: it ended without saying so, or does not reach the database`,
      ),
    ),
    ...running.flatMap(({ node, extra }) =>
      extra.map(({ file, alias }) =>
        warning(
          'trust_store_extra',
          `${file} of ${node} holds ${alias}, which the deployment does not trust: it counts for nothing; countersign truststore adopt there takes in what is such`,
        ),
      ),
    ),
  ];
}

const isHeard =
  (now: number) =>
  ({ seen_at }: NodeReport): boolean =>
    seen_at > now - SILENT_AFTER;

/** Which files and settings of this home are others on the nodes that run, and what those have that counts for nothing. */
export async function nodeFindings({ home, storage, configuration }: Context): Promise<readonly Found[]> {
  const own = await reportOf({ home, clock: systemClock }, configuration, {
    fileStates: () => fileStates(home, configuration, storage, systemClock),
  });
  const now = systemClock() + storage.reach.clockOffset();
  // A word that has expired stands there until it is swept away.
  const others = (await storage.nodes.list(now - DAY)).filter(({ node }) => node !== own.node);
  return differenceFindings(own, others, now);
}
