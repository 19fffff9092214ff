/**
 * Names that a path cannot carry: `.` and `..` are resolved away by whoever handles a URL, encoded or not (RFC 3986 §5.2.4,
 * WHATWG URL), and proxies may decode what is encoded, such as `/`. In place of such a name the path has `-`, and the query
 * the name itself, once for each, in the order of the path.
 */
export const PATH_NAME = 'path_name';
const IN_ITS_PLACE = '-';

/** Thrown where the path and the names of the query do not fit together. */
export class UnfitPathNames extends Error {
  override readonly name = 'UnfitPathNames';
}

/**
 * The parameters of a path, with the names that stand in the query.
 * @param path with `{name}` for each parameter
 * @throws UnfitPathNames
 */
export function pathParameters(
  path: string,
  parameters: Readonly<Record<string, string>>,
  query: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const given = Object.hasOwn(query, PATH_NAME) ? [query[PATH_NAME]].flat() : [];
  if (given.length === 0) return parameters;
  const places = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name).filter(
    (name) => parameters[name] === IN_ITS_PLACE,
  );
  if (places.length !== given.length) {
    throw new UnfitPathNames(
      `${given.length} names are given for ${places.length} places of the path that are ${IN_ITS_PLACE}`,
    );
  }
  return { ...parameters, ...Object.fromEntries(places.map((name, index) => [name, String(given[index])])) };
}

/** Whether no URL can have it as a part of its path. */
const isDotSegment = (name: string): boolean => name === '.' || name === '..';

/** A path whose variable parts may hold anything, and where it is needed the query that has them. */
export function pathWith(parts: readonly string[], values: readonly string[]): string {
  if (!values.some(isDotSegment)) return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
  const isMoved = (value: string) => isDotSegment(value) || value === IN_ITS_PLACE;
  const inPath = values.map((value) => (isMoved(value) ? IN_ITS_PLACE : encodeURIComponent(value)));
  const query = new URLSearchParams();
  for (const value of values.filter(isMoved)) query.append(PATH_NAME, value);
  return `${String.raw({ raw: parts }, ...inPath)}?${query}`;
}
