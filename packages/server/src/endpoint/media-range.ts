/** A member of `Accept` (RFC 9110 §12.5.1), in lower case. */
type MediaRange = {
  readonly range: string;
  /** From 0, not wanted, to 1. */
  readonly weight: number;
};

/** To its end where it is not closed. */
const QUOTED_STRING = /"(?:[^"\\]|\\.)*(?:"|\\?$)/gs;
const WEIGHT = /^q\s*=\s*(.*)$/;
/** RFC 9110 §12.4.2. */
const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** @returns the ranges whose weight can be read; parameters of a media type narrow nothing here */
function mediaRanges(accept: string): readonly MediaRange[] {
  const members = accept.toLowerCase().replaceAll(QUOTED_STRING, '""').split(',');
  return members.flatMap((member) => {
    const [range = '', ...parameters] = member.split(';').map((part) => part.trim());
    const given = parameters.map((parameter) => WEIGHT.exec(parameter)?.[1]);
    const weight = given.find((each) => each !== undefined) ?? '1';
    return QVALUE.test(weight) ? [{ range, weight: Number(weight) }] : [];
  });
}

/** How much a media type is wanted: as its most specific range says, and not at all where there is none. */
function weightOf(type: string, ranges: readonly MediaRange[]): number {
  const [kind] = type.split('/');
  for (const range of [type, `${kind}/*`, '*/*']) {
    const weights = ranges.filter((each) => each.range === range).map(({ weight }) => weight);
    if (weights.length > 0) return Math.max(...weights);
  }
  return 0;
}

/**
 * Whether a request asks for one form of the answer in place of another, usual one: it names that form, which a
 * wildcard does not, and wants it no less than the usual one.
 * @param accept the `Accept` header
 */
export function prefersMediaType(accept: string | undefined, asked: string, usual: string): boolean {
  const ranges = mediaRanges(accept ?? '');
  const named = ranges.filter(({ range }) => range === asked).map(({ weight }) => weight);
  const weight = Math.max(0, ...named);
  return weight > 0 && weight >= weightOf(usual, ranges);
}
