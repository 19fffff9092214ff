import { type ReferencedFile, referencedFile, textOfReferencedFile } from './referenced-file.ts';
import type { Path, Table } from './toml-source.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A document with every `$env{NAME}` and `$file{PATH}` replaced. */
export type ResolvedTable = {
  readonly table: Table;
  /** The values as they were written, where something was replaced, by the JSON of their path. */
  readonly written: ReadonlyMap<string, string>;
  /** The paths of values that files gave: those are shown nowhere. */
  readonly fromFiles: readonly Path[];
  readonly problems: readonly { readonly path: Path; readonly message: string }[];
};

/** Where references lead. */
export type Sources = {
  readonly environment: Environment;
  /** The absolute home folder: relative names of files begin there. */
  readonly home: string;
};

const REFERENCE = /\$(env|file|sys|ref|secret)\{([^}]*)\}/g;

/** Whether a text has something in it that would be replaced, or is a problem. */
export const holdsReference = (text: string): boolean => text.search(REFERENCE) >= 0;

/** One reference that was left as it stands, and why. */
type Unresolved = { readonly message: string };

function resolveReference(kind: string, name: string, { environment, home }: Sources): string | Unresolved {
  switch (kind) {
    case 'env':
      return environment[name] ?? { message: `needs the environment variable ${name}, which is not set` };
    case 'file': {
      const found: ReferencedFile = textOfReferencedFile(home, name);
      return 'text' in found ? found.text : { message: `needs the file ${found.file}, which ${found.why}` };
    }
    default:
      return { message: `holds $${kind}{${name}}, which is not supported; use $env{NAME} or $file{PATH}` };
  }
}

/**
 * Replaces `$env{NAME}` and `$file{PATH}` in every string of the document; what they give is taken as it is. References of
 * WSO2 that have no meaning here (`$sys{}`, `$ref{}`, `$secret{}`), variables that are not set and files that cannot be read
 * are problems, never empty strings.
 */
export function resolveReferences(table: Table, sources: Sources): ResolvedTable {
  const written = new Map<string, string>();
  const fromFiles: Path[] = [];
  const problems: { path: Path; message: string }[] = [];
  const resolveText = (value: string, path: Path): string =>
    value.replace(REFERENCE, (reference: string, kind: string, name: string) => {
      written.set(JSON.stringify(path), value);
      if (kind === 'file') fromFiles.push(path);
      const resolved = resolveReference(kind, name, sources);
      if (typeof resolved === 'string') return resolved;
      problems.push({ path, message: resolved.message });
      return reference;
    });
  return { table: mapStrings(table, resolveText), written, fromFiles, problems };
}

/** The files that a document refers to, absolute, each once. */
export function filesReferredTo(table: Table, home: string): readonly string[] {
  const files = new Set<string>();
  mapStrings(table, (value) => {
    for (const [, kind, name = ''] of value.matchAll(REFERENCE)) {
      if (kind === 'file') files.add(referencedFile(home, name));
    }
    return value;
  });
  return [...files];
}

function mapStrings(table: Table, mapped: (value: string, path: Path) => string): Table {
  const mapValue = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return mapped(value, path);
    if (Array.isArray(value)) return value.map((item, index) => mapValue(item, [...path, index]));
    return isTable(value) ? mapTable(value, path) : value;
  };
  const mapTable = (value: Table, path: Path): Table =>
    Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapValue(item, [...path, name])]));
  return mapTable(table, []);
}

/** Whether a parsed TOML value is a table rather than a date, a list or a plain value. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
