import { type Certificate, certificateDescription, timeText } from '@countersign/x509';
import type { Cause } from './causes.ts';
import type { Evidence } from './refusal.ts';

/**
 * Why a certificate that is not valid at `now`, milliseconds since the epoch, is refused: also for a bound that is no
 * time, which the evidence names.
 */
export function outsideValidity(
  certificate: Certificate,
  now: number,
): { readonly because: Cause; readonly evidence: Evidence } {
  const { notBefore, notAfter } = certificate;
  const { unreadable } = certificateDescription(certificate);
  const because =
    now < notBefore
      ? 'certificate_not_yet_valid'
      : now > notAfter
        ? 'certificate_expired'
        : 'certificate_validity_unreadable';
  return {
    because,
    evidence: {
      expected: `${timeText(now)} within the validity period`,
      presented: { not_before: timeText(notBefore), not_after: timeText(notAfter) },
      ...(unreadable && { unreadable }),
    },
  };
}
