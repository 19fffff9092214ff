import { ATTRIBUTE } from './attribute-type.ts';
import { DistinguishedName } from './distinguished-name.ts';
import { InvalidDistinguishedName, readSlashText, readText } from './text.ts';

/** How a registered subject was written. */
export type WrittenForm =
  /** Most specific first: RFC 4514, Java, browsers. */
  | 'rfc4514'
  /** Root first with commas: `openssl x509 -subject`. */
  | 'openssl'
  /** Root first with slashes: openssl's one-line form. */
  | 'openssl-oneline';

/** A subject DN as it was understood. */
export type RegisteredSubjectDn = {
  /** RFC 4514 text of the name kept: register and show this. */
  readonly canonical: string;
  readonly writtenForm: WrittenForm;
  /** Present when another reading was possible or the text was rewritten: names the form kept. */
  readonly warning?: string;
};

const { CN, C, L, ST, O, UID, DC, GN, SN, emailAddress } = ATTRIBUTE;
/** Types that name a place or an organisation, which stand near the root of a name. */
const BROAD = new Set<string>([C, DC, ST, L, O]);
/** Types that name one person or thing, which stand at the end of a name. */
const NARROW = new Set<string>([CN, UID, GN, SN, emailAddress]);

/**
 * Which end of a sequence of relative names is the root: `start`, `end`, or undefined when the types do not
 * tell. They tell when every C, DC, ST, L and O stands on one side of every CN, UID, GN, SN and
 * emailAddress; without one of either group, when every C and DC stands on one side of every O, ST and L.
 */
function rootEnd(rdns: DistinguishedName['rdns']): 'start' | 'end' | undefined {
  const positions = (types: ReadonlySet<string>): number[] =>
    rdns.flatMap((rdn, index) => (rdn.some(({ type }) => types.has(type)) ? [index] : []));
  const side = (outer: readonly number[], inner: readonly number[]): 'start' | 'end' | undefined => {
    if (outer.length === 0 || inner.length === 0) return undefined;
    if (Math.max(...outer) < Math.min(...inner)) return 'start';
    return Math.min(...outer) > Math.max(...inner) ? 'end' : undefined;
  };
  const narrow = positions(NARROW);
  const broad = positions(BROAD);
  return narrow.length > 0 && broad.length > 0
    ? side(broad, narrow)
    : side(positions(new Set([C, DC])), positions(new Set([O, ST, L])));
}

/**
 * The name in conventional order, root first, when its attribute types tell which end is the root; else as
 * it is. Subjects are compared in this order, so that a certificate whose issuer encoded `CN … C` matches
 * the same text as one encoded `C … CN`. It makes a name equal to its own exact reverse and to nothing else.
 */
export function inConventionalOrder(name: DistinguishedName): DistinguishedName {
  return rootEnd(name.rdns) === 'end' ? name.reversed() : name;
}

const LABEL = /^\s*(?:subject|issuer)\s*[=:]\s*/i;

/**
 * Reads a subject DN as a person pastes it, and decides which of its two possible orders was written.
 *
 * RFC 4514, Java and browsers write the most specific name first, openssl the root first; both use commas.
 * The rule: when the attribute types tell the root's end (`rootEnd`: a country, domain, place or
 * organisation stands nearer the root than a common name), the text is read that way, whoever wrote it. When
 * they do not, it is read as RFC 4514 and the warning says so. Text that starts with `/` is root first by
 * definition. The canonical text reads as itself: normalising it again changes nothing.
 *
 * Certificates are compared in conventional order too (`inConventionalOrder`), so both writings match the
 * same certificate, however its issuer ordered the subject.
 *
 * @throws InvalidDistinguishedName also when the text names nothing
 */
export function normaliseRegisteredSubjectDn(text: string): RegisteredSubjectDn {
  const label = LABEL.exec(text)?.[0].length ?? 0;
  const named = text.slice(label);
  try {
    return read(named);
  } catch (error) {
    // Positions are of the text that was given, with its label.
    if (label === 0 || !(error instanceof InvalidDistinguishedName)) throw error;
    throw error.shiftedBy(label);
  }
}

function read(text: string): RegisteredSubjectDn {
  const oneLine = text.trimStart().startsWith('/');
  const indent = text.length - text.trimStart().length;
  const written = new DistinguishedName(oneLine ? readSlash(text, indent) : readText(text));
  if (written.isEmpty) throw new InvalidDistinguishedName('the name is empty', 0);
  const root = rootEnd(written.rdns);
  if (oneLine) {
    // The slash form is root first as encoded; the encoding itself may still be the other way round.
    const name = root === 'end' ? written.reversed() : written;
    const canonical = name.toString();
    return {
      canonical,
      writtenForm: 'openssl-oneline',
      warning: `written in openssl's one-line form, root first; kept in RFC 4514 form: ${canonical}`,
    };
  }
  if (root === 'start') {
    const canonical = written.toString();
    return {
      canonical,
      writtenForm: 'openssl',
      warning:
        written.rdns.length > 1
          ? `written root first, as openssl prints it; kept in RFC 4514 form, most specific first: ${canonical}`
          : `kept in RFC 4514 form: ${canonical}`,
    };
  }
  const canonical = written.reversed().toString();
  return root === undefined && written.rdns.length > 1
    ? {
        canonical,
        writtenForm: 'rfc4514',
        warning: `the attribute types do not tell which end is the root; kept as RFC 4514 reads it, most specific first: ${canonical}`,
      }
    : { canonical, writtenForm: 'rfc4514' };
}

function readSlash(text: string, indent: number): DistinguishedName['rdns'] {
  try {
    return readSlashText(text.trim());
  } catch (error) {
    if (indent === 0 || !(error instanceof InvalidDistinguishedName)) throw error;
    throw error.shiftedBy(indent);
  }
}
