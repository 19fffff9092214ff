import { useState } from 'react';
import { pathOf, request } from '../../api/request.ts';
import { invalidate, useResource } from '../../api/resource.ts';
import type { Client } from '../../api/types.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { CodeBlock, CopyValue } from '../../components/copy.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { EventTable } from '../../components/event-table.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Badge, Failed, Loading, Notice } from '../../components/states.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Time } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate, setQuery, useRoute } from '../../navigation/router.tsx';
import { useMay, useMe } from '../../session/me.tsx';
import { ConsentList, GrantList } from '../access.tsx';
import { ClientCertificates } from './client-certificates.tsx';
import { GRANTS, methodName, SUBJECTS } from './methods.ts';
import { forgetRevealed, reveal, revealedFor } from './revealed-secret.ts';
import { snippetsFor } from './snippets.ts';

const TABS = ['overview', 'certificates', 'settings', 'activity', 'access'] as const;
type TabName = (typeof TABS)[number];

export function ClientPage({ client_id }: { readonly client_id: string }) {
  const path = pathOf('clients', client_id);
  const { data: client, error, loading, reload } = useResource<Client>(path);
  const { query } = useRoute();
  const tab = TABS.find((name) => name === query.get('tab')) ?? 'overview';
  if (error && !client) {
    return (
      <>
        <PageHeader title="Service provider" back={{ to: '/clients', label: 'Service providers' }} />
        <Failed error={error} retry={reload} />
      </>
    );
  }
  if (loading || !client) return <Loading rows={6} />;
  const certificateCount = client.certificate_details.length;
  return (
    <>
      <ClientHeader client={client} />
      <Tabs<TabName>
        label={client.client_name}
        chosen={tab}
        onChoose={(name) => setQuery({ tab: name === 'overview' ? '' : name })}
        tabs={[
          { name: 'overview', label: 'Overview' },
          {
            name: 'certificates',
            label: 'Certificates',
            ...(certificateCount > 0 && { count: certificateCount }),
          },
          { name: 'settings', label: 'Configuration' },
          { name: 'activity', label: 'Activity' },
          { name: 'access', label: 'Authorizations' },
        ]}
      >
        {tab === 'overview' && <ClientOverview client={client} />}
        {tab === 'certificates' && <ClientCertificates client={client} />}
        {tab === 'settings' && <ClientSettings client={client} />}
        {tab === 'activity' && (
          <EventTable
            filter={{ client_id: client.client_id }}
            every={3000}
            empty="Nothing has happened yet."
          />
        )}
        {tab === 'access' && (
          <>
            <h2>Authorizations in force</h2>
            <GrantList client_id={client.client_id} />
            <h2>Consents</h2>
            <ConsentList client_id={client.client_id} />
          </>
        )}
      </Tabs>
    </>
  );
}

