import type { Certificate } from '../../api/admin-api.ts';
import { commonNameOf } from '../../components/certificate-card.tsx';
import { Badge } from '../../components/states.tsx';
import { dateOf, fromNow } from '../../components/time.tsx';
import { text } from '../../words/words.tsx';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** A certificate with the times it is good between, in milliseconds. */
type Span = { readonly certificate: Certificate; readonly from: number; readonly until: number };

/** The certificates whose times can be drawn, in the order in which they end. */
const spansOf = (certificates: readonly Certificate[]): readonly Span[] =>
  certificates
    .map((certificate) => ({
      certificate,
      from: Date.parse(certificate.not_before ?? ''),
      until: Date.parse(certificate.not_after ?? ''),
    }))
    .filter(({ from, until }) => !Number.isNaN(from) && !Number.isNaN(until))
    .toSorted((one, other) => one.until - other.until);

const toneOf = ({ until }: Span, now: number) =>
  until < now ? 'bad' : until < now + SOON_DAYS * DAY_MS ? 'warn' : 'good';

/** When the last two are good together, or the gap between them. */
function overlapOf(spans: readonly Span[]) {
  const [ending, following] = spans.slice(-2);
  if (!ending || !following) return undefined;
  return { from: following.from, until: ending.until, of: [ending, following] };
}

/** When the certificates of a client are good, one below the other on one axis of time, and where two overlap. */
export function CertificateTimeline({ certificates }: { readonly certificates: readonly Certificate[] }) {
  const spans = spansOf(certificates);
  if (spans.length === 0) return null;
  const now = Date.now();
  const first = Math.min(now, ...spans.map(({ from }) => from));
  const last = Math.max(now, ...spans.map(({ until }) => until));
  const at = (time: number) => ((time - first) / Math.max(last - first, 1)) * 100;
  const overlap = overlapOf(spans);
  const isOver = overlap !== undefined && overlap.until < now;
  return (
    <section className="card story timeline" aria-label={text('client.timeline')}>
      <h3>{text('client.timeline')}</h3>
      <ol>
        {spans.map((span) => (
          <li key={span.certificate['x5t#S256']}>
            <span className="timeline-name">
              <strong>{commonNameOf(span.certificate.subject)}</strong>{' '}
              <span className="quiet">
                {dateOf(span.certificate.not_before)} – {dateOf(span.certificate.not_after)}
              </span>{' '}
              <EndBadge span={span} now={now} />
            </span>
            <svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
              <rect className="track" x="0" y="3" width="100" height="8" />
              <rect
                className={`span ${toneOf(span, now)}`}
                x={at(span.from)}
                width={Math.max(at(span.until) - at(span.from), 0.6)}
                y="3"
                height="8"
              />
              {overlap?.of.includes(span) && overlap.until > overlap.from && (
                <rect
                  className="overlap"
                  x={at(overlap.from)}
                  width={Math.max(at(overlap.until) - at(overlap.from), 0.6)}
                  y="1"
                  height="12"
                />
              )}
              <line className="now" x1={at(now)} x2={at(now)} y1="0" y2="14" />
            </svg>
          </li>
        ))}
      </ol>
      <div className="timeline-ends" aria-hidden="true">
        <span>{dateOf(new Date(first).toISOString())}</span>
        <span>{dateOf(new Date(last).toISOString())}</span>
      </div>
      <p className="timeline-today quiet" aria-hidden="true">
        {text('client.today')}
      </p>
      {overlap && !isOver && <p className="quiet">{overlapText(overlap, now)}</p>}
    </section>
  );
}

function overlapText(
  { from, until }: { readonly from: number; readonly until: number },
  now: number,
): string {
  const days = Math.floor((until - Math.max(from, now)) / DAY_MS);
  if (days < 0) return text('client.gap');
  return text('client.overlap', { count: days, date: dateOf(new Date(until).toISOString()) });
}

function EndBadge({ span, now }: { readonly span: Span; readonly now: number }) {
  const tone = toneOf(span, now);
  const { not_before, not_after } = span.certificate;
  if (tone === 'bad')
    return <Badge kind="bad">{text('component.expireddistance', { distance: fromNow(not_after) })}</Badge>;
  if (span.from > now) return <Badge>{text('component.validfrom', { distance: fromNow(not_before) })}</Badge>;
  const words = text('component.expiresdistance', { distance: fromNow(not_after) });
  return tone === 'warn' ? <Badge kind="warn">{words}</Badge> : <span className="quiet">{words}</span>;
}
