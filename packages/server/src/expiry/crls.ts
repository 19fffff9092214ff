import { MalformedCertificate, MalformedDer } from '@countersign/x509';
import { Crl } from '@countersign/x509/revocation';
import type { Revocation } from '../outbound/revocation.ts';
import type { Watched } from './watched.ts';

type Read = {
  readonly location: string;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
};

const watched = ({ location, thisUpdate, nextUpdate }: Read): Watched => ({
  kind: 'crl',
  key: `crl ${location}`,
  name: location,
  not_before: thisUpdate,
  not_after: nextUpdate,
});

/** The CRLs that this process holds, and when the next ones are due (RFC 5280 §5.1.2.5). */
export const heldCrls = (revocation: Pick<Revocation, 'states'>): readonly Watched[] =>
  revocation
    .states()
    .flatMap(({ kind, location, thisUpdate, nextUpdate }) =>
      kind === 'crl' && thisUpdate !== undefined ? [watched({ location, thisUpdate, nextUpdate })] : [],
    );

/**
 * The CRLs of files, for a process that holds none. One that cannot be read is watched as what nobody can say the end of.
 * @param files what each file holds, by its path
 */
export const crlsOfFiles = (files: ReadonlyMap<string, Uint8Array>): readonly Watched[] =>
  Array.from(files, ([location, bytes]) => {
    try {
      const { thisUpdate, nextUpdate } = Crl.parse(bytes, bytes.length);
      return watched({ location, thisUpdate, nextUpdate });
    } catch (error) {
      if (!(error instanceof MalformedDer || error instanceof MalformedCertificate)) throw error;
      return { kind: 'crl', key: `crl ${location}`, name: location, not_after: undefined };
    }
  });
