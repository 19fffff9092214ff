import { type ReactNode, useState } from 'react';
import { pathOf, queryOf, request } from '../api/request.ts';
import { invalidate, useResource } from '../api/resource.ts';
import type { Consent, Grant, Page, Session } from '../api/types.ts';
import { Button } from '../components/button.tsx';
import { ConfirmDialog } from '../components/dialog.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pager, useCursor } from '../components/pager.tsx';
import { Badge, Empty, Failed, Loading } from '../components/states.tsx';
import { Tabs } from '../components/tabs.tsx';
import { Time } from '../components/time.tsx';
import { useToasts } from '../components/toast.tsx';
import { Link, setQuery, useRoute } from '../navigation/router.tsx';
import { useMay } from '../session/me.tsx';

const TABS = ['sessions', 'consents', 'grants'] as const;
type TabName = (typeof TABS)[number];

/** Who is signed in, what people agreed to, and what was issued. */
export function AccessPage() {
  const { query } = useRoute();
  const tab = TABS.find((name) => name === query.get('tab')) ?? 'sessions';
  return (
    <>
      <PageHeader
        title="Sessions and tokens"
        about="Who is signed in, what people agreed to, and what came of it."
      />
      <Tabs<TabName>
        label="Sessions and tokens"
        chosen={tab}
        onChoose={(name) => setQuery({ tab: name === 'sessions' ? '' : name })}
        tabs={[
          { name: 'sessions', label: 'Sessions' },
          { name: 'consents', label: 'Consents' },
          { name: 'grants', label: 'Authorizations' },
        ]}
      >
        {tab === 'sessions' && <SessionList />}
        {tab === 'consents' && <ConsentList />}
        {tab === 'grants' && <GrantList />}
      </Tabs>
    </>
  );
}

type Owner = { readonly username?: string; readonly client_id?: string };

type Column<T> = { readonly label: string; readonly show: (item: T) => ReactNode };

/** A listing whose every row can be taken back. */
function RevocableList<T>({
  path,
  filter,
  caption,
  columns,
  keyOf,
  revoke,
  empty,
}: {
  readonly path: string;
  readonly filter: Owner;
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly keyOf: (item: T) => string;
  readonly revoke: {
    readonly label: string;
    readonly title: string;
    readonly body: (item: T) => string;
    readonly path: (item: T) => string;
  };
  readonly empty: string;
}) {
  const may = useMay();
  const toasts = useToasts();
  const cursor = useCursor(JSON.stringify(filter));
  const [asking, setAsking] = useState<T>();
  const { data, error, loading, reload } = useResource<Page<T>>(
    `${path}${queryOf({ limit: 25, ...filter, after: cursor.after })}`,
    10_000,
  );
  if (error && !data) return <Failed error={error} retry={reload} />;
  if (loading || !data) return <Loading rows={3} />;
  if (data.items.length === 0) return <Empty title={empty} icon="sessions" />;
  const [first, ...others] = columns;
  return (
    <>
      <div className="card table-card">
        <table className="rows">
          <caption className="unseen">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ label }) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
              {may('admin:users') && (
                <th scope="col">
                  <span className="unseen">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {data.items.map((item) => (
              <tr key={keyOf(item)}>
                <th scope="row">{first?.show(item)}</th>
                {others.map(({ label, show }) => (
                  <td key={label} data-label={label}>
                    {show(item)}
                  </td>
                ))}
                {may('admin:users') && (
                  <td className="row-actions">
                    <Button small onClick={() => setAsking(item)}>
                      {revoke.label}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pager cursor={cursor} next={data.next} shown={data.items.length} />
      {asking !== undefined && (
        <ConfirmDialog
          title={revoke.title}
          action={revoke.label}
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            await request('DELETE', revoke.path(asking));
            invalidate('/sessions', '/consents', '/grants');
            toasts.done('Done.');
          }}
        >
          <p>{revoke.body(asking)}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

const userLink = (username: string) => <Link to={pathOf('users', username)}>{username}</Link>;
const clientLink = ({ client_id, client_name }: { client_id: string; client_name: string }) => (
  <Link to={pathOf('clients', client_id)}>{client_name}</Link>
);
const scopeChips = (scopes: readonly string[]) => (
  <span className="chips">
    {scopes.map((scope) => (
      <Badge key={scope}>{scope}</Badge>
    ))}
  </span>
);

export function SessionList({ username }: { readonly username?: string }) {
  return (
    <RevocableList<Session>
      path="/sessions"
      filter={username === undefined ? {} : { username }}
      caption="Sessions"
      keyOf={({ session_id }) => session_id}
      empty="Nobody is signed in."
      columns={[
        { label: 'User', show: (session) => userLink(session.username) },
        { label: 'Signed in', show: (session) => <Time at={session.signed_in_at} /> },
        { label: 'Last seen', show: (session) => <Time at={session.last_seen_at} /> },
        { label: 'By', show: (session) => session.amr.join(', ') },
        { label: 'From', show: (session) => session.remote_address ?? '–' },
      ]}
      revoke={{
        label: 'End',
        title: 'End this session?',
        body: (session) => `${session.username} must sign in again in that browser.`,
        path: ({ session_id }) => pathOf('sessions', session_id),
      }}
    />
  );
}

export function ConsentList(owner: Owner) {
  return (
    <RevocableList<Consent>
      path="/consents"
      filter={owner}
      caption="Consents"
      keyOf={({ username, client_id }) => `${username} ${client_id}`}
      empty="Nobody has agreed to anything yet."
      columns={[
        { label: 'User', show: (consent) => userLink(consent.username) },
        { label: 'Service provider', show: clientLink },
        { label: 'Agreed to', show: (consent) => scopeChips(consent.scopes) },
        { label: 'When', show: (consent) => <Time at={consent.granted_at} /> },
      ]}
      revoke={{
        label: 'Revoke',
        title: 'Revoke this consent?',
        body: ({ username, client_name }) =>
          `${username} will be asked again, and every token ${client_name} holds for ${username} ends.`,
        path: ({ username, client_id }) => pathOf('users', username, 'consents', client_id),
      }}
    />
  );
}

export function GrantList(owner: Owner) {
  return (
    <RevocableList<Grant>
      path="/grants"
      filter={owner}
      caption="Authorizations in force"
      keyOf={({ grant_id }) => grant_id}
      empty="No authorization is in force."
      columns={[
        { label: 'User', show: (grant) => userLink(grant.username) },
        { label: 'Service provider', show: clientLink },
        { label: 'Scopes', show: (grant) => scopeChips(grant.scope === '' ? [] : grant.scope.split(' ')) },
        { label: 'Since', show: (grant) => <Time at={grant.created_at} /> },
        { label: 'Until', show: (grant) => <Time at={grant.expires_at} /> },
      ]}
      revoke={{
        label: 'Revoke',
        title: 'Revoke this authorization?',
        body: ({ username, client_name }) =>
          `Every token that ${client_name} got for ${username} by it ends at once, refresh tokens too.`,
        path: ({ grant_id }) => pathOf('grants', grant_id),
      }}
    />
  );
}
