import { certificateDescription, type PresentedCertificate } from '@countersign/x509';

/** The presented certificate as an operator reads it in a log, an event or an explanation. */
export function describeCertificate(presented: PresentedCertificate): Readonly<Record<string, unknown>> {
  const { certificate, source, chain } = presented;
  return {
    ...certificateDescription(certificate),
    chain_length: chain.length,
    source: source.kind === 'tls' ? 'tls' : `${source.header} from ${source.proxy}`,
  };
}
