import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { ButtonLink } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Empty } from '../../components/states.tsx';
import { fromNow } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { useMay, useMe } from '../../session/me.tsx';
import { ExpiryCard } from './expiry-card.tsx';
import { RefusalsCard } from './refusals-card.tsx';
import { RequestsChart } from './requests-chart.tsx';

export function OverviewPage() {
  const me = useMe();
  const may = useMay();
  const clients = useQuery(queries.clients({ limit: 2 }));
  const keys = useQuery(queries.signingKeys());
  const active = keys.data?.items.find(({ state }) => state === 'active');
  const own = (clients.data?.total ?? 0) - 1;
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
          may('admin:clients') && (
            <ButtonLink to="/clients/add" look="primary" icon="plus">
              Add a service provider
            </ButtonLink>
          )
        }
      />
      {clients.data && own <= 0 && (
        <section className="card welcome">
          <Empty title="Welcome. No service provider is registered yet." icon="clients">
            <p>
              Give an application a name and its certificate. It gets a client key, a secret, and a curl
              command that works at once.
            </p>
            {may('admin:clients') && (
              <ButtonLink to="/clients/add" look="primary" icon="plus">
                Add the first one
              </ButtonLink>
            )}
          </Empty>
        </section>
      )}
      <div className="tiles">
        <Link to="/clients" className="tile">
          <span>Service providers</span>
          <strong>{clients.data ? Math.max(own, 0).toLocaleString('en') : '…'}</strong>
        </Link>
        <Link to="/keys" className="tile">
          <span>Signing key</span>
          <strong>{active ? active.alg : '…'}</strong>
          {active && <small>since {fromNow(active.created_at)}</small>}
        </Link>
      </div>
      <RequestsChart />
      <div className="columns">
        <ExpiryCard />
        <RefusalsCard />
      </div>
    </>
  );
}
