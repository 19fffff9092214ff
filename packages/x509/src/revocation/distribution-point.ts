import { contextTag, type DerElement, DerReader, MalformedDer, members, TAG } from '../der.ts';
import { der, derSequence } from '../der-encoding.ts';
import { DistinguishedName } from '../distinguished-name.ts';
import { type Extension, extensionElement } from '../extension.ts';
import { type GeneralName, generalNames } from '../general-name.ts';
import { reasonMask } from './reason.ts';

/** A DistributionPoint of a certificate (RFC 5280 §4.2.1.13): where a CRL about it stands. */
export type DistributionPoint = {
  /** Its names; undefined when it has none. */
  readonly names?: readonly GeneralName[];
  /** Those of its names that are URIs. */
  readonly uris: readonly string[];
  /** Mask of ReasonFlags, `1 << n` for bit n; undefined means every reason. */
  readonly reasons?: number;
  /** The directory names of cRLIssuer; undefined means the certificate's own issuer. */
  readonly crlIssuers?: readonly DistinguishedName[];
};

const MOST_NAMES = 1000;
const MOST_POINTS = 100;

const urisIn = (names: readonly GeneralName[]): string[] =>
  names.flatMap((name) => (name.kind === 'uri' ? [name.value] : []));

/** The directory names among the GeneralNames in `list`. @throws MalformedDer */
export const directoryNamesIn = (list: DerElement, field: string): DistinguishedName[] =>
  generalNames(list, field, MOST_NAMES).flatMap((name) => (name.kind === 'directoryName' ? [name.name] : []));

/**
 * DistributionPointName (RFC 5280 §4.2.1.13), the CHOICE that `wrapper` holds.
 * @param relativeTo the name that a nameRelativeToCRLIssuer adds to; undefined when it is not known
 * @throws MalformedDer
 */
export function distributionPointName(
  wrapper: DerElement,
  relativeTo: DistinguishedName | undefined,
  field: string,
): GeneralName[] {
  const reader = new DerReader(wrapper.content, field);
  const choice = reader.any();
  reader.end();
  if (choice.tag === contextTag(0, true)) return generalNames(choice, field, MOST_NAMES);
  if (choice.tag !== contextTag(1, true))
    throw new MalformedDer(field, 'neither fullName nor a relative name');
  const { rdns } = DistinguishedName.fromDer(derSequence(der(TAG.set, choice.content)), field);
  if (relativeTo === undefined) return [];
  return [{ kind: 'directoryName', name: new DistinguishedName([...relativeTo.rdns, ...rdns]) }];
}

function distributionPoint({ content }: DerElement, issuer: DistinguishedName): DistributionPoint {
  const field = 'DistributionPoint';
  const reader = new DerReader(content, field);
  const name = reader.optional(contextTag(0, true));
  const reasons = reader.optional(contextTag(1, false));
  const issuers = reader.optional(contextTag(2, true));
  reader.end();
  const crlIssuers = issuers && directoryNamesIn(issuers, field);
  const names = name && distributionPointName(name, crlIssuers ? crlIssuers[0] : issuer, field);
  return {
    ...(names && { names }),
    uris: urisIn(names ?? []),
    ...(reasons && { reasons: reasonMask(reasons, field) }),
    ...(crlIssuers && { crlIssuers }),
  };
}

/**
 * The distribution points in an extension; none when it is absent.
 * @param issuer of the certificate or CRL that carries it
 * @throws MalformedDer
 */
export function distributionPointsIn(
  extensions: readonly Extension[],
  name: 'cRLDistributionPoints' | 'freshestCRL',
  issuer: DistinguishedName,
): DistributionPoint[] {
  const list = extensionElement(extensions, name, TAG.sequence);
  if (list === undefined) return [];
  const points = members(list, name);
  if (points.length > MOST_POINTS) throw new MalformedDer(name, `more than ${MOST_POINTS} members`);
  return points.map((point) => distributionPoint(point, issuer));
}

/** The URIs in a freshestCRL extension, of a certificate or a CRL (RFC 5280 §5.2.6). @throws MalformedDer */
export const freshestUrisIn = (extensions: readonly Extension[], issuer: DistinguishedName): string[] =>
  distributionPointsIn(extensions, 'freshestCRL', issuer).flatMap(({ uris }) => uris);
