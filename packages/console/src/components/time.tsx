import { locale, text } from '../words/words.tsx';

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];
const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
const exact = new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'medium' });
const zoned = new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'long' });
const dateOnly = new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' });
const timeOnly = new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' });
const hourMinute = new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' });
const dayHour = new Intl.DateTimeFormat(locale(), { weekday: 'short', hour: '2-digit', minute: '2-digit' });

/** What stands in place of a time that no clock shows, as a certificate may state one. */
const NO_TIME = text('common.notime');

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

/** Date and time to the second, where the zone stands elsewhere or does not matter. */
export const exactTime = (at: string | undefined): string => shown(at, exact);
/** Date and time to the second with the zone they are in. */
export const zonedTime = (at: string | undefined): string => shown(at, zoned);
export const dateOf = (at: string | undefined): string => shown(at, dateOnly);
export const clockTime = (at: string | undefined): string => shown(at, timeOnly);
/** Hour and minute, for the axis of a day. */
export const hourTime = (at: string | undefined): string => shown(at, hourMinute);
/** Day of the week, hour and minute, for the axis of a week. */
export const weekdayTime = (at: string | undefined): string => shown(at, dayHour);

/** As the API writes times, of a number of seconds it gave; undefined for a time that is none. */
export const timeOfSeconds = (seconds: number): string | undefined =>
  Math.abs(seconds) <= 8.64e12 ? new Date(seconds * 1000).toISOString() : undefined;

/** How a moment can be shown. */
const SHOWN = { relative: fromNow, date: dateOf, exact: exactTime, zoned: zonedTime } as const;

/** A moment, as a distance from now, a date, or exactly; pointing at it tells exactly, with the zone. */
export function Time({
  at,
  show = 'relative',
}: {
  readonly at: string | undefined;
  readonly show?: keyof typeof SHOWN;
}) {
  return (
    <time dateTime={at} title={zonedTime(at)}>
      {SHOWN[show](at)}
    </time>
  );
}
