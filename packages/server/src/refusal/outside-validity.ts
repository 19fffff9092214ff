import { type Certificate, certificateDescription, timeText } from '@countersign/x509';
import type { Cause } from './causes.ts';
import type { Evidence } from './refusal.ts';

/**
 * Why a certificate that is not valid at `now`, milliseconds since the epoch, is refused: also for a bound that is no
 * time, or whose frame cannot be read, so that it is never valid; the evidence names the field.
 */
export function outsideValidity(
  certificate: Certificate,
  now: number,
): { readonly because: Cause; readonly evidence: Evidence } {
  const validity = certificate.validityAt(now);
  const { notBefore, notAfter } = certificate;
  const { unreadable } = certificateDescription(certificate);
  const evidence = {
    expected: `${timeText(now)} within the validity period`,
    presented: { not_before: timeText(notBefore), not_after: timeText(notAfter) },
    ...(unreadable && { unreadable }),
  };
  if (validity.kind === 'unreadable') {
    const { field, reason } = validity;
    return { because: 'certificate_unreadable', evidence: { field, reason, ...evidence } };
  }
  return {
    because: validity.kind === 'not-yet-valid' ? 'certificate_not_yet_valid' : 'certificate_expired',
    evidence,
  };
}
