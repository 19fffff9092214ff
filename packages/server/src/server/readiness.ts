import type { Health } from '../endpoint/health.ts';
import type { OpenHome } from './open-home.ts';

/** Whether what would be done could not be written down, and so is not done. */
export const refusesRequests = ({
  configuration,
  auditTrail,
}: Pick<OpenHome, 'configuration' | 'auditTrail'>): boolean =>
  configuration.atStart.logging.audit_unwritable === 'refuse' && !auditTrail.isWritable();

/** Whether an open home can be worked with. */
export function createReadiness(
  opened: Pick<OpenHome, 'configuration' | 'auditTrail' | 'storage'>,
): Health['readiness'] {
  const { reach } = opened.storage;
  return async (writes) => {
    if (refusesRequests(opened) || reach.state() === 'lost') return 'unavailable';
    // What holds for seconds would end too early or too late.
    if (!reach.isClockRight()) return 'unavailable';
    if (writes && !(await reach.canWrite())) return 'unavailable';
    return reach.state() === 'reached' ? 'ready' : 'degraded';
  };
}
