import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Badge, Failed, Loading } from '../../components/states.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { End, KINDS, WatchedName } from '../certificates/cells.tsx';
import { WINDOWS_READ_BY, Windows } from '../certificates/windows.tsx';

const EVERY_MS = 60_000;
const SHOWN = 7;

/** Which certificates and keys end soon: the soonest by name, all of them by number. */
export function ExpiryCard() {
  const may = useMay();
  const enabled = WINDOWS_READ_BY.some(may);
  const { data, error, refetch } = useQuery({
    ...queries.watchedCounts(),
    refetchInterval: EVERY_MS,
    enabled,
  });
  if (!enabled) return null;
  return (
    <div className="columns">
      <Soonest />
      <section className="card">
        <h2>{text('overview.byend')}</h2>
        {error && !data && <Failed error={error} retry={refetch} />}
        {!data && !error && <Loading rows={5} />}
        {data && <Windows windows={data.windows} kind="" />}
      </section>
    </div>
  );
}

/** What ends next, whatever it is. What has ended stands among the numbers, and not before what still can be renewed. */
function Soonest() {
  const { data, error, refetch } = useQuery({
    ...queries.watched({ limit: SHOWN, expired: 'false' }),
    refetchInterval: EVERY_MS,
  });
  return (
    <section className="card">
      <header className="card-head">
        <h2>{text('overview.endsnext')}</h2>
        <ButtonLink to="/certificates" look="quiet" small>
          {text('overview.endsall')}
        </ButtonLink>
      </header>
      {error && !data && <Failed error={error} retry={refetch} />}
      {!data && !error && <Loading rows={SHOWN} />}
      {data?.items.length === 0 && <p className="quiet">{text('overview.endsnone')}</p>}
      <ul className="rows-plain">
        {data?.items.map((item) => (
          <li key={`${item.key} ${item.not_after}`}>
            <span>
              <WatchedName item={item} /> <Badge>{KINDS[item.kind]}</Badge>
            </span>
            <End item={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}
