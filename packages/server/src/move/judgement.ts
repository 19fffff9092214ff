import type { EventDraft } from '../event/event.ts';
import type { Step } from '../unit-of-work.ts';
import type { MovedRecord } from './record.ts';
import type { Finding } from './source.ts';

/** What writes one record whole, and the event that tells of it. */
export type PreparedRecord = { readonly steps: readonly Step[]; readonly event: EventDraft };

/** How a record that is not there yet is written. */
export type Writing =
  /** In one unit of work with others; prepared when its turn has come. */
  | { readonly in: 'shared unit'; prepare(): Promise<PreparedRecord> }
  /** By itself. */
  | { readonly in: 'own unit'; write(): Promise<void> };

/** What is to become of a record. */
export type Judgement =
  /** It is not there yet. `findings` tell what of it does not come along. */
  | { readonly verdict: 'add'; readonly writing: Writing; readonly findings?: readonly Finding[] }
  /** It is there as it would be written. */
  | { readonly verdict: 'present' }
  /** There is another one of this name, which stays as it is; `fields` say what is not the same. */
  | { readonly verdict: 'differs'; readonly fields: readonly string[] }
  /** It cannot be written as it is; `asks` where the operator can help by an answer. */
  | { readonly verdict: 'refused'; readonly field: string; readonly why: string; readonly asks?: boolean };

/** Judges and writes records of one kind. */
export type RecordWriter<Kind extends MovedRecord['kind']> = {
  /** Looks, and writes nothing. */
  judge(record: Extract<MovedRecord, { readonly kind: Kind }>): Promise<Judgement>;
};
