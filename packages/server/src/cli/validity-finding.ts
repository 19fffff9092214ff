import { type Certificate, isoTime, timeText } from '@countersign/x509';
import { systemClock } from '../clock.ts';
import { type Found, failed, ok, warning } from './doctor/finding.ts';

const DAY_MS = 24 * 3600 * 1000;
const SOON_DAYS = 30;

/** Whether a certificate is valid, and for how long. @param what as a sentence begins with it */
export function validityFinding(what: string, certificate: Certificate): Found {
  const validity = certificate.validityAt(systemClock());
  if (validity.kind === 'unreadable') {
    return failed('certificate_never_valid', `${what} is never valid: ${validity.field}: ${validity.reason}`);
  }
  const days = Math.floor((certificate.notAfter - systemClock()) / DAY_MS);
  const until = isoTime(certificate.notAfter)?.slice(0, 10);
  if (until === undefined) return failed('certificate_never_valid', `${what} ends at ${timeText(undefined)}`);
  if (days < 0) return failed('certificate_expired', `${what} expired on ${until}`);
  if (days < SOON_DAYS) {
    return warning('certificate_expires_soon', `${what} expires in ${days} days, on ${until}`);
  }
  return ok(`${what} is valid until ${until}`);
}
