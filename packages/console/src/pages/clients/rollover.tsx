import type { Certificate } from '../../api/admin-api.ts';
import { dateOf } from '../../components/time.tsx';

const DAY_MS = 86_400_000;

/** When certificates follow one another: how long each is good and where two overlap. */
export function Rollover({ certificates }: { readonly certificates: readonly Certificate[] }) {
  const spans = certificates
    .map((certificate) => ({
      certificate,
      from: Date.parse(certificate.not_before ?? ''),
      until: Date.parse(certificate.not_after ?? ''),
    }))
    .filter(({ from, until }) => !Number.isNaN(from) && !Number.isNaN(until))
    .toSorted((one, other) => one.until - other.until);
  if (spans.length === 0) return null;
  const first = Math.min(...spans.map(({ from }) => from));
  const last = Math.max(...spans.map(({ until }) => until));
  const at = (time: number) => ((time - first) / Math.max(last - first, 1)) * 100;
  const [ending, following] = spans.slice(-2);
  const overlap =
    ending && following
      ? Math.floor((ending.until - Math.max(following.from, Date.now())) / DAY_MS)
      : undefined;
  return (
    <section className="card rollover" aria-label="Rollover">
      <h3>Rollover</h3>
      <svg viewBox={`0 0 100 ${spans.length * 12 + 4}`} preserveAspectRatio="none" aria-hidden="true">
        {spans.map(({ certificate, from, until }, index) => (
          <rect
            key={certificate['x5t#S256']}
            className="span"
            x={at(from)}
            width={Math.max(at(until) - at(from), 0.6)}
            y={index * 12 + 4}
            height="8"
          />
        ))}
        <line className="now" x1={at(Date.now())} x2={at(Date.now())} y1="0" y2={spans.length * 12 + 4} />
      </svg>
      <div className="rollover-ends">
        <span>{dateOf(new Date(first).toISOString())}</span>
        <span>{dateOf(new Date(last).toISOString())}</span>
      </div>
      {overlap !== undefined && ending && (
        <p className="quiet">
          {overlap >= 0
            ? `Both of the last two are good together for another ${overlap} days, until ${dateOf(ending.certificate.not_after)}. Move the client over in that time, then remove the old one.`
            : 'There is a gap between the last two: in it the client cannot authenticate.'}
        </p>
      )}
    </section>
  );
}
