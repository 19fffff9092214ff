import { certificatesIn, MalformedCertificate } from '@countersign/x509';
import type { ImportedRole, WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';

/** Without a role the rule would judge what another server trusted, and make an authority of it. */
const ROLES = {
  authority: 'authority',
  handshake: 'handshake',
  none: 'handshake',
  by_rule: undefined,
} as const;

/** Judges certificates for trust stores, and adds them: as authorities only where the operator named them so. */
export function trustedCertificateWriter({ trust, by }: WriterContext): RecordWriter<'trusted_certificate'> {
  return {
    async judge({ alias, certificate: pem, role, trust_group }) {
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
      const store = await trust.store(trust_group);
      if (!store)
        return {
          verdict: 'refused',
          field: 'trust_group',
          why: `deployment.toml has no [[trust_group]] ${JSON.stringify(trust_group)}: add it, and import once more`,
        };
      const wanted: ImportedRole = ROLES[role];
      if (store.has(certificate.thumbprint)) {
        // What another server merely trusted says nothing of the role that it was given here.
        const isSame = role === 'none' || (await trust.roleOf(certificate.thumbprint)) === wanted;
        return isSame ? { verdict: 'present' } : { verdict: 'differs', fields: ['role'] };
      }
      if (store.hasAlias(alias)) return { verdict: 'differs', fields: ['certificate'] };
      return {
        verdict: 'add',
        writing: { in: 'own unit', write: () => store.add(alias, certificate, wanted, by) },
      };
    },
  };
}
