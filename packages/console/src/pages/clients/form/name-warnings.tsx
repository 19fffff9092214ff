import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../api/queries.ts';
import { pathOf } from '../../../api/request.ts';
import { hiddenMarks } from '../../../components/hidden-marks.ts';
import { useSettled } from '../../../components/settled.ts';
import { Notice } from '../../../components/states.tsx';
import { Link } from '../../../navigation/router.tsx';
import { useMay } from '../../../session/me.tsx';
import { rich, text } from '../../../words/words.tsx';

const PAUSE_MS = 300;
const LOOKED_AT = 10;

const sameName = (one: string, other: string): boolean =>
  one.normalize('NFKC').trim().toLowerCase() === other.normalize('NFKC').trim().toLowerCase();

/** What is allowed in a name and misleads people: that another client has it, and marks that nobody sees. */
export function NameWarnings({
  name,
  client_id,
}: {
  readonly name: string;
  /** That of the client whose name it is already. */
  readonly client_id: string | undefined;
}) {
  const may = useMay();
  const search = useSettled(name.trim(), PAUSE_MS);
  const { data } = useQuery({
    ...queries.clients({ limit: LOOKED_AT, search }),
    enabled: search !== '' && may('clients:read'),
  });
  const others = (data?.items ?? []).filter(
    (other) => other.client_id !== client_id && sameName(other.client_name, search),
  );
  const marks = hiddenMarks(name);
  return (
    <div aria-live="polite" className="name-warnings">
      {search === name.trim() && others.length > 0 && (
        <Notice kind="warning">
          {rich('clientform.duplicate', {
            count: others.length,
            names: (
              <span className="chips">
                {others.map((other) => (
                  <Link key={other.client_id} to={pathOf('clients', other.client_id)}>
                    {other.client_id}
                  </Link>
                ))}
              </span>
            ),
          })}
        </Notice>
      )}
      {marks.length > 0 && <Notice kind="warning">{text('guard.marks', { shown: marks.join(', ') })}</Notice>}
    </div>
  );
}
