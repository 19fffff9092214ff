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

/** A source of revocation data that could not be renewed. Times are milliseconds since the epoch. */
export type UnreachableSource = {
  readonly source: 'crl' | 'ocsp';
  readonly location: string;
  readonly problems: readonly string[];
  readonly at: number;
  /** Until when what is held of it is good; absent where nothing is. */
  readonly next_update?: number | undefined;
};

/** What this process could not renew at its last attempt. */
export const unreachableOf = (revocation: Pick<Revocation, 'states'>): readonly UnreachableSource[] =>
  revocation.states().flatMap(({ kind, location, lastError, nextUpdate }) =>
    lastError === undefined
      ? []
      : [
          {
            source: kind,
            location,
            problems: lastError.problems.map(({ detail }) => detail),
            at: lastError.at,
            ...(nextUpdate !== undefined && { next_update: nextUpdate }),
          },
        ],
  );

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
