import type { RegistryChange } from '../registry-change.ts';
import type { Step } from '../unit-of-work.ts';
import type { Statement } from './sqlite-writer.ts';

/** Changes that a unit writes down by name: of more its number alone tells, and everything counts as changed. */
const MOST_NAMED = 200;
/** Changes that one statement writes down. */
const ROWS_A_STATEMENT = 100;

/** How a parameter is written, by its position from 1 on. */
export type Placeholder = (position: number) => string;

/** What a step changes of the registry. */
export const changesOf = ({ registry = [] }: Pick<Step, 'registry'>): readonly RegistryChange[] =>
  'kind' in registry ? [registry] : registry;

/**
 * The last statements of a unit that changed the registry: they raise its number, under whose lock units then follow one
 * another, so that numbers are committed in their order; and they write down what was changed.
 * @param mark names the unit: the same number of another history has another mark
 */
export function registryStatements(
  changes: readonly RegistryChange[],
  mark: string,
  placeholder: Placeholder,
): readonly Statement[] {
  if (changes.length === 0) return [];
  const named = [...new Map(changes.map((change) => [`${change.kind} ${change.key}`, change])).values()];
  const raise = { sql: 'update registry_version set version = version + 1 where id = 1', parameters: [] };
  if (named.length > MOST_NAMED) return [raise];
  const writeDown: Statement[] = [];
  for (let from = 0; from < named.length; from += ROWS_A_STATEMENT) {
    const part = named.slice(from, from + ROWS_A_STATEMENT);
    const rows = part.map((_, row) => {
      const texts = [1, 2, 3].map((column) => `cast(${placeholder(row * 3 + column)} as text)`);
      return `select version, ${texts.join(', ')} from registry_version where id = 1`;
    });
    writeDown.push({
      sql: `insert into registry_change (version, kind, change_key, mark) ${rows.join(' union all ')}`,
      parameters: part.flatMap(({ kind, key }) => [kind, key, mark]),
    });
  }
  return [raise, ...writeDown];
}
