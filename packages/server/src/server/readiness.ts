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
  return async () => {
    if (refusesRequests(opened)) return 'unavailable';
    try {
      await opened.storage.signingKeys.list();
      return 'ready';
    } catch {
      return 'unavailable';
    }
  };
}
