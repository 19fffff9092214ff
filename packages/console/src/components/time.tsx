const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const dateOnly = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });
const timeOnly = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** `in 3 days`, `5 minutes ago`. @param at ISO 8601 */
export function fromNow(at: string): string {
  const seconds = (Date.parse(at) - Date.now()) / 1000;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / length), unit);
}

export const exactTime = (at: string): string => exact.format(new Date(at));
export const dateOf = (at: string): string => dateOnly.format(new Date(at));
export const clockTime = (at: string): string => timeOnly.format(new Date(at));

/** A moment, as a distance from now or a date; pointing at it tells exactly. */
export function Time({
  at,
  show = 'relative',
}: {
  readonly at: string;
  readonly show?: 'relative' | 'date' | 'exact';
}) {
  const text = show === 'relative' ? fromNow(at) : show === 'date' ? dateOf(at) : exactTime(at);
  return (
    <time dateTime={at} title={exactTime(at)}>
      {text}
    </time>
  );
}
