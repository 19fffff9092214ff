import type { UnreadableRecord } from '../api/admin-api.ts';
import { Notice } from './states.tsx';

/** What belongs in a listing and this version of the server cannot read; nothing where it can read all. */
export function Unreadable({ records = [] }: { readonly records?: readonly UnreadableRecord[] | undefined }) {
  if (records.length === 0) return null;
  return (
    <Notice kind="warning" title="Not everything can be read by this version of the server.">
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
