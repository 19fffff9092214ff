import type { RecordKind } from './record.ts';
import type { Finding } from './source.ts';

/** What became of one thing, or would become of it. */
export type ImportOutcome =
  /** It was written; of a dry run, it would be. */
  | 'added'
  /** It was there already, and the same. */
  | 'present'
  /** There is another one of its name here, which stays as it was. */
  | 'differs'
  /** It does not come over; its findings say why. */
  | 'left out';

/** One thing of the other server in the report. */
export type ReportedItem = {
  readonly kind: RecordKind;
  readonly name: string;
  readonly outcome: ImportOutcome;
  readonly findings: readonly Finding[];
};

export type ImportReport = {
  readonly source: string;
  readonly dryRun: boolean;
  readonly items: readonly ReportedItem[];
};
