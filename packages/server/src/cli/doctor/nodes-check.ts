import { sharesTrust } from '../../server/shared-trust.ts';
import { nodeFindings } from '../node-findings.ts';
import { check } from './check.ts';

/** What is not the same on the nodes that share a database. */
export const nodesCheck = check('nodes', async ({ home, configuration, storage, stores }) => {
  if (!sharesTrust(configuration.atStart)) return [];
  const opened = await storage();
  return opened === undefined
    ? []
    : await nodeFindings({ home, storage: opened, configuration: await stores() });
});
