import { text } from '../words/words.tsx';

/** Any JSON value, as text a person can read; never as markup. */
export function ValueView({ value }: { readonly value: unknown }) {
  if (value === undefined || value === null) return <p className="quiet">{text('common.nothing')}</p>;
  if (Array.isArray(value)) {
    if (value.length === 0) return <p className="quiet">{text('common.none')}</p>;
    return (
      <ul className="lines">
        {value.map((item: unknown, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: evidence does not change
          <li key={index}>
            <ValueView value={item} />
          </li>
        ))}
      </ul>
    );
  }
  if (typeof value === 'object') {
    return (
      <dl className="facts">
        {Object.entries(value).map(([name, item]) => (
          <div key={name}>
            <dt translate="no">{name.replaceAll('_', ' ')}</dt>
            <dd>
              <ValueView value={item} />
            </dd>
          </div>
        ))}
      </dl>
    );
  }
  return <code className="value">{String(value)}</code>;
}
