import { certificateDescription } from '@countersign/x509';
import { TRUST_ROLES } from '../client/trust-role.ts';
import {
  type DescribedStanding,
  describeStanding,
  howToName,
  isUnconfirmed,
  standingLine,
} from './authority.ts';
import type { Judged, JudgedStores } from './judged-stores.ts';
import { publicAuthoritiesAmong } from './public-authorities.ts';

/** An entry of a store as a person is told of it. */
export type ReportedEntry = DescribedStanding & {
  /** `the trust store`, `the trust group partners`. */
  readonly store: string;
  readonly alias: string;
  readonly thumbprint: string;
  readonly subject: string;
  /** Whether it is an authority of the public web, from which anybody gets a certificate. */
  readonly of_public_web: boolean;
  /** What makes it the one or the other, where nobody confirmed it: commands, or what to write into deployment.toml. */
  readonly to_confirm: readonly string[];
};

/** What the entries of all stores are. */
export function trustReport({ store, groups }: JudgedStores): readonly ReportedEntry[] {
  const reported = (
    group: string | undefined,
    { entries, authorities }: Judged,
  ): readonly ReportedEntry[] => {
    const ofPublicWeb = new Set(publicAuthoritiesAmong(authorities).map(({ thumbprint }) => thumbprint));
    return entries.map(({ alias, certificate, standing }) => ({
      ...describeStanding(certificate, standing),
      store: group === undefined ? 'the trust store' : `the trust group ${group}`,
      alias,
      thumbprint: certificate.thumbprint,
      subject: certificateDescription(certificate).subject,
      of_public_web: ofPublicWeb.has(certificate.thumbprint),
      to_confirm: isUnconfirmed(certificate, standing)
        ? TRUST_ROLES.map((role) =>
            howToName(group === undefined ? alias : certificate.thumbprint, standing, role),
          )
        : [],
    }));
  };
  return [
    ...reported(undefined, store),
    ...Array.from(groups, ([name, group]) => reported(name, group)).flat(),
  ];
}

/** The entry in a line for the log and the command line. */
export const reportLine = (entry: ReportedEntry): string =>
  `in ${entry.store}: ${entry.alias}: ${standingLine(entry)}`;
