import { useQuery } from '@tanstack/react-query';
import type { Client } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { ButtonLink } from '../../components/button.tsx';
import { type FilterOption, FilterSelect } from '../../components/filter-select.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Pager, useCursor } from '../../components/pager.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { Badge, Empty, Failed, Loading } from '../../components/states.tsx';
import { fromNow } from '../../components/time.tsx';
import { Unreadable } from '../../components/unreadable.tsx';
import { Link, setQuery, useRoute } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { METHODS, methodName } from './methods.ts';

const LIMIT = 25;

const STATES: readonly FilterOption[] = [
  { value: '', label: 'Enabled and disabled' },
  { value: 'true', label: 'Enabled' },
  { value: 'false', label: 'Disabled' },
];

const METHOD_OPTIONS: readonly FilterOption[] = [
  { value: '', label: 'Every method' },
  ...Object.entries(METHODS).map(([value, label]) => ({ value, label })),
];

const CERTIFICATE_ENDS: readonly FilterOption[] = [
  { value: '', label: 'Any certificate' },
  { value: '0', label: 'Has an expired one' },
  { value: '30', label: 'Expires within 30 days' },
  { value: '90', label: 'Expires within 90 days' },
];

/** The end that comes first among the certificates of a client, if that matters soon. */
function SoonestEnd({ client }: { readonly client: Client }) {
  const ends = client.certificate_details.flatMap(({ not_after }) => not_after ?? []).toSorted();
  const last = ends.at(-1);
  if (last === undefined) return <span className="quiet">–</span>;
  const days = (Date.parse(last) - Date.now()) / 86_400_000;
  if (days < 0) return <Badge kind="bad">expired {fromNow(last)}</Badge>;
  if (days < 30) return <Badge kind="warn">expires {fromNow(last)}</Badge>;
  return <span className="quiet">expires {fromNow(last)}</span>;
}

export function ClientListPage() {
  const { query } = useRoute();
  const may = useMay();
  const search = query.get('search') ?? '';
  const enabled = query.get('enabled') ?? '';
  const method = query.get('method') ?? '';
  const expiring = query.get('expiring') ?? '';
  const filter = { search, enabled, token_endpoint_auth_method: method, expiring_within: expiring };
  const cursor = useCursor(JSON.stringify(filter));
  const { data, error, isPending, refetch } = useQuery(
    queries.clients({ limit: LIMIT, ...filter, after: cursor.after }),
  );
  const filtered = Object.values(filter).some((value) => value !== '');
  const total = data?.total ?? 0;
  return (
    <>
      <PageHeader
        title="Clients"
        about={data?.total === undefined ? undefined : `${total.toLocaleString('en')} registered`}
        actions={
          may('clients:write') && (
            <ButtonLink to="/clients/add" look="primary" icon="plus">
              Add
            </ButtonLink>
          )
        }
      />
      <div className="filters">
        <SearchBox
          label="Search by name or client key"
          value={search}
          onSearch={(text) => setQuery({ search: text })}
        />
        <FilterSelect label="State" name="enabled" options={STATES} />
        <FilterSelect label="Authentication method" name="method" options={METHOD_OPTIONS} />
        <FilterSelect label="Certificate" name="expiring" options={CERTIFICATE_ENDS} />
      </div>
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading rows={8} />}
      <Unreadable records={data?.unreadable} />
      {data && data.items.length === 0 && (
        <Empty title={filtered ? 'Nothing matches.' : 'No client yet.'} icon="clients">
          {filtered ? (
            <p>Try other words or fewer filters.</p>
          ) : (
            <p>Add the first one: a name and its certificate are enough.</p>
          )}
        </Empty>
      )}
      {data && data.items.length > 0 && (
        <>
          <ClientTable clients={data.items} />
          <Pager cursor={cursor} next={data.next} shown={data.items.length} />
        </>
      )}
    </>
  );
}

function ClientTable({ clients }: { readonly clients: readonly Client[] }) {
  return (
    <div className="card table-card">
      <table className="rows">
        <caption className="unseen">Clients</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Client key</th>
            <th scope="col">Authentication</th>
            <th scope="col">Certificate</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {clients.map((client) => (
            <tr key={client.client_id}>
              <th scope="row">
                <Link to={`/clients/${encodeURIComponent(client.client_id)}`}>{client.client_name}</Link>
              </th>
              <td data-label="Client key">
                <code>{client.client_id}</code>
              </td>
              <td data-label="Authentication">{methodName(client.token_endpoint_auth_method)}</td>
              <td data-label="Certificate">
                <SoonestEnd client={client} />
              </td>
              <td data-label="State">
                {client.built_in ? (
                  <Badge kind="accent">built in</Badge>
                ) : client.enabled ? (
                  <Badge kind="good">enabled</Badge>
                ) : (
                  <Badge kind="bad">
                    {client.awaits_confirmation ? 'waits for confirmation' : 'disabled'}
                  </Badge>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
