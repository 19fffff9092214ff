import type { EventFilter } from '../../api/queries.ts';
import type { FilterOption } from '../../components/filter-select.tsx';
import type { ListFilter, ListFilters } from '../../components/list/list-definition.ts';
import { language, locale, text } from '../../words/words.tsx';

/** The kinds as the admin API calls them, and what they are to people. */
const KINDS = ['sign_in', 'token', 'administration', 'certificate', 'server', 'connection'] as const;
/** What ended before there was a request to judge: left out unless it is asked for. */
const NOISE = 'connection';
const EVERYTHING = 'all';

export const KIND_OPTIONS: readonly FilterOption[] = [
  { value: '', label: text('audit.kind.most') },
  ...KINDS.map((kind) => ({ value: kind, label: text(`audit.kind.${kind}`) })),
  { value: EVERYTHING, label: text('audit.kind.all') },
];

export const OUTCOME_OPTIONS: readonly FilterOption[] = [
  { value: '', label: text('audit.outcome.any') },
  { value: 'success', label: text('component.ok') },
  { value: 'refused', label: text('common.refused') },
  { value: 'failure', label: text('component.failure') },
];

const DAYS = [1, 7, 30];

/** The zone of the person, as times and their filters are in. */
const zone = (): string =>
  new Intl.DateTimeFormat(locale(), { timeZoneName: 'short' })
    .formatToParts()
    .find(({ type }) => type === 'timeZoneName')?.value ?? language();

export const FILTERS: readonly ListFilter[] = [
  { name: 'kind', label: text('audit.kind'), options: KIND_OPTIONS },
  { name: 'outcome', label: text('audit.outcome'), options: OUTCOME_OPTIONS },
  {
    name: 'days',
    label: text('audit.days'),
    options: [
      { value: '', label: text('audit.days.any') },
      ...DAYS.map((days) => ({ value: String(days), label: text('audit.days.last', { count: days }) })),
    ],
  },
  { name: 'person', label: text('audit.person'), written: 'text' },
  { name: 'client_id', label: text('audit.client'), written: 'text' },
  { name: 'address', label: text('audit.address'), written: 'text' },
  { name: 'since', label: text('audit.since', { zone: zone() }), written: 'time' },
  { name: 'until', label: text('audit.until', { zone: zone() }), written: 'time' },
  { name: 'certificate', label: text('audit.certificate'), written: 'text', onlyByLink: true },
  { name: 'object', label: text('audit.object'), written: 'text', onlyByLink: true },
  { name: 'actor', label: text('audit.actor'), written: 'text', onlyByLink: true },
  { name: 'type', label: text('audit.type'), written: 'text', onlyByLink: true },
  { name: 'because', label: text('audit.because'), written: 'text', onlyByLink: true },
];

/** What goes to the admin API as it stands in the address. */
const AS_GIVEN = [
  'search',
  'outcome',
  'person',
  'client_id',
  'address',
  'certificate',
  'object',
  'actor',
  'type',
  'because',
] as const;

/** The start of the hour: a filter that would move with every second could not be paged through. */
const daysAgo = (days: string | undefined): number | undefined => {
  const count = Number(days);
  if (!DAYS.includes(count)) return undefined;
  return Math.floor(Date.now() / 3_600_000) * 3_600_000 - count * 86_400_000;
};

const timeOf = (written: string | undefined): number | undefined => {
  const time = Date.parse(written ?? '');
  return Number.isNaN(time) ? undefined : time;
};

/** Whether broken connections stand apart: where nothing is asked for that they would be among. */
export const isNoiseLeftOut = ({ kind, type, because, certificate }: ListFilters): boolean =>
  (kind ?? '') === '' && type === undefined && because === undefined && certificate === undefined;

/** What an address narrows the audit trail to, as the admin API is asked. */
export function eventFilterOf(filters: ListFilters): EventFilter {
  const since = Math.max(timeOf(filters.since) ?? 0, daysAgo(filters.days) ?? 0);
  const until = timeOf(filters.until);
  const kind = filters.kind === EVERYTHING ? undefined : filters.kind;
  return {
    ...Object.fromEntries(AS_GIVEN.flatMap((name) => (filters[name] ? [[name, filters[name]]] : []))),
    ...(kind !== undefined && kind !== '' && { kind }),
    ...(isNoiseLeftOut(filters) && { except: NOISE }),
    ...(since > 0 && { since }),
    ...(until !== undefined && { until }),
  };
}