function ClientHeader({ client }: { readonly client: Client }) {
  const may = useMay();
  const toasts = useToasts();
  const [deleting, setDeleting] = useState(false);
  const [busy, setBusy] = useState(false);
  const path = pathOf('clients', client.client_id);
  const setEnabled = async (enabled: boolean) => {
    await request('PATCH', path, { enabled });
    invalidate('/clients');
  };
  const toggle = async () => {
    setBusy(true);
    try {
      await setEnabled(!client.enabled);
      toasts.done(
        client.enabled ? `${client.client_name} is disabled.` : `${client.client_name} is enabled.`,
        () => setEnabled(client.enabled),
      );
    } catch (failure) {
      toasts.failed(failure);
    }
    setBusy(false);
  };
  const editable = may('admin:clients') && !client.built_in;
  return (
    <>
      <PageHeader
        title={client.client_name}
        back={{ to: '/clients', label: 'Service providers' }}
        about={
          <span className="chips">
            {client.built_in && <Badge kind="accent">built in</Badge>}
            {client.enabled ? <Badge kind="good">enabled</Badge> : <Badge kind="bad">disabled</Badge>}
            <Badge>{methodName(client.token_endpoint_auth_method)}</Badge>
            <span className="quiet">
              added <Time at={new Date(client.client_id_issued_at * 1000).toISOString()} />
            </span>
          </span>
        }
        actions={
          editable && (
            <>
              <ButtonLink to={`${path}/edit`} icon="edit">
                Edit
              </ButtonLink>
              <Button busy={busy} onClick={() => void toggle()}>
                {client.enabled ? 'Disable' : 'Enable'}
              </Button>
              <Button look="danger" icon="trash" onClick={() => setDeleting(true)}>
                Delete
              </Button>
            </>
          )
        }
      />
      {!client.enabled && (
        <Notice kind="warning">It is disabled: every request of it is refused, its tokens too.</Notice>
      )}
      {deleting && (
        <ConfirmDialog
          title={`Delete ${client.client_name}?`}
          action="Delete"
          typed={client.client_name}
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            await request('DELETE', path);
            invalidate('/clients', '/certificates');
            toasts.done(`${client.client_name} is deleted.`);
            navigate('/clients', { replace: true });
          }}
        >
          <p>
            Its key, certificates, consents and every token end at once, and this cannot be undone. Disabling
            it keeps everything.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

function ClientOverview({ client }: { readonly client: Client }) {
  const { issuer } = useMe();
  const [snippet, setSnippet] = useState('curl');
  const snippets = snippetsFor(client, issuer);
  const shown = snippets.find(({ name }) => name === snippet) ?? snippets[0];
  return (
    <div className="columns">
      <section className="card">
        <h2>OAuth key and secret</h2>
        <ClientCredentials client={client} />
      </section>
      <section className="card">
        <h2>Get a token</h2>
        {client.built_in ? (
          <p className="quiet">The console signs in with this client; it cannot be changed.</p>
        ) : (
          <>
            <Segmented
              legend="Language"
              options={snippets.map(({ name }) => name)}
              chosen={snippet}
              onChoose={setSnippet}
            />
            {shown && <CodeBlock code={shown.code} what={`${shown.name} request`} />}
          </>
        )}
      </section>
    </div>
  );
}

function ClientCredentials({ client }: { readonly client: Client }) {
  const may = useMay();
  const toasts = useToasts();
  const [secret, setSecret] = useState(() => revealedFor(client.client_id));
  const [asking, setAsking] = useState(false);
  const path = `${pathOf('clients', client.client_id)}/secret`;
  const hide = () => {
    forgetRevealed();
    setSecret(undefined);
  };
  return (
    <>
      <dl className="facts">
        <div>
          <dt>OAuth client key</dt>
          <dd>
            <CopyValue value={client.client_id} what="client key" />
          </dd>
        </div>
        <div>
          <dt>OAuth client secret</dt>
          <dd>
            {secret !== undefined ? (
              <CopyValue value={secret} what="client secret" />
            ) : client.has_client_secret ? (
              <span className="quiet">kept as a hash; it was shown once</span>
            ) : (
              <span className="quiet">none</span>
            )}
          </dd>
        </div>
      </dl>
      {secret !== undefined && (
        <Notice kind="warning" title="This is the only time the secret is shown.">
          <p>Copy it now. The server keeps its hash alone.</p>
          <Button small onClick={hide}>
            I have copied it
          </Button>
        </Notice>
      )}
      {may('admin:clients') && !client.built_in && client.token_endpoint_auth_method !== 'none' && (
        <Button icon="refresh" onClick={() => setAsking(true)}>
          {client.has_client_secret ? 'Regenerate the secret' : 'Generate a secret'}
        </Button>
      )}
      {asking && (
        <ConfirmDialog
          title="Regenerate the secret?"
          action="Regenerate"
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            const answer = await request<Client>('POST', path);
            reveal(client.client_id, answer.client_secret);
            setSecret(answer.client_secret);
            invalidate('/clients');
            toasts.done('A new secret was made; the old one has ended.');
          }}
        >
          <p>The old secret ends at once. Whoever uses it must get the new one.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function ClientSettings({ client }: { readonly client: Client }) {
  const subject = SUBJECTS.find(({ value }) => client[value] !== undefined);
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ['Authentication', [methodName(client.token_endpoint_auth_method)]],
    ...(subject ? [[subject.label, [client[subject.value] ?? '']] as const] : []),
    ...(client.trust_group === undefined ? [] : [['Trust group', [client.trust_group]] as const]),
    ...(client.jwks_uri === undefined ? [] : [['JWKS URI', [client.jwks_uri]] as const]),
    ['Callback URLs', client.redirect_uris],
    [
      'Grant types',
      client.grant_types.map((grant) => GRANTS.find(({ value }) => value === grant)?.label ?? grant),
    ],
    ['Scopes', client.scope === '' ? [] : client.scope.split(' ')],
    ['Tokens bound to the certificate', [client.tls_client_certificate_bound_access_tokens ? 'yes' : 'no']],
    ['Access tokens', [client.access_token_type === 'jwt' ? 'signed JWT' : 'opaque, introspected']],
    ['Application type', [client.application_type]],
    ['Pushed requests required', [client.require_pushed_authorization_requests ? 'yes' : 'no']],
    ['URLs after sign-out', client.post_logout_redirect_uris],
    [
      'Back-channel logout',
      client.backchannel_logout_uri === undefined ? [] : [client.backchannel_logout_uri],
    ],
    ['Contacts', client.contacts],
  ];
  return (
    <section className="card">
      <dl className="facts wide">
        {facts.map(([name, values]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {values.length === 0 ? (
                <span className="quiet">none</span>
              ) : (
                <ul className="lines">
                  {values.map((value) => (
                    <li key={value}>{value}</li>
                  ))}
                </ul>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
