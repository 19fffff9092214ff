import type { UnreadableRecord } from '../api/admin-api.ts';
import { text } from '../words/words.tsx';
import { Notice } from './states.tsx';

/** What belongs in a listing and this version of the server cannot read; nothing where it can read all. */
export function Unreadable({ records = [] }: { readonly records?: readonly UnreadableRecord[] | undefined }) {
  if (records.length === 0) return null;
  return (
    <Notice kind="warning" title={text('component.unreadable')}>
      <ul className="lines">
        {records.map(({ record, why }) => (
          <li key={record}>
            {record}: {why}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
