import { contextTag, type DerElement, DerReader, MalformedDer, onlyElement, TAG } from '../der.ts';
import { der, derSequence } from '../der-encoding.ts';
import { DistinguishedName } from '../distinguished-name.ts';

const DIRECTORY_NAME = contextTag(4, true);
const URI = contextTag(6, false);
const MOST_NAMES = 1000;

/** One string for a GeneralName, equal for those that match: URIs and the like by their exact octets. */
const comparable = (name: DerElement, field: string): string =>
  name.tag === DIRECTORY_NAME
    ? comparableDirectoryName(directoryName(name, field))
    : Buffer.from(name.bytes).toString('hex');

const directoryName = (name: DerElement, field: string): DistinguishedName =>
  DistinguishedName.fromElement(onlyElement(name.content, TAG.sequence, field), field);

/** A directory name as one of the strings that `GeneralNames.comparable` holds. */
export const comparableDirectoryName = (name: DistinguishedName): string =>
  `directoryName ${name.matchingKey}`;

/** GeneralNames (RFC 5280 §4.2.1.6), as far as revocation reads them. */
export type GeneralNames = {
  /** One string for each, equal for names that match. */
  readonly comparable: readonly string[];
  readonly directoryNames: readonly DistinguishedName[];
  readonly uris: readonly string[];
};

/** @param list the element whose content is a sequence of GeneralName @throws MalformedDer */
export function generalNames(list: DerElement, field: string): GeneralNames {
  const names = new DerReader(list.content, field).rest();
  if (names.length > MOST_NAMES) throw new MalformedDer(field, `more than ${MOST_NAMES} names`);
  return {
    comparable: names.map((name) => comparable(name, field)),
    directoryNames: names
      .filter(({ tag }) => tag === DIRECTORY_NAME)
      .map((name) => directoryName(name, field)),
    uris: names
      .filter(({ tag }) => tag === URI)
      .map(({ content }) => Buffer.from(content).toString('latin1')),
  };
}

/**
 * DistributionPointName (RFC 5280 §4.2.1.13), the CHOICE that `wrapper` holds.
 * @param relativeTo the name that a nameRelativeToCRLIssuer adds to; undefined when it is not known
 * @throws MalformedDer
 */
export function distributionPointName(
  wrapper: DerElement,
  relativeTo: DistinguishedName | undefined,
  field: string,
): Pick<GeneralNames, 'comparable' | 'uris'> {
  const reader = new DerReader(wrapper.content, field);
  const choice = reader.any();
  reader.end();
  if (choice.tag === contextTag(0, true)) return generalNames(choice, field);
  if (choice.tag !== contextTag(1, true))
    throw new MalformedDer(field, 'neither fullName nor a relative name');
  const { rdns } = DistinguishedName.fromDer(derSequence(der(TAG.set, choice.content)), field);
  const names = relativeTo ? [new DistinguishedName([...relativeTo.rdns, ...rdns])] : [];
  return { comparable: names.map(comparableDirectoryName), uris: [] };
}
