import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { ButtonLink } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Empty } from '../../components/states.tsx';
import { fromNow } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { useMay, useMayEverywhere, useMe } from '../../session/me.tsx';
import { ExpiryCard } from './expiry-card.tsx';
import { RefusalsCard } from './refusals-card.tsx';
import { RequestsChart } from './requests-chart.tsx';

export function OverviewPage() {
  const me = useMe();
  const may = useMay();
  const mayEverywhere = useMayEverywhere();
  const clients = useQuery({ ...queries.clients({ limit: 2 }), enabled: may('clients:read') });
  const keys = useQuery({ ...queries.signingKeys(), enabled: may('keys:read') });
  const active = keys.data?.items.find(({ state }) => state === 'active');
  // The console itself is one of all.
  const own = (clients.data?.total ?? 0) - (mayEverywhere('clients:read') ? 1 : 0);
  return (
    <>
      <PageHeader
        title="Overview"
        about={
          <>
            <code>{me.issuer}</code> <span className="quiet">version {me.version}</span>
          </>
        }
        actions={
          may('clients:write') && (
            <ButtonLink to="/clients/add" look="primary" icon="plus">
              Add a client
            </ButtonLink>
          )
        }
      />
      {clients.data && own <= 0 && (
        <section className="card welcome">
          <Empty title="Welcome. No client is registered yet." icon="clients">
            <p>
              Give an application a name and its certificate. It gets a client key, a secret, and a curl
              command that works at once.
            </p>
            {may('clients:write') && (
              <ButtonLink to="/clients/add" look="primary" icon="plus">
                Add the first one
              </ButtonLink>
            )}
          </Empty>
        </section>
      )}
      <div className="tiles">
        {may('clients:read') && (
          <Link to="/clients" className="tile">
            <span>Clients</span>
            <strong>{clients.data ? Math.max(own, 0).toLocaleString('en') : '…'}</strong>
          </Link>
        )}
        {may('keys:read') && (
          <Link to="/keys" className="tile">
            <span>Signing key</span>
            <strong>{active ? active.alg : '…'}</strong>
            {active && <small>since {fromNow(active.created_at)}</small>}
          </Link>
        )}
      </div>
      {mayEverywhere('audit:read') && <RequestsChart />}
      <div className="columns">
        {may('clients:read') && <ExpiryCard />}
        {(may('audit:read') || may('clients:read')) && <RefusalsCard />}
      </div>
    </>
  );
}
