import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Watched } from '../../api/admin-api.ts';
import { queries, type WatchedFilter } from '../../api/queries.ts';
import { queryOf } from '../../api/request.ts';
import { Segmented } from '../../components/segmented.tsx';
import { Loading } from '../../components/states.tsx';
import { dateOf } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { locale, text } from '../../words/words.tsx';
import { KINDS, placeOf } from './cells.tsx';

const DAY_MS = 86_400_000;
const EVERY_MS = 60_000;
/** The most that the server gives at once. */
const DRAWN = 200;
const PERIODS = [
  { name: text('certificates.period.quarter'), days: 90, months: 1 },
  { name: text('certificates.period.year'), days: 365, months: 2 },
  { name: text('certificates.period.threeyears'), days: 1095, months: 6 },
] as const;
type Period = (typeof PERIODS)[number];

const LANE = 40;
const TOP = 8;
const AXIS = 24;
const EDGE = 12;
/** So much of a label stands on either side of its line. */
const HALF_LABEL = 26;
/** Ends nearer to one another than this are one mark. */
const APART = 22;

const month = new Intl.DateTimeFormat(locale(), { month: 'short', year: '2-digit' });

/** Things of one kind that end near to one another, from the first of them on. */
type Mark = { readonly x: number; readonly items: readonly Watched[] };

const endOf = ({ not_after }: Watched): number => Date.parse(not_after ?? '');

function marksOf(items: readonly Watched[], x: (at: number) => number): readonly Mark[] {
  const marks: { x: number; items: Watched[] }[] = [];
  for (const item of items) {
    const at = x(endOf(item));
    const last = marks.at(-1);
    if (last && at - last.x < APART) last.items.push(item);
    else marks.push({ x: at, items: [item] });
  }
  return marks;
}

/** The list of a mark: what of its kind ends between its first and its last. */
function placeOfMark({ items: [first, ...others] }: Mark): string | undefined {
  if (!first) return undefined;
  const last = others.at(-1);
  const daysTo = (at: number) => Math.max(0, (at - Date.now()) / DAY_MS);
  const own = last ? undefined : placeOf(first);
  if (own !== undefined) return own;
  const after = Math.floor(daysTo(endOf(first)));
  return `/certificates${queryOf({
    kind: first.kind,
    ...(after > 0 && { after: `${after}d` }),
    within: `${Math.ceil(daysTo(endOf(last ?? first))) + 1}d`,
  })}`;
}

function titleOf({ items }: Mark): string {
  const [first] = items;
  return first
    ? text('certificates.timelinemark', {
        kind: KINDS[first.kind],
        date: dateOf(first.not_after),
        name: first.name,
        count: items.length,
      })
    : '';
}

/** The first days of months within a period, some of them left out where there is little room. */
function ticksOf(from: number, { days, months }: Period, width: number): readonly number[] {
  const step = width < 520 ? months * 2 : months;
  const ticks: number[] = [];
  const begin = new Date(from);
  for (let ahead = 1; ; ahead += step) {
    const at = new Date(begin.getFullYear(), begin.getMonth() + ahead, 1).getTime();
    if (at > from + days * DAY_MS) return ticks;
    ticks.push(at);
  }
}

/** What ends from today on, drawn: a lane for each kind, a mark for each end, or for several that lie near. */
export function Timeline({ filter }: { readonly filter: WatchedFilter }) {
  const [chosen, setChosen] = useState<string>(PERIODS[1].name);
  const period = PERIODS.find(({ name }) => name === chosen) ?? PERIODS[1];
  const { data } = useQuery({
    ...queries.watched({
      ...filter,
      expires_within: filter.expires_within || `${period.days}d`,
      limit: DRAWN,
    }),
    refetchInterval: EVERY_MS,
  });
  const now = Date.now();
  const items = data?.items.filter((item) => endOf(item) >= now && endOf(item) < now + period.days * DAY_MS);
  return (
    <section className="card" aria-label={text('certificates.timeline')}>
      <header className="card-head">
        <h2>{text('certificates.timeline')}</h2>
        <Segmented
          legend={text('common.period')}
          options={PERIODS.map(({ name }) => name)}
          chosen={chosen}
          onChoose={setChosen}
        />
      </header>
      {!items && <Loading rows={3} />}
      {items?.length === 0 && (
        <p className="quiet">{text('certificates.timelinenone', { period: period.name })}</p>
      )}
      {items && items.length > 0 && <Drawing items={items} period={period} now={now} />}
      {data?.next !== undefined && (
        <p className="quiet">{text('certificates.timelinefirst', { count: DRAWN })}</p>
      )}
    </section>
  );
}

function Drawing({
  items,
  period,
  now,
}: {
  readonly items: readonly Watched[];
  readonly period: Period;
  readonly now: number;
}) {
  const figure = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = figure.current;
    if (!element) return;
    const measure = () => setWidth(Math.max(element.clientWidth, 240));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const x = (at: number) => EDGE + ((at - now) / (period.days * DAY_MS)) * (width - 2 * EDGE);
  const lanes = Array.from(Map.groupBy(items, ({ kind }) => kind));
  const height = TOP + lanes.length * LANE + AXIS;
  return (
    <figure className="timeline" ref={figure}>
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG has no element for a group with a name */}
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label={text('certificates.timelineof', { period: period.name })}
      >
        {ticksOf(now, period, width)
          .filter((at) => x(at) >= HALF_LABEL && x(at) <= width - HALF_LABEL)
          .map((at) => (
            <g key={at}>
              <line className="grid" x1={x(at)} x2={x(at)} y1={TOP} y2={height - AXIS} />
              <text className="axis" x={x(at)} y={height - 7} textAnchor="middle">
                {month.format(at)}
              </text>
            </g>
          ))}
        <line className="today" x1={x(now)} x2={x(now)} y1={TOP} y2={height - AXIS} />
        {lanes.map(([kind, ofKind], index) => {
          const y = TOP + index * LANE + LANE - 12;
          return (
            <g key={kind}>
              <line className="lane" x1={EDGE} x2={width - EDGE} y1={y} y2={y} />
              <text className="lane-name" x={EDGE + 4} y={y - 14}>
                {KINDS[kind]}
              </text>
              {marksOf(ofKind, x).map((mark) => (
                <TimelineMark
                  key={mark.x}
                  mark={mark}
                  y={y}
                  isSoon={((mark.x - EDGE) / (width - 2 * EDGE)) * period.days < 30}
                />
              ))}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

function TimelineMark({
  mark,
  y,
  isSoon,
}: {
  readonly mark: Mark;
  readonly y: number;
  readonly isSoon: boolean;
}) {
  const title = titleOf(mark);
  const place = placeOfMark(mark);
  const drawn = (
    <>
      <title>{title}</title>
      <circle
        className={isSoon ? 'mark warn' : 'mark'}
        cx={mark.x}
        cy={y}
        r={mark.items.length > 1 ? 10 : 6}
      />
      {mark.items.length > 1 && (
        <text className="mark-count" x={mark.x} y={y + 4} textAnchor="middle">
          {mark.items.length > 99 ? '99+' : mark.items.length}
        </text>
      )}
    </>
  );
  return place === undefined ? (
    <g>{drawn}</g>
  ) : (
    <Link to={place} aria-label={title}>
      {drawn}
    </Link>
  );
}
