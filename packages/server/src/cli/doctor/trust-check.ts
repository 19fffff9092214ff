import { sharesTrust } from '../../server/shared-trust.ts';
import { sharedTrustFindings } from '../node-findings.ts';
import { trustFindings } from '../trust-findings.ts';
import { check } from './check.ts';
import { ok } from './finding.ts';

/** What vouches for clients, and why. */
export const trustCheck = check('trust', async ({ home, configuration, storage, stores }) => {
  const opened = await storage();
  if (opened === undefined) return [ok('not judged: that needs the database')];
  const followed = await stores();
  return [
    ...(await trustFindings(followed, opened)),
    ...(sharesTrust(configuration.atStart)
      ? await sharedTrustFindings({ home, storage: opened, configuration: followed })
      : []),
  ];
});
