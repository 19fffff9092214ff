import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { ButtonLink } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Empty } from '../../components/states.tsx';
import { fromNow } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { useMay, useMayEverywhere, useMe } from '../../session/me.tsx';
import { numberText, text } from '../../words/words.tsx';
import { AttentionCard } from './attention-card.tsx';
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
        title={text('overview.title')}
        about={
          <>
            <code>{me.issuer}</code>{' '}
            <span className="quiet">{text('overview.version', { version: me.version })}</span>
          </>
        }
        actions={
          may('clients:write') && (
            <ButtonLink to="/clients/add" look="primary" icon="plus">
              {text('overview.addclient')}
            </ButtonLink>
          )
        }
      />
      <AttentionCard />
      {clients.data && own <= 0 && (
        <section className="card welcome">
          <Empty title={text('overview.welcome')} icon="clients">
            <p>{text('overview.welcomehint')}</p>
            {may('clients:write') && (
              <ButtonLink to="/clients/add" look="primary" icon="plus">
                {text('overview.addfirst')}
              </ButtonLink>
            )}
          </Empty>
        </section>
      )}
      <div className="tiles">
        {may('clients:read') && (
          <Link to="/clients" className="tile">
            <span>{text('common.clients')}</span>
            <strong>{clients.data ? numberText(Math.max(own, 0)) : '…'}</strong>
          </Link>
        )}
        {may('keys:read') && (
          <Link to="/keys" className="tile">
            <span>{text('overview.signingkey')}</span>
            <strong>{active ? active.alg : '…'}</strong>
            {active && <small>{text('overview.since', { distance: fromNow(active.created_at) })}</small>}
          </Link>
        )}
      </div>
      <ExpiryCard />
      {mayEverywhere('audit:read') && <RequestsChart />}
      {(may('audit:read') || may('clients:read')) && <RefusalsCard />}
    </>
  );
}
