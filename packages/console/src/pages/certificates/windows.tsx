import type { Permission, WatchedWindow } from '../../api/admin-api.ts';
import { queryOf } from '../../api/request.ts';
import { Link } from '../../navigation/router.tsx';
import { numberText, text } from '../../words/words.tsx';
import { KINDS } from './cells.tsx';

/** Who may see any of what ends. */
export const WINDOWS_READ_BY: readonly Permission[] = [
  'clients:read',
  'trust:read',
  'keys:read',
  'settings:read',
];

/** A window in words. */
export function windowText({ from_days, until_days, unknown }: Omit<WatchedWindow, 'counts'>): string {
  if (unknown) return text('certificates.window.unknown');
  if (from_days === undefined) return text('certificates.window.ended');
  if (until_days === undefined) return text('certificates.window.later', { count: from_days });
  if (from_days === 0) return text('certificates.window.week');
  return text('certificates.window.between', { from: from_days, until: until_days });
}

/** The list narrowed to a window; undefined for what has no end to narrow by. */
function placeOf({ from_days, until_days, unknown }: WatchedWindow, kind: string): string | undefined {
  if (unknown) return undefined;
  return `/certificates${queryOf({
    kind,
    ...(from_days === undefined && { state: 'expired' }),
    ...(from_days !== undefined && from_days > 0 && { after: `${from_days}d` }),
    ...(from_days !== undefined && until_days !== undefined && { within: `${until_days}d` }),
  })}`;
}

export const countOf = ({ counts }: WatchedWindow): number =>
  counts.reduce((sum, { count }) => sum + count, 0);
const isMore = ({ counts }: WatchedWindow): boolean => counts.some(({ more }) => more);

const toneOf = ({ from_days, until_days, unknown }: WatchedWindow): string => {
  if (unknown) return 'warn';
  if (from_days === undefined || until_days === 7) return 'bad';
  return until_days !== undefined && until_days <= 30 ? 'warn' : 'accent';
};

/** How much ends when: a bar for each window, that leads to what is counted in it. */
export function Windows({
  windows,
  kind,
}: {
  readonly windows: readonly WatchedWindow[];
  /** Empty for every kind. */
  readonly kind: string;
}) {
  const shown = windows.filter((window) => !window.unknown || countOf(window) > 0);
  const most = Math.max(...shown.map(countOf), 1);
  return (
    <ul className="windows">
      {shown.map((window) => {
        const name = windowText(window);
        const count = countOf(window);
        const place = placeOf(window, kind);
        const kinds = window.counts.map((each) => `${KINDS[each.kind]} ${numberText(each.count)}`).join(', ');
        const row = (
          <>
            <span className="window-name">{name}</span>
            <svg className="window-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect className="track" width="100" height="10" />
              <rect className={`bar ${toneOf(window)}`} width={(count / most) * 100} height="10" />
            </svg>
            <strong>{isMore(window) ? `${numberText(count)}+` : numberText(count)}</strong>
            {kinds !== '' && <span className="unseen">({kinds})</span>}
          </>
        );
        return (
          <li key={name}>
            {place === undefined || count === 0 ? (
              <span className="window">{row}</span>
            ) : (
              <Link to={place} className="window" title={kinds}>
                {row}
              </Link>
            )}
          </li>
        );
      })}
    </ul>
  );
}
