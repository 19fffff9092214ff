import type { FieldMapping, Finding, Outcome } from './source.ts';

/** What is other than the table says of a field. */
export type Instead = {
  /** The way to the field where the table has its last part, or its name in another form. */
  readonly at?: string;
  readonly ours?: string;
  readonly outcome?: Outcome;
  readonly why?: string;
};

/** What becomes of a field: as its line of the table has it, unless said otherwise. */
export function findingOf(line: FieldMapping, { at, ours = line.ours, outcome, why }: Instead = {}): Finding {
  return {
    field: at ?? line.field,
    ...(ours !== undefined && { ours }),
    outcome: outcome ?? line.outcome,
    why: why ?? line.why,
  };
}

/** A text of the files as it may stand in a report: short, and nothing hidden in it. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);

/** Several of them. */
export const quoted = (texts: readonly string[]): string => texts.map(shown).join(', ');
