import { isObject } from '../json.ts';

/**
 * What a document says, by the names along the way to each value: `claimConfig.claimMappings.localClaim.claimUri`. Lists
 * have no place of their own: what several members say stands under one name, in their order.
 */
export type Values = ReadonlyMap<string, readonly string[]>;

/** A value of JSON or YAML as it was read. */
type Tree = unknown;

/** More levels than any export has; documents come from others. */
const DEEPEST = 30;

function* leaves(tree: Tree, path: string, depth: number): Generator<readonly [path: string, text: string]> {
  if (depth > DEEPEST || tree === null || tree === undefined) return;
  if (Array.isArray(tree)) {
    for (const member of tree) yield* leaves(member, path, depth + 1);
  } else if (isObject(tree)) {
    for (const [name, member] of Object.entries(tree)) {
      yield* leaves(member, path === '' ? name : `${path}.${name}`, depth + 1);
    }
  } else if (typeof tree === 'string' || typeof tree === 'number' || typeof tree === 'boolean') {
    const text = `${tree}`;
    if (text.trim() !== '') yield [path, text];
  }
}

/** Every value of a tree that says something: no `null`, no empty text, list or object. */
export function valuesOf(tree: Tree): Values {
  const values = new Map<string, string[]>();
  for (const [path, text] of leaves(tree, '', 0)) {
    const known = values.get(path);
    if (known) known.push(text);
    else values.set(path, [text]);
  }
  return values;
}

/** The values of several documents about one thing. */
export const together = (...documents: readonly Values[]): Values =>
  new Map(documents.flatMap((values) => [...values]));

/** The first text under a name; `null` as text is how WSO2 writes that there is none. */
export function textAt(values: Values, path: string): string | undefined {
  const text = values.get(path)?.[0]?.trim();
  return text === '' || text === 'null' ? undefined : text;
}
