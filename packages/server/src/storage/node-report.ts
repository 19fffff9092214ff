import { z } from 'zod';
import { ownMember } from '../own-member.ts';

const text = z.string();

/** A node that has not said anything for so long is gone; milliseconds. */
export const GONE_AFTER = 60_000;
/** For so long it is missed: whoever stops in order says so. */
export const MISSED_FOR = 24 * 3_600_000;

/** What the files of a node are, and what its trust store files hold that counts for nothing. */
export const NodeRecord = z.looseObject({
  host: text,
  home: text,
  version: text,
  started_at: z.int(),
  /** By its name, a hash of what a file or setting of the node is; of secrets nothing. */
  files: z.record(text, text),
  /** Its files that cannot be used as they are: what they held before is in force there. */
  broken: z.array(z.object({ file: text, message: text })).exactOptional(),
  /** Certificates of its trust store files that the deployment never took in. */
  extra: z.array(
    z.object({ store: text, file: text, alias: text, thumbprint: text, subject: text.exactOptional() }),
  ),
});

export type ExtraCertificate = z.output<typeof NodeRecord>['extra'][number];

/** What a node says of itself, every so often. */
export type NodeReport = z.output<typeof NodeRecord> & {
  /** Its host name and home folder: one node is known by both. */
  readonly node: string;
  /** Milliseconds since the epoch. */
  readonly seen_at: number;
};

/** A file or setting that is not the same on every node. */
export type NodeDifference = {
  readonly file: string;
  /** The nodes by the hash; undefined for those that have no such file, or do not set it. */
  readonly sides: readonly { readonly sha256: string | undefined; readonly nodes: readonly string[] }[];
};

/** What differs among nodes, by its name; the side with the most nodes first. */
export function differencesOf(reports: readonly NodeReport[]): readonly NodeDifference[] {
  const names = new Set(reports.flatMap(({ files }) => Object.keys(files)));
  return Array.from(names)
    .toSorted()
    .flatMap((file) => {
      const sides = Map.groupBy(reports, ({ files }) => ownMember(files, file));
      if (sides.size < 2) return [];
      return [
        {
          file,
          sides: Array.from(sides, ([sha256, having]) => ({
            sha256,
            nodes: having.map(({ node }) => node).toSorted(),
          })).toSorted((one, other) => other.nodes.length - one.nodes.length),
        },
      ];
    });
}

/** A difference in a sentence, for the log and the command line. */
export const differenceLine = ({ file, sides }: NodeDifference): string =>
  `${file} is not the same on every node: ${sides
    .map(({ sha256, nodes }) => `${nodes.join(', ')}: ${sha256 === undefined ? 'none' : sha256.slice(0, 12)}`)
    .join('; ')}`;
