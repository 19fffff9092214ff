import { findingOf, type Instead } from '../finding.ts';
import type { Finding, Outcome } from '../source.ts';
import type { Field, FieldName } from './fields.ts';

export type Noting<Fields> = {
  readonly findings: readonly Finding[];
  /** Notes what became of a field, by the table unless said otherwise. */
  note(field: FieldName<Fields>, instead?: Instead): void;
  /** Notes what the table does not have. */
  noteUnknown(field: string, outcome: Outcome, why: string, ours?: string): void;
};

/** Collects findings in the words of one section of the table. */
export function noting<Fields extends Readonly<Record<string, Field>>>(fields: Fields): Noting<Fields> {
  const findings: Finding[] = [];
  return {
    findings,
    note(field, instead = {}) {
      const line: Field | undefined = fields[field];
      if (line === undefined) return;
      const { ours: _ours, ...nameless } = line;
      const isLost = (instead.outcome ?? line.outcome) === 'lost';
      findings.push(findingOf({ field, ...(isLost ? nameless : line) }, instead));
    },
    noteUnknown(field, outcome, why, ours) {
      findings.push({ field, ...(ours !== undefined && { ours }), outcome, why });
    },
  };
}

/** Whether a value asks for nothing, as absence does. */
export function isQuiet(value: unknown, { quiet = [] }: Pick<Field, 'quiet'> = {}): boolean {
  if (value === undefined || value === null || value === false || value === '' || value === 'false')
    return true;
  if (typeof value === 'object') {
    return Object.keys(value).length === 0 || quiet.includes(JSON.stringify(value));
  }
  return quiet.includes(value);
}

/** Whether a section has a line of this name. */
export const isFieldOf = <Fields extends Readonly<Record<string, Field>>>(
  fields: Fields,
  name: string,
): name is FieldName<Fields> => Object.hasOwn(fields, name);
