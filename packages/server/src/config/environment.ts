import type { Path, Table } from './toml-source.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A document with every `$env{NAME}` replaced. */
export type ResolvedTable = {
  readonly table: Table;
  /** The values as they were written, where something was replaced, by the JSON of their path. */
  readonly written: ReadonlyMap<string, string>;
  readonly problems: readonly { readonly path: Path; readonly message: string }[];
};

const REFERENCE = /\$(env|sys|ref|secret)\{([^}]*)\}/g;

/**
 * Replaces `$env{NAME}` in every string of the document. References of WSO2 that have no meaning here
 * (`$sys{}`, `$ref{}`, `$secret{}`) and variables that are not set are problems, never empty strings.
 */
export function resolveEnvironment(table: Table, environment: Environment): ResolvedTable {
  const written = new Map<string, string>();
  const problems: { path: Path; message: string }[] = [];
  const resolveText = (value: string, path: Path): string =>
    value.replace(REFERENCE, (reference: string, kind: string, name: string) => {
      written.set(JSON.stringify(path), value);
      if (kind !== 'env') {
        problems.push({ path, message: `holds ${reference}, which is not supported; use $env{NAME}` });
        return reference;
      }
      const replacement = environment[name];
      if (replacement === undefined) {
        problems.push({ path, message: `needs the environment variable ${name}, which is not set` });
      }
      return replacement ?? reference;
    });
  const resolve = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return resolveText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => resolve(item, [...path, index]));
    return isTable(value) ? resolveTable(value, path) : value;
  };
  const resolveTable = (value: Table, path: Path): Table =>
    Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(item, [...path, name])]));
  return { table: resolveTable(table, []), written, problems };
}

/** Whether a parsed TOML value is a table rather than a date, a list or a plain value. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
