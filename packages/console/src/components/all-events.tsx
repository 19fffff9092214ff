import { Link } from '../navigation/router.tsx';
import { useMay } from '../session/me.tsx';
import { text } from '../words/words.tsx';
import { auditOf } from './event-about.ts';

/**
 * The way from a thing to all its events, for those who may read any.
 * @param narrowed what the audit trail is narrowed to, by the names of its filters
 * @param label what it says to who points at it or does not see beside what it stands
 */
export function AllEvents({
  narrowed,
  label,
}: {
  readonly narrowed: Readonly<Record<string, string>>;
  readonly label: string;
}) {
  const may = useMay();
  if (!may('audit:read') && !may('clients:read')) return null;
  return (
    <Link className="all-of" to={auditOf(narrowed)} title={label}>
      {text('audit.all')}
    </Link>
  );
}
