import { useEffect, useRef, useState } from 'react';
import { numberText, shortNumberText, text } from '../words/words.tsx';

export type Bar = {
  readonly label: string;
  readonly parts: readonly { readonly name: string; readonly value: number; readonly tone: string }[];
};

const HEIGHT = 180;
const BOTTOM = 22;
const LEFT = 34;
/** Room for one label below. */
const LABEL = 56;

/** The next round number above `most`, so that the axis reads easily. */
function roundUp(most: number): number {
  if (most <= 4) return 4;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= most) ?? most;
}

/** Stacked bars. What the picture shows stands in a table too, for those who do not see it. */
export function BarChart({
  title,
  bars,
  everyLabel = 1,
}: {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** Every n-th bar has its label below. */
  readonly everyLabel?: number;
}) {
  const [pointed, setPointed] = useState<number>();
  const [width, setWidth] = useState(640);
  const figure = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = figure.current;
    if (!element) return;
    const measure = () => setWidth(Math.max(element.clientWidth, 240));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const totals = bars.map((bar) => bar.parts.reduce((sum, part) => sum + part.value, 0));
  const top = roundUp(Math.max(...totals, 0));
  const step = (width - LEFT) / Math.max(bars.length, 1);
  const barWidth = Math.max(2, Math.min(step * 0.72, 64));
  const y = (value: number) => (HEIGHT - BOTTOM - 8) * (1 - value / top) + 8;
  const shown = pointed === undefined ? undefined : bars[pointed];
  const names = bars[0]?.parts ?? [];
  // Labels that would run into one another are thinned out.
  const every = everyLabel * Math.max(1, Math.ceil(LABEL / (step * everyLabel)));
  return (
    <figure className="chart" ref={figure}>
      <figcaption>
        {shown ? (
          <>
            <strong>{shown.label}</strong>
            {shown.parts.map((part) => (
              <span key={part.name} className={`key ${part.tone}`}>
                {numberText(part.value)} {part.name}
              </span>
            ))}
          </>
        ) : (
          names.length > 1 &&
          names.map((part) => (
            <span key={part.name} className={`key ${part.tone}`}>
              {part.name}
            </span>
          ))
        )}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={title}
        onMouseLeave={() => setPointed(undefined)}
      >
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line className="grid" x1={LEFT} x2={width} y1={y(top * share)} y2={y(top * share)} />
            <text className="axis" x={LEFT - 6} y={y(top * share) + 4} textAnchor="end">
              {shortNumberText(top * share)}
            </text>
          </g>
        ))}
        {bars.map((bar, index) => {
          let below = 0;
          const x = LEFT + step * index + (step - barWidth) / 2;
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: pointing shows what the table tells everyone
            <g
              key={bar.label}
              className={pointed === index ? 'pointed' : ''}
              onMouseEnter={() => setPointed(index)}
            >
              <rect className="hit" x={LEFT + step * index} y={0} width={step} height={HEIGHT - BOTTOM} />
              {bar.parts.map((part) => {
                const from = y(below + part.value);
                const height = y(below) - from;
                below += part.value;
                return part.value === 0 ? null : (
                  <rect
                    key={part.name}
                    className={`bar ${part.tone}`}
                    x={x}
                    y={from}
                    width={barWidth}
                    height={Math.max(height, 1.5)}
                    rx={Math.min(2.5, barWidth / 3)}
                  />
                );
              })}
              {index % every === 0 && (
                <text className="axis" x={LEFT + step * (index + 0.5)} y={HEIGHT - 5} textAnchor="middle">
                  {bar.label}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      {/* A table is as large as what is in it, whatever its style says. */}
      <div className="unseen">
        <table>
          <caption>{title}</caption>
          <thead>
            <tr>
              <th scope="col">{text('common.when')}</th>
              {names.map((part) => (
                <th key={part.name} scope="col">
                  {part.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.label}>
                <th scope="row">{bar.label}</th>
                {bar.parts.map((part) => (
                  <td key={part.name}>{numberText(part.value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
