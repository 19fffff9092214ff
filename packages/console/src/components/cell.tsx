import type { ReactNode } from 'react';

/** A cell of a table that becomes a line of its own on a phone; an empty one leaves no line there. */
export function Cell({ label, children }: { readonly label: string; readonly children?: ReactNode }) {
  const empty = children === undefined || children === null || children === '' || children === false;
  return (
    <td data-label={label} className={empty ? 'blank' : undefined}>
      {empty ? <span className="quiet">–</span> : children}
    </td>
  );
}
