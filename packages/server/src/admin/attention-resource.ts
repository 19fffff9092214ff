import { z } from 'zod';
import type { UnreachableSource } from '../expiry/crls.ts';
import type { Administrator } from './administrator.ts';
import { type AdminRoute, adminRoute } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

const node = z.string().describe('Its host name and home folder.');
const this_node = z.boolean().describe('Whether it is the node that answers.');

const BrokenFile = z
  .object({
    kind: z.literal('file_broken'),
    node,
    this_node,
    file: z.string(),
    message: z.string().describe('What is wrong with it, with line and column where it has any.'),
  })
  .meta({ id: 'BrokenFile' });
const WaitingSettings = z
  .object({
    kind: z.literal('restart_needed'),
    node,
    this_node,
    keys: z
      .array(z.string())
      .describe('Keys of deployment.toml that were changed and count from the next start on.'),
  })
  .meta({ id: 'RestartNeeded' });
const MissingNode = z
  .object({ kind: z.literal('node_missing'), node, seen_at: Timestamp, version: z.string() })
  .meta({ id: 'MissingNode' });
const DifferingNodes = z
  .object({
    kind: z.literal('nodes_differ'),
    files: z.array(z.string()).describe('Files and settings that are not the same on every node.'),
  })
  .meta({ id: 'DifferingNodes' });
const UnreachableAnswer = z
  .object({
    kind: z.literal('revocation_unreachable'),
    source: z.enum(['crl', 'ocsp']),
    location: z.string().describe('URL or path.'),
    problems: z.array(z.string()),
    at: Timestamp.describe('When it was last tried.'),
    next_update: Timestamp.optional().describe(
      'Until when what is held of it is good; absent where nothing is held.',
    ),
  })
  .meta({ id: 'UnreachableSource' });

const Answer = z
  .object({
    items: z.array(
      z.discriminatedUnion('kind', [
        BrokenFile,
        WaitingSettings,
        MissingNode,
        DifferingNodes,
        UnreachableAnswer,
      ]),
    ),
  })
  .meta({ id: 'Attention' });

/** What is wrong in a deployment now. Times are milliseconds since the epoch. */
export type Troubles = {
  /** Of nodes and their files. */
  ofNodes(): Promise<{
    readonly broken: readonly { readonly node: string; readonly file: string; readonly message: string }[];
    readonly waiting: readonly { readonly node: string; readonly keys: readonly string[] }[];
    readonly missing: readonly {
      readonly node: string;
      readonly seen_at: number;
      readonly version: string;
    }[];
    readonly differing: readonly string[];
  }>;
  unreachable(): Promise<readonly UnreachableSource[]>;
};

/** Files and settings that are named at most. */
const NAMED = 50;

async function ofNodes(troubles: Troubles, own: string): Promise<z.infer<typeof Answer>['items']> {
  const { broken, waiting, missing, differing } = await troubles.ofNodes();
  return [
    ...broken.map((each) => ({
      kind: 'file_broken' as const,
      ...each,
      this_node: each.node === own,
    })),
    ...missing.map(({ node: name, seen_at, version }) => ({
      kind: 'node_missing' as const,
      node: name,
      seen_at: timestamp(seen_at),
      version,
    })),
    ...waiting.map(({ node: name, keys }) => ({
      kind: 'restart_needed' as const,
      node: name,
      this_node: name === own,
      keys: [...keys],
    })),
    ...(differing.length > 0 ? [{ kind: 'nodes_differ' as const, files: differing.slice(0, NAMED) }] : []),
  ];
}

async function ofSources(troubles: Troubles): Promise<z.infer<typeof Answer>['items']> {
  return (await troubles.unreachable()).map(({ source, location, problems, at, next_update }) => ({
    kind: 'revocation_unreachable' as const,
    source,
    location,
    problems: [...problems],
    at: timestamp(at),
    ...(next_update !== undefined && { next_update: timestamp(next_update) }),
  }));
}

/** `/attention`: what is broken now and somebody should mend. @param own the node that answers */
export function attentionRoutes(troubles: Troubles, own: string): readonly AdminRoute[] {
  const sees = ({ power }: Administrator) => ({
    nodes: power.has('settings:read'),
    sources: power.has('trust:read'),
  });
  return [
    adminRoute({
      method: 'GET',
      path: '/attention',
      summary:
        'List what is broken now: files of nodes that cannot be used, nodes that are missing or differ, revocation data that cannot be had; of the areas that the caller reads',
      tag: 'attention',
      area: ['settings', 'trust'],
      access: 'read',
      response: Answer,
      handle: async ({ administrator }) => {
        const { nodes, sources } = sees(administrator);
        const [first, second] = await Promise.all([
          nodes ? ofNodes(troubles, own) : [],
          sources ? ofSources(troubles) : [],
        ]);
        const [broken, rest] = [
          first.filter(({ kind }) => kind === 'file_broken' || kind === 'node_missing'),
          first.filter(({ kind }) => kind !== 'file_broken' && kind !== 'node_missing'),
        ];
        return { items: [...broken, ...second, ...rest] };
      },
    }),
  ];
}
