import type { PrivateKeyEntry } from '@countersign/x509/key-store';
import { type Watched, watchedOf } from './watched.ts';

/** The certificate of the listeners and those above it, as `[keystore.primary]` holds them. */
export const serverCertificates = ({ alias, chain }: PrivateKeyEntry): readonly Watched[] =>
  chain.map((certificate, index) => ({
    ...watchedOf(certificate),
    kind: 'server',
    key: `server ${certificate.thumbprint}`,
    name:
      index === 0
        ? `the server certificate, ${alias} in [keystore.primary]`
        : `certificate ${index} above ${alias} in [keystore.primary]`,
  }));
