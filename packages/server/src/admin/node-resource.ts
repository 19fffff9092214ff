import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { tryChange } from '../storage/commit-change.ts';
import { differencesOf, type NodeReport } from '../storage/node-report.ts';
import type { Storage } from '../storage/storage.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';
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

/** `/nodes`: the nodes that share the database, what of theirs differs, and which are gone. @param own the node that answers */
export function nodeRoutes(
  storage: Pick<Storage, 'nodes' | 'commit'>,
  events: Pick<EventRecorder, 'prepare'>,
  own: string,
  clock: Clock,
): readonly AdminRoute[] {
  const { nodes } = storage;
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
    adminRoute({
      method: 'DELETE',
      path: '/nodes/{node}',
      summary:
        'Forget a node that is missing and will not come back; one that reports itself all the same is known again',
      tag: 'nodes',
      area: 'settings',
      access: 'write',
      params: z.object({ node: z.string().max(4000).describe('Its host name and home folder.') }),
      handle: async ({ params: { node }, administrator }) => {
        const now = clock();
        const missing = (await nodes.missing(now)).find((report) => report.node === node);
        const { outcome } = await tryChange({ storage, events }, [nodes.steps.forget(node, now)], {
          type: 'node.forgotten',
          outcome: 'success',
          actor: administrator,
          object: { kind: 'node', id: node },
          ...(missing && {
            changes: { seen_at: { old: timestamp(missing.seen_at) }, version: { old: missing.version } },
          }),
        });
        if (outcome === 'refused') throw new NotFound(`no node ${JSON.stringify(node)} is missing`);
      },
    }),
  ];
}
