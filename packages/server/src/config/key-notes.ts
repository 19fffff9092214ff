import { z } from 'zod';

/** What is known about one key of `deployment.toml` beside its type: the source of errors, template and reference. */
export type KeyNotes = {
  /** What a value must be, put after "must be" in an error. */
  readonly expected: string;
  /** What the key is for, one or two sentences. */
  readonly description: string;
  /** Whether a running server takes up a change, or only the next start does. */
  readonly reload: 'live' | 'restart';
  /** The value must never be shown: not in errors, not in logs. */
  readonly secret?: true;
  /** A value as it would be written, for keys without a default. */
  readonly example?: unknown;
  /** What holds when the key is absent, where that is not a plain value. */
  readonly otherwise?: string;
};

/** What is known about one `[section]` or `[[section]]`. */
export type SectionNotes = {
  readonly description: string;
  /** For `[[section]]`: whether a running server takes up a change of the list as a whole. */
  readonly reload?: KeyNotes['reload'];
};

const keyNotes = z.registry<KeyNotes>();
const sectionNotes = z.registry<SectionNotes>();

/** The schema with notes on it; a copy, so that one schema can serve many keys. */
export function key<S extends z.ZodType>(schema: S, notes: KeyNotes): S {
  const noted = schema.clone();
  keyNotes.add(noted, notes);
  return noted;
}

/** A `[section]`: closed, and present with all its defaults when the file leaves it out. */
export function section<Shape extends z.core.$ZodLooseShape>(description: string, shape: Shape) {
  const table = z.strictObject(shape);
  sectionNotes.add(table, { description });
  return table;
}

/** A `[[section]]`: a list of closed tables, empty when the file leaves it out. */
export function sections<Shape extends z.core.$ZodLooseShape>(
  description: string,
  reload: KeyNotes['reload'],
  shape: Shape,
) {
  const table = z.strictObject(shape);
  sectionNotes.add(table, { description, reload });
  return z.array(table).default([]);
}

/** What a value is, so that a form can ask for it. */
export type KeyForm =
  | { readonly kind: 'text' | 'number' | 'boolean' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'list'; readonly of: 'text' | 'number' };

/** One key of the file, found by walking the schema. */
export type KnownKey = {
  /** Names from the root, e.g. `['transport', 'https', 'clientAuth']`; list positions are not part of it. */
  readonly path: readonly string[];
  readonly notes: KeyNotes;
  /** The value when the key is absent; undefined when there is none. */
  readonly defaultValue: unknown;
  /** Undefined for what is neither a plain value nor a list of plain values. */
  readonly form: KeyForm | undefined;
};

/** One section of the file with its own keys, in the order of the schema. */
export type KnownSection = {
  readonly path: readonly string[];
  readonly notes: SectionNotes;
  /** Written `[[path]]` rather than `[path]`. */
  readonly repeated: boolean;
  readonly keys: readonly KnownKey[];
};

function unwrapped(schema: z.core.$ZodType): { readonly core: z.core.$ZodType; readonly repeated: boolean } {
  let core = schema;
  let repeated = false;
  for (;;) {
    if (core instanceof z.ZodPrefault || core instanceof z.ZodDefault || core instanceof z.ZodOptional) {
      core = core.unwrap();
    } else if (core instanceof z.ZodArray) {
      core = core.element;
      repeated = true;
    } else {
      return { core, repeated };
    }
  }
}

/** What a value is before it is transformed. */
function formOf(schema: z.core.$ZodType): KeyForm | undefined {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return formOf(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return formOf(schema.in);
  if (schema instanceof z.ZodEnum) return { kind: 'choice', choices: schema.options.map(String) };
  if (schema instanceof z.ZodString || schema instanceof z.ZodURL) return { kind: 'text' };
  if (schema instanceof z.ZodNumber) return { kind: 'number' };
  if (schema instanceof z.ZodBoolean) return { kind: 'boolean' };
  if (!(schema instanceof z.ZodArray)) return undefined;
  const of = formOf(schema.element);
  if (of?.kind === 'number') return { kind: 'list', of: 'number' };
  return of?.kind === 'text' || of?.kind === 'choice' ? { kind: 'list', of: 'text' } : undefined;
}

/** Every section below `schema`, each with its own keys, in the order written there. */
export function knownSections(
  schema: z.core.$ZodType,
  path: readonly string[] = [],
): readonly KnownSection[] {
  const { core, repeated } = unwrapped(schema);
  if (!(core instanceof z.ZodObject)) return [];
  const entries = Object.entries<z.core.$ZodType>(core.shape);
  const notes = sectionNotes.get(core);
  const keys = entries.flatMap(([name, value]) => {
    const known = keyNotes.get(value);
    if (!known) return [];
    const defaultValue = value instanceof z.ZodDefault ? value.def.defaultValue : undefined;
    return [{ path: [...path, name], notes: known, defaultValue, form: formOf(value) }];
  });
  const below = entries.flatMap(([name, value]) =>
    keyNotes.has(value) ? [] : knownSections(value, [...path, name]),
  );
  return notes ? [{ path, notes, repeated, keys }, ...below] : below;
}
