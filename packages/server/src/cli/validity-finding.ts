import { type Certificate, isoTime, timeText } from '@countersign/x509';
import { systemClock } from '../clock.ts';
import type { Found } from './trust-findings.ts';

const DAY_MS = 24 * 3600 * 1000;
const SOON_DAYS = 30;

/** Whether a certificate is valid, and for how long. @param what as a sentence begins with it */
export function validityFinding(what: string, certificate: Certificate): Found {
  const validity = certificate.validityAt(systemClock());
  if (validity.kind === 'unreadable') {
    return { outcome: 'failed', detail: `${what} is never valid: ${validity.field}: ${validity.reason}` };
  }
  const days = Math.floor((certificate.notAfter - systemClock()) / DAY_MS);
  const until = isoTime(certificate.notAfter)?.slice(0, 10);
  if (until === undefined) return { outcome: 'failed', detail: `${what} ends at ${timeText(undefined)}` };
  if (days < 0) return { outcome: 'failed', detail: `${what} expired on ${until}` };
  if (days < SOON_DAYS) return { outcome: 'warning', detail: `${what} expires in ${days} days, on ${until}` };
  return { outcome: 'ok', detail: `${what} is valid until ${until}` };
}
