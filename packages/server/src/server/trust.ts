import type { Certificate } from '../certificate/certificate.ts';
import { certificateToPem } from '../certificate/pem.ts';
import type { PresentedCertificate } from '../certificate/presented-certificate.ts';
import type { StoreContents } from '../config/live-deployment.ts';
import type { ServerCertificate } from '../transport/https-listener.ts';

/** The server's key and chain as TLS takes them. */
export function serverCertificateOf({ serverKey }: StoreContents): ServerCertificate {
  return {
    key: serverKey.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: serverKey.chain.map(certificateToPem).join(''),
  };
}

/** What this deployment trusts, as its stores hold it now. */
export type Trust = {
  /** The global trust anchors; the same array until the trust store changes. */
  anchors(): readonly Certificate[];
  /** Whether a certificate may be seen at all; see `trustManagerClassName`. */
  admits(presented: PresentedCertificate): boolean;
};

/**
 * @param stores asked every time, so that a changed trust store counts at once
 * @param lenient whether the page's trust manager is on, which admits every certificate
 */
export function createTrust(stores: () => StoreContents, lenient: boolean): Trust {
  let read: StoreContents | undefined;
  let anchors: readonly Certificate[] = [];
  let thumbprints: ReadonlySet<string> = new Set();

  const refresh = () => {
    const contents = stores();
    if (contents === read) return;
    read = contents;
    anchors = contents.trusted.flatMap((entry) =>
      entry.kind === 'trusted-certificate' ? [entry.certificate] : entry.chain.slice(0, 1),
    );
    thumbprints = new Set(anchors.map((anchor) => anchor.thumbprint));
  };

  return {
    anchors() {
      refresh();
      return anchors;
    },
    admits({ certificate }) {
      if (lenient) return true;
      refresh();
      return thumbprints.has(certificate.thumbprint);
    },
  };
}
