import type { Client, ClientOperations } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { ButtonLink } from '../../components/button.tsx';
import { List } from '../../components/list/list.tsx';
import type { BulkAction, ListColumn, ListFilter } from '../../components/list/list-definition.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { Badge } from '../../components/states.tsx';
import { fromNow, Time, timeOfSeconds } from '../../components/time.tsx';
import { Link, useRoute } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { METHODS, methodName } from './methods.ts';

const SOON_DAYS = 30;
/** Characters of a client_id from which on it would push the other columns out of sight. */
const LONG = 44;
/** Clients that are changed by one request. */
const AT_ONCE = 100;

const FILTERS: readonly ListFilter[] = [
  {
    name: 'enabled',
    label: text('common.state'),
    options: [
      { value: '', label: text('clientlist.state.any') },
      { value: 'true', label: text('clientlist.state.enabled') },
      { value: 'false', label: text('clientlist.state.disabled') },
    ],
  },
  {
    name: 'method',
    label: text('clientlist.method.filter'),
    options: [
      { value: '', label: text('clientlist.method.any') },
      ...Object.entries(METHODS).map(([value, label]) => ({ value, label })),
    ],
  },
  {
    name: 'expiring',
    label: text('common.certificate'),
    options: [
      { value: '', label: text('clientlist.certificate.any') },
      { value: 'all', label: text('clientlist.certificate.none') },
      { value: '0', label: text('clientlist.certificate.expired') },
      { value: '30', label: text('clientlist.certificate.within', { days: 30 }) },
      { value: '90', label: text('clientlist.certificate.within', { days: 90 }) },
    ],
  },
];

/** Whether, and when, nothing of a client's certificates is valid any more. */
function LastEnd({ client: { certificates_end: last, certificate_details } }: { readonly client: Client }) {
  if (last === undefined) return <span className="quiet">–</span>;
  const days = (Date.parse(last) - Date.now()) / 86_400_000;
  const [count, when] = [Math.max(certificate_details.length, 1), fromNow(last)];
  if (days < 0) return <Badge kind="bad">{text('clientlist.certificate.ended', { count, when })}</Badge>;
  if (days < SOON_DAYS) return <Badge kind="warn">{text('clientlist.certificate.soon', { when })}</Badge>;
  return <span className="quiet">{text('clientlist.certificate.later', { when })}</span>;
}

function stateOf({ built_in, enabled, awaits_confirmation }: Client) {
  if (built_in) return <Badge kind="accent">{text('clientlist.state.builtin')}</Badge>;
  if (enabled) return <Badge kind="good">{text('common.enabled')}</Badge>;
  return (
    <Badge kind="bad">{text(awaits_confirmation ? 'clientlist.state.awaits' : 'common.disabled')}</Badge>
  );
}

const COLUMNS: readonly ListColumn<Client>[] = [
  {
    id: 'client_name',
    label: text('common.name'),
    sort: { by: 'client_name', values: 'texts' },
    show: ({ client_id, client_name }) => <Link to={pathOf('clients', client_id)}>{client_name}</Link>,
    exported: ({ client_name }) => client_name,
  },
  {
    id: 'client_id',
    label: text('common.clientid'),
    sort: { by: 'client_id', values: 'texts' },
    show: ({ client_id }) => (
      <code className={client_id.length > LONG ? 'break' : undefined}>{client_id}</code>
    ),
    exported: ({ client_id }) => client_id,
  },
  {
    id: 'token_endpoint_auth_method',
    label: text('clientlist.method'),
    sort: { by: 'token_endpoint_auth_method' },
    show: ({ token_endpoint_auth_method }) => methodName(token_endpoint_auth_method),
    exported: ({ token_endpoint_auth_method }) => token_endpoint_auth_method,
  },
  {
    id: 'certificates_end',
    label: text('common.certificate'),
    sort: { by: 'certificates_end', values: 'times' },
    show: (client) => <LastEnd client={client} />,
    exported: ({ certificates_end }) => certificates_end,
  },
  {
    id: 'enabled',
    label: text('common.state'),
    sort: { by: 'enabled' },
    show: stateOf,
    exported: ({ enabled }) => enabled,
  },
  {
    id: 'client_id_issued_at',
    label: text('clientlist.issued'),
    sort: { by: 'client_id_issued_at', values: 'times' },
    hidden: true,
    show: ({ client_id_issued_at }) => <Time at={timeOfSeconds(client_id_issued_at)} show="date" />,
    exported: ({ client_id_issued_at }) => timeOfSeconds(client_id_issued_at),
  },
  {
    id: 'grant_types',
    label: text('clientlist.grants'),
    hidden: true,
    show: ({ grant_types }) => grant_types.join(', '),
    exported: ({ grant_types }) => grant_types.join(' '),
  },
  {
    id: 'scope',
    label: text('clientlist.scope'),
    hidden: true,
    show: ({ scope }) => scope,
    exported: ({ scope }) => scope,
  },
  {
    id: 'has_client_secret',
    label: text('clientlist.secret'),
    hidden: true,
    show: ({ has_client_secret }) => text(has_client_secret ? 'common.yes' : 'common.no'),
    exported: ({ has_client_secret }) => has_client_secret,
  },
  {
    id: 'managed_by',
    label: text('clientlist.managed'),
    hidden: true,
    show: ({ managed_by }) => managed_by,
    exported: ({ managed_by }) => managed_by,
  },
];

