import { certificatesIn, MalformedCertificate } from '@countersign/x509';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';

/** Judges certificates for the client trust store, and adds them: as authorities only where the operator named them so. */
export function trustedCertificateWriter({ trust, by }: WriterContext): RecordWriter<'trusted_certificate'> {
  return {
    async judge({ alias, certificate: pem, role }) {
      let certificates: ReturnType<typeof certificatesIn>;
      try {
        certificates = certificatesIn(pem);
      } catch (error) {
        if (!(error instanceof MalformedCertificate)) throw error;
        return { verdict: 'refused', field: 'certificate', why: error.message };
      }
      const [certificate, ...others] = certificates;
      if (!certificate || others.length > 0)
        return {
          verdict: 'refused',
          field: 'certificate',
          why: `holds ${certificates.length} certificates, not one`,
        };
      if ((await trust.aliasOf(certificate.thumbprint)) !== undefined) return { verdict: 'present' };
      if (await trust.certificateAt(alias)) return { verdict: 'differs', fields: ['certificate'] };
      return {
        verdict: 'add',
        writing: { in: 'own unit', write: () => trust.add(alias, certificate, role, by) },
      };
    },
  };
}
