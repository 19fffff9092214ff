import type { Troubles } from '../admin/attention-resource.ts';
import type { Clock } from '../clock.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import { type UnreachableSource, unreachableOf } from '../expiry/crls.ts';
import { unreachableElsewhere } from '../expiry/held.ts';
import type { Revocation } from '../outbound/revocation.ts';
import { differencesOf } from '../storage/node-report.ts';
import type { Storage } from '../storage/storage.ts';

/** Of what several processes could not reach, the latest attempt. */
function latest(all: readonly UnreachableSource[]): readonly UnreachableSource[] {
  const byLocation = Map.groupBy(all, ({ source, location }) => `${source} ${location}`);
  return Array.from(byLocation, ([, same]) =>
    same.toSorted((one, other) => other.at - one.at).slice(0, 1),
  ).flat();
}

/** What is wrong in a deployment: of this node as this process sees it, of others as they say it. */
export function createTroubles(
  configuration: Pick<FollowedConfiguration, 'standing'>,
  storage: Pick<Storage, 'nodes' | 'held'>,
  revocation: Pick<Revocation, 'states'>,
  own: string,
  clock: Clock,
): Troubles {
  return {
    async ofNodes() {
      const now = clock();
      const [reports, missing] = await Promise.all([storage.nodes.list(now), storage.nodes.missing(now)]);
      const { broken, waiting } = configuration.standing();
      const others = reports.filter(({ node }) => node !== own);
      return {
        broken: [
          ...broken.map(({ file, error }) => ({ node: own, file, message: error.message })),
          ...others.flatMap(({ node, broken: files = [] }) =>
            files.map(({ file, message }) => ({ node, file, message })),
          ),
        ],
        waiting: waiting.length > 0 ? [{ node: own, keys: waiting }] : [],
        missing: missing
          .filter(({ node }) => node !== own)
          .map(({ node, seen_at, version }) => ({ node, seen_at, version })),
        differing: differencesOf(reports).map(({ file }) => file),
      };
    },
    async unreachable() {
      return latest([...unreachableOf(revocation), ...(await unreachableElsewhere(storage.held, clock()))]);
    },
  };
}