type Operation = ClientOperations['operations'][number];

/** An operation on several, each done by itself. */
const several = (operationOf: (client_id: string) => Operation): BulkAction<Client>['change'] => ({
  meta: changes.changeClients.meta,
  async mutationFn(clients) {
    const results = await changes.changeClients.mutationFn(
      clients.map(({ client_id }) => operationOf(client_id)),
    );
    return results.map(({ error, error_description, event_id }) =>
      error === undefined ? undefined : { why: error_description ?? error, event_id },
    );
  },
});

const switching = (enabled: boolean) =>
  several((client_id) => ({ operation: 'change', client_id, changes: { enabled } }));

const ACTIONS: readonly BulkAction<Client>[] = [
  {
    label: text('common.enable'),
    question: (count) => text('clientlist.enable.ask', { count }),
    consequence: () => text('clientlist.enable.what'),
    done: (count) => text('clientlist.enable.done', { count }),
    change: switching(true),
    atOnce: AT_ONCE,
  },
  {
    label: text('common.disable'),
    question: (count) => text('clientlist.disable.ask', { count }),
    consequence: () => text('clientlist.disable.what'),
    done: (count) => text('clientlist.disable.done', { count }),
    change: switching(false),
    atOnce: AT_ONCE,
  },
  {
    label: text('common.delete'),
    icon: 'trash',
    forGood: true,
    question: (count) => text('clientlist.delete.ask', { count }),
    consequence: () => text('clientlist.delete.what'),
    done: (count) => text('clientlist.delete.done', { count }),
    change: several((client_id) => ({ operation: 'remove', client_id })),
    atOnce: AT_ONCE,
  },
];

/** What people of other servers search for; here it has another name. */
const OTHER_NAMES = /^(service[ -]?providers?|client[ -]?keys?)$/i;

export function ClientListPage() {
  const { query } = useRoute();
  const may = useMay();
  const isOtherName = OTHER_NAMES.test(query.get('search') ?? '');
  return (
    <>
      <PageHeader
        title={text('common.clients')}
        about={text('clientlist.about')}
        actions={
          may('clients:write') && (
            <>
              <ButtonLink to="/clients/import" icon="upload">
                {text('common.import')}
              </ButtonLink>
              <ButtonLink to="/clients/add" look="primary" icon="plus">
                {text('common.add')}
              </ButtonLink>
            </>
          )
        }
      />
      <List<Client>
        name="clients"
        caption={text('common.clients')}
        columns={COLUMNS}
        keyOf={({ client_id }) => client_id}
        nameOf={({ client_name }) => client_name}
        read={(part, { search, enabled, method, expiring }) =>
          queries.clients({
            ...part,
            search,
            enabled,
            token_endpoint_auth_method: method,
            ...(expiring === 'all' ? { certificates: 'expired' } : { expiring_within: expiring }),
          })
        }
        isCounted
        sorted={{ by: 'client_name' }}
        search={text('clientlist.search')}
        filters={FILTERS}
        actions={may('clients:write') ? ACTIONS : []}
        isExported
        icon="clients"
        empty={text('clientlist.empty')}
        emptyHint={<p>{text('clientlist.empty.hint')}</p>}
        noMatch={text('clientlist.nomatch')}
        {...(isOtherName && { noMatchHint: <p>{text('clientlist.hint')}</p> })}
      />
    </>
  );
}
