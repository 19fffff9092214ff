import type { Setting, SettingsChanges } from '../../api/admin-api.ts';
import { text } from '../../words/words.tsx';

export type SettingValue = SettingsChanges['changes'][string];

/** What a person did to a setting in a form. */
export type Typed = {
  /** As it stands in the field; of a list one a line. */
  readonly written: string;
  /** That the key is to leave the file, whatever stands in the field. */
  readonly out: boolean;
};

/** The value in force as a person edits it. */
export function typedOf({ value }: Setting): Typed {
  const present: unknown = value === undefined ? undefined : JSON.parse(value);
  const written = Array.isArray(present) ? present.map(String).join('\n') : String(present ?? '');
  return { written, out: false };
}

/** What of it is sent, or why it cannot be. */
export type ReadValue = { readonly value: SettingValue } | { readonly problem: string };

const WHOLE = /^[+-]?\d{1,15}$/;

/** A number; undefined for what is none. */
const numberIn = (written: string): number | undefined => (WHOLE.test(written) ? Number(written) : undefined);

/** The value that a form means. The server judges what it may be. */
export function readTyped({ form }: Setting, { written, out }: Typed): ReadValue {
  if (out) return { value: null };
  const trimmed = written.trim();
  switch (form?.kind) {
    case 'boolean':
      return { value: trimmed === 'true' };
    case 'number': {
      const number = numberIn(trimmed);
      return number === undefined ? { problem: text('settings.nonumber') } : { value: number };
    }
    case 'list': {
      const lines = written
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      if (form.of !== 'number') return { value: lines };
      const numbers = lines.map(numberIn);
      const whole = numbers.filter((each) => each !== undefined);
      return whole.length === numbers.length ? { value: whole } : { problem: text('settings.nonumber') };
    }
    default:
      return trimmed === '' ? { problem: text('settings.empty') } : { value: trimmed };
  }
}
