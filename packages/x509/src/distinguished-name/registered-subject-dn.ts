import { ATTRIBUTE } from './attribute-type.ts';
import { DistinguishedName } from './distinguished-name.ts';
import { InvalidDistinguishedName } from './invalid-distinguished-name.ts';
import { type Backslashes, likelyName, type Signs } from './suggestion.ts';
import {
  type Doubts,
  type RelativeDistinguishedName,
  readLines,
  readSlashText,
  readText,
  refuseTooLong,
  standsInColumns,
  standsOnLines,
} from './text.ts';

/** How a registered subject was written. */
export type WrittenForm =
  /** Most specific first: RFC 4514, Java, browsers. */
  | 'rfc4514'
  /** Root first with commas: `openssl x509 -subject`. */
  | 'openssl'
  /** Root first with slashes: openssl's one-line form. */
  | 'openssl-oneline'
  /** A relative name a line: openssl's `multiline`, Node.js, the dialog of Windows. */
  | 'lines';

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

/** What programs write before a name, and marks of direction that are copied with it. */
const LABEL =
  /^[\s\p{Cf}]*(?:(?:subject|issuer|owner)(?:[ _-]?(?:dn|name))?\s*[=:]|(?:\d+\s+)?s:)?[\s\p{Cf}]*/iu;
/** What openssl's `show_type` writes before each value. */
const STRING_TYPES = /(=\s*"?)(?:UTF8|PRINTABLE|IA5|T61|TELETEX|BMP|UNIVERSAL|NUMERIC|VISIBLE)STRING:/g;
/** U+FFFD as it is printed: nobody's certificate has it, and nothing tells what was there. */
const LOST = '\\ef\\bf\\bd';

/**
 * Reads a subject DN as a person pastes it, and decides which of its two possible orders was written.
 *
 * RFC 4514, Java and browsers write the most specific name first, openssl the root first; both use commas.
 * The rule: when the attribute types tell the root's end (`rootEnd`: a country, domain, place or
 * organisation stands nearer the root than a common name), the text is read that way, whoever wrote it. When
 * they do not, it is read as RFC 4514 and the warning says so. Text that starts with `/` is root first by
 * definition. The canonical text reads as itself: normalising it again changes nothing.
 *
 * A value that looks like another attribute (`O=Example/CN=client`, `CN=client O=Example`) is refused unless the sign
 * is escaped or the value quoted, for it could never match; so is one with a line end, a lost character or openssl's
 * string type in it. The refusal says what to write.
 *
 * Certificates are compared in conventional order too (`inConventionalOrder`), so both writings match the
 * same certificate, however its issuer ordered the subject.
 *
 * @throws InvalidDistinguishedName also when the text names nothing
 */
export function normaliseRegisteredSubjectDn(text: string): RegisteredSubjectDn {
  return readLabelled(text, 'refused');
}

/**
 * Reads a subject DN that was registered: as {@link normaliseRegisteredSubjectDn}, but a value that looks like
 * another attribute is taken for the value, for it was registered as one.
 * @throws InvalidDistinguishedName
 */
export function readRegisteredSubjectDn(text: string): RegisteredSubjectDn {
  return readLabelled(text, 'taken');
}

function readLabelled(text: string, doubts: Doubts): RegisteredSubjectDn {
  refuseTooLong(text);
  const label = LABEL.exec(text)?.[0].length ?? 0;
  const named = withoutTail(text.slice(label));
  try {
    return read(named, doubts);
  } catch (error) {
    if (!(error instanceof InvalidDistinguishedName)) throw error;
    // Positions are of the text that was given, with its label.
    const shifted = error.shiftedBy(label);
    throw shifted.suggesting(suggestionsFor(named));
  }
}

/** The text without white space and marks at its end; an escaped space is part of the last value. */
function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s\p{Cf}]/u.test(text[end - 1] ?? '') && text[end - 2] !== '\\') end--;
  return text.slice(0, end);
}

