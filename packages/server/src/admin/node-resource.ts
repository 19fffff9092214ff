import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { differencesOf, type NodeReport } from '../storage/node-report.ts';
import { type AdminRoute, adminRoute } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

const Extra = z
  .object({
    store: z.string().describe('The section of deployment.toml that names the file.'),
    file: z.string(),
    alias: z.string(),
    'x5t#S256': z.string(),
    subject: z.string().optional(),
  })
  .meta({ id: 'ExtraCertificate' });
const NodeAnswer = z
  .object({
    node: z.string().describe('Its host name and home folder.'),
    this_node: z.boolean().describe('Whether it is the one that answers.'),
    host: z.string(),
    home: z.string(),
    version: z.string(),
    started_at: Timestamp,
    seen_at: Timestamp,
    extra: z
      .array(Extra)
      .describe(
        'Certificates that its trust store files brought along and the deployment does not trust: they count for nothing.',
      ),
  })
  .meta({ id: 'Node' });
const Difference = z
  .object({
    file: z.string().describe('A file or setting of each node.'),
    sides: z.array(
      z.object({
        sha256: z.string().optional().describe('Absent for nodes that do not have it.'),
        nodes: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'NodeDifference' });
const Answer = z
  .object({
    items: z.array(NodeAnswer).describe('Empty where the database is one node’s own.'),
    differences: z.array(Difference).describe('Files and settings that are not the same on every node.'),
  })
  .meta({ id: 'Nodes' });

const nodeAnswer = (
  { node, host, home, version, started_at, seen_at, extra }: NodeReport,
  own: string,
): z.infer<typeof NodeAnswer> => ({
  node,
  this_node: node === own,
  host,
  home,
  version,
  started_at: timestamp(started_at),
  seen_at: timestamp(seen_at),
  extra: extra.map(({ store, file, alias, thumbprint, subject }) => ({
    store,
    file,
    alias,
    'x5t#S256': thumbprint,
    ...(subject !== undefined && { subject }),
  })),
});

/** `/nodes`: the nodes that share the database, and what of theirs differs. @param own the node that answers */
export function nodeRoutes(
  nodes: { list(now: number): Promise<readonly NodeReport[]> },
  own: string,
  clock: Clock,
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/nodes',
      summary: 'List the nodes that share the database, and which of their files and settings differ',
      tag: 'nodes',
      area: 'settings',
      access: 'read',
      response: Answer,
      handle: async () => {
        const reports = await nodes.list(clock());
        return {
          items: reports.map((report) => nodeAnswer(report, own)),
          differences: differencesOf(reports).map(({ file, sides }) => ({
            file,
            sides: sides.map(({ sha256, nodes: having }) => ({
              ...(sha256 !== undefined && { sha256 }),
              nodes: [...having],
            })),
          })),
        };
      },
    }),
  ];
}
