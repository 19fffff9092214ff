import type { FollowedConfiguration } from '../config/configuration.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { followSharedTrust } from './follow-trust.ts';
import { startNodeReports } from './node-reports.ts';
import type { OpenHome } from './open-home.ts';
import type { SharedTrust } from './shared-trust.ts';

/**
 * Follows what other nodes do to the trust stores, and reports this one to them. Where a node has workers its supervisor
 * looks after its files and reports it.
 * @param clientAuthentication undefined in a process that answers no requests
 */
export async function joinNodes(
  opened: OpenHome,
  configuration: FollowedConfiguration,
  shared: SharedTrust,
  clientAuthentication: ClientAuthentication | undefined,
): Promise<{ close(): Promise<void> }> {
  const { isWorker, log } = opened;
  const following = followSharedTrust(shared, configuration, clientAuthentication, log, !isWorker);
  const reports = isWorker ? undefined : await startNodeReports(opened, configuration, shared);
  return {
    async close() {
      following.close();
      await reports?.close();
    },
  };
}