/** The RFC 4514 texts of the names that may be meant by a text that is refused; each reads as itself. */
function suggestionsFor(text: string): string[] {
  const form = formOf(text);
  const bare = text.replaceAll(STRING_TYPES, '$1');
  const slashed = form === 'rfc4514' && text.includes('/') && !/[,;]/.test(text);
  const likelyForm = slashed ? 'openssl-oneline' : form;
  const likely = (backslashes: Backslashes, signs: Signs) => ({
    rdns: likelyName(text, backslashes, signs),
    form: likelyForm,
  });
  const taken = (written: string) => {
    try {
      return [{ rdns: rdnsOf(written, form, 'taken'), form }];
    } catch (error) {
      if (error instanceof InvalidDistinguishedName) return [];
      throw error;
    }
  };
  const names = [
    ...(bare === text ? [] : taken(bare)),
    likely('escapes', 'any'),
    ...(/;.*,|,.*;/s.test(text) ? [likely('escapes', 'semicolons')] : taken(text)),
    likely('themselves', 'any'),
  ];
  const suggestions = names.flatMap(({ rdns, form: written }) => {
    if (rdns.length === 0) return [];
    const { canonical } = understood(rdns, written, text);
    try {
      return read(canonical, 'refused').canonical === canonical ? [canonical] : [];
    } catch (error) {
      if (!(error instanceof InvalidDistinguishedName)) throw error;
      return [];
    }
  });
  return [...new Set(suggestions)].filter((suggestion) => suggestion !== text && !suggestion.includes(LOST));
}

function formOf(text: string): WrittenForm {
  if (text.trimStart().startsWith('/')) return 'openssl-oneline';
  return standsOnLines(text) ? 'lines' : 'rfc4514';
}

function rdnsOf(text: string, form: WrittenForm, doubts: Doubts): RelativeDistinguishedName[] {
  if (form === 'openssl-oneline') return readSlashText(text.trimEnd(), doubts);
  return form === 'lines' ? readLines(text, doubts) : readText(text, doubts);
}

function read(text: string, doubts: Doubts): RegisteredSubjectDn {
  const form = formOf(text);
  const rdns = rdnsOf(text, form, doubts);
  if (rdns.length === 0) throw new InvalidDistinguishedName('the name is empty', 0);
  const name = understood(rdns, form, text);
  // Nobody needs to escape a letter or digit, and the backslash of DOMAIN\\42 is no escape.
  const [pair] = /(?<!\\)\\(?:3\d|[46][1-9a-f]|[57][0-9a])/i.exec(text) ?? [];
  if (pair === undefined || form === 'openssl-oneline') return name;
  const character = String.fromCharCode(Number.parseInt(pair.slice(1), 16));
  const note = `${pair} was read as ${character}; write \\\\ for a backslash`;
  return { ...name, warning: name.warning === undefined ? note : `${name.warning}; ${note}` };
}

/** The name of relative names in the order they were written in, and how that order was understood. */
function understood(
  rdns: readonly RelativeDistinguishedName[],
  form: WrittenForm,
  text: string,
): RegisteredSubjectDn {
  const written = new DistinguishedName(rdns);
  const root = rootEnd(written.rdns);
  if (form === 'openssl-oneline') {
    // The slash form is root first as encoded; the encoding itself may still be the other way round.
    const name = root === 'end' ? written.reversed() : written;
    const canonical = name.toString();
    return {
      canonical,
      writtenForm: 'openssl-oneline',
      warning: `written in openssl's one-line form, root first; kept in RFC 4514 form: ${canonical}`,
    };
  }
  const rootFirst = root === 'start' || (root === undefined && form === 'lines' && standsInColumns(text));
  const canonical = (rootFirst ? written : written.reversed()).toString();
  if (root === undefined && !rootFirst && rdns.length > 1) {
    return {
      canonical,
      writtenForm: form,
      warning: `the attribute types do not tell which end is the root; kept as RFC 4514 reads it, most specific first: ${canonical}`,
    };
  }
  if (form === 'lines') {
    return {
      canonical,
      writtenForm: form,
      warning: `written on several lines; kept in RFC 4514 form, most specific first: ${canonical}`,
    };
  }
  if (!rootFirst) return { canonical, writtenForm: 'rfc4514' };
  return {
    canonical,
    writtenForm: 'openssl',
    warning:
      rdns.length > 1
        ? `written root first, as openssl prints it; kept in RFC 4514 form, most specific first: ${canonical}`
        : `kept in RFC 4514 form: ${canonical}`,
  };
}
