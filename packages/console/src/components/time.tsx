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

/** What stands in place of a time that no clock shows, as a certificate may state one. */
const NO_TIME = 'a time that is none';

/** Formats a time, or says that it is none: the formats of `Intl` throw for what is no time. */
const shown = (at: string | undefined, format: Pick<Intl.DateTimeFormat, 'format'>): string => {
  const time = Date.parse(at ?? '');
  return Number.isNaN(time) ? NO_TIME : format.format(time);
};

/** `in 3 days`, `5 minutes ago`. @param at ISO 8601, undefined for a time that is none */
export function fromNow(at: string | undefined): string {
  const seconds = (Date.parse(at ?? '') - Date.now()) / 1000;
  if (Number.isNaN(seconds)) return NO_TIME;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / length), unit);
}

export const exactTime = (at: string | undefined): string => shown(at, exact);
export const dateOf = (at: string | undefined): string => shown(at, dateOnly);
export const clockTime = (at: string | undefined): string => shown(at, timeOnly);

/** As the API writes times, of a number of seconds it gave; undefined for a time that is none. */
export const timeOfSeconds = (seconds: number): string | undefined =>
  Math.abs(seconds) <= 8.64e12 ? new Date(seconds * 1000).toISOString() : undefined;

/** A moment, as a distance from now or a date; pointing at it tells exactly. */
export function Time({
  at,
  show = 'relative',
}: {
  readonly at: string | undefined;
  readonly show?: 'relative' | 'date' | 'exact';
}) {
  const text = show === 'relative' ? fromNow(at) : show === 'date' ? dateOf(at) : exactTime(at);
  return (
    <time dateTime={at} title={exactTime(at)}>
      {text}
    </time>
  );
}
