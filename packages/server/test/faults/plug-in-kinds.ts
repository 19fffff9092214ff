import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestDeployment, TestHome } from '../countersign-process.ts';
import { eventually } from '../eventually.ts';
import { post } from '../token-client.ts';
import { anyOf, type Cluster, type Node, tokenOf } from './cluster.ts';

const NAME = 'hostile';
const READY_MS = 60_000;
/** After that what throws later has thrown. */
const LATER_MS = 200;

/** What a plug-in does to the process that it runs in. */
const DEEDS = {
  'that blocks': 'for (;;);',
  'that throws later': `setTimeout(() => { throw new Error('thrown in a timer'); }, 10);`,
  'that runs out of memory': 'for (const kept = []; ; ) kept.push({ kept: [...kept.slice(-1000)] });',
  'that exits': 'process.exit(3);',
} as const;

export type Deed = keyof typeof DEEDS;

export const DEEDS_OF_PLUG_INS = Object.keys(DEEDS).filter((deed): deed is Deed => deed in DEEDS);

const assertionOf = (command: 'serve' | 'do it') => ({
  grant_type: 'client_credentials',
  client_assertion: `${NAME} ${command}`,
});

/** A plug-in that vouches for a client, until it is asked to do something to its process. */
const sourceOf = (deed: Deed, client_id: string) => `
export default {
  name: '${NAME}',
  authenticate({ client_assertion }) {
    if (client_assertion === '${NAME} serve') return { outcome: 'accepted', client_id: '${client_id}' };
    if (client_assertion === '${NAME} do it') { ${DEEDS[deed]} }
    return { outcome: 'passed' };
  },
};
`;

/** What a fault is of which a plug-in of each node is the cause. */
export function plugInFault(deed: Deed) {
  const client_id = 'vouched-for';
  const ended: string[] = [];
  let isRegistered = false;
  const serves = async (node: Node) => {
    const answer = await tokenOf(node, assertionOf('serve')).catch(() => undefined);
    return answer?.status === 200;
  };
  const deployment: TestDeployment = {
    event_listener: [{ id: NAME, name: NAME, order: 300 }],
  };
  return {
    deployment,
    prepareHome: ({ home }: TestHome) =>
      writeFile(join(home, 'repository/components/dropins', `${NAME}.mjs`), sourceOf(deed, client_id)),
    async fault({ nodes, register }: Cluster) {
      if (!isRegistered) {
        await register({ client_id, redirect_uris: [], grant_types: ['client_credentials'] });
        isRegistered = true;
      }
      const node = anyOf(nodes);
      await eventually(() => serves(node), Boolean, READY_MS);
      await post(`${node.url}/oauth2/token`, assertionOf('do it')).catch(() => undefined);
      await delay(LATER_MS);
      const { exitCode, signalCode } = node.running.process;
      if (exitCode !== null || signalCode !== null) {
        ended.push(`node ${node.name} ended with ${exitCode ?? signalCode}`);
        await node.start();
      }
    },
    examine: async () => ended,
  };
}
