import { useMutation, useQuery } from '@tanstack/react-query';
import type { Webhook, WebhookDelivery } from '../api/admin-api.ts';
import { changes, queries } from '../api/queries.ts';
import { pathOf } from '../api/request.ts';
import { Button } from '../components/button.tsx';
import { Cell } from '../components/cell.tsx';
import { ColumnHeads } from '../components/column-heads.tsx';
import { DELIVERY_STATES } from '../components/delivery-states.ts';
import { FilterSelect } from '../components/filter-select.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pager, useCursor } from '../components/pager.tsx';
import { Badge, Empty, Failed, Loading } from '../components/states.tsx';
import { Time } from '../components/time.tsx';
import { useToasts } from '../components/toast.tsx';
import { Link, useRoute } from '../navigation/router.tsx';
import { useMay } from '../session/me.tsx';
import { numberText, rich, text } from '../words/words.tsx';

const LIMIT = 25;
const EVERY_MS = 5_000;

/** Who is told of events, what became of it, and sending it again. */
export function WebhooksPage() {
  const { data, error, refetch } = useQuery({ ...queries.webhooks(), refetchInterval: EVERY_MS });
  return (
    <>
      <PageHeader title={text('webhooks.title')} about={text('webhooks.about')} />
      {error && !data && <Failed error={error} retry={refetch} />}
      {!error && !data && <Loading rows={3} />}
      {data && (data.items.length === 0 ? <NoWebhooks /> : <Told webhooks={data.items} />)}
    </>
  );
}

const NoWebhooks = () => (
  <Empty title={text('webhooks.none')} icon="webhooks">
    <p>
      {rich('webhooks.nonetext', {
        section: <code>[[webhook]]</code>,
        file: <code>deployment.toml</code>,
      })}
    </p>
  </Empty>
);

function Told({ webhooks }: { readonly webhooks: readonly Webhook[] }) {
  return (
    <>
      <WebhookTable webhooks={webhooks} />
      <h2>{text('webhooks.deliveries')}</h2>
      <div className="filters">
        <FilterSelect
          label={text('webhooks.webhook')}
          name="webhook"
          options={[
            { value: '', label: text('webhooks.every') },
            ...webhooks.map(({ webhook }) => ({ value: webhook, label: webhook })),
          ]}
        />
        <FilterSelect
          label={text('common.state')}
          name="state"
          options={[
            { value: '', label: text('webhooks.everystate') },
            ...Object.entries(DELIVERY_STATES).map(([value, { label }]) => ({ value, label })),
          ]}
        />
      </div>
      <Deliveries />
    </>
  );
}

const WebhookTable = ({ webhooks }: { readonly webhooks: readonly Webhook[] }) => (
  <div className="card table-card">
    <table className="rows">
      <caption className="unseen">{text('webhooks.title')}</caption>
      <thead>
        <tr>
          <ColumnHeads
            labels={[
              text('webhooks.webhook'),
              text('webhooks.receiver'),
              text('webhooks.toldof'),
              text('webhooks.waiting'),
              text('webhooks.givenup'),
              text('webhooks.delivered'),
              text('webhooks.last'),
            ]}
          />
        </tr>
      </thead>
      <tbody>
        {webhooks.map(({ webhook, receiver, events, waiting, dead, delivered, last_delivered_at }) => (
          <tr key={webhook}>
            <th scope="row">{webhook}</th>
            <Cell label={text('webhooks.receiver')}>
              {receiver ?? <Badge>{text('webhooks.notconfigured')}</Badge>}
            </Cell>
            <Cell label={text('webhooks.toldof')}>
              {events && (
                <span className="chips" translate="no">
                  {events.map((pattern) => (
                    <Badge key={pattern}>{pattern}</Badge>
                  ))}
                </span>
              )}
            </Cell>
            <Cell label={text('webhooks.waiting')}>{numberText(waiting)}</Cell>
            <Cell label={text('webhooks.givenup')}>
              {dead > 0 ? <Badge kind="bad">{numberText(dead)}</Badge> : numberText(0)}
            </Cell>
            <Cell label={text('webhooks.delivered')}>{numberText(delivered)}</Cell>
            <Cell label={text('webhooks.last')}>
              {last_delivered_at !== undefined && <Time at={last_delivered_at} />}
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

function Deliveries() {
  const { query } = useRoute();
  const webhook = query.get('webhook') ?? '';
  const state = query.get('state') ?? '';
  const cursor = useCursor(`${webhook} ${state}`);
  const { data, error, refetch } = useQuery({
    ...queries.webhookDeliveries({ limit: LIMIT, after: cursor.after, webhook, state }),
    refetchInterval: EVERY_MS,
  });
  if (error && !data) return <Failed error={error} retry={refetch} />;
  if (!data) return <Loading rows={3} />;
  if (data.items.length === 0) return <Empty title={text('webhooks.nodeliveries')} />;
  return (
    <>
      <div className="card table-card">
        <table className="rows">
          <caption className="unseen">{text('webhooks.deliveries')}</caption>
          <thead>
            <tr>
              <ColumnHeads
                labels={[
                  text('common.event'),
                  text('webhooks.webhook'),
                  text('common.when'),
                  text('common.state'),
                  text('webhooks.attempts'),
                  text('webhooks.lasterror'),
                ]}
              />
              <th scope="col">
                <span className="unseen">{text('common.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((delivery) => (
              <DeliveryRow key={delivery.delivery_id} delivery={delivery} />
            ))}
          </tbody>
        </table>
      </div>
      <Pager cursor={cursor} next={data.next} shown={data.items.length} />
    </>
  );
}

function DeliveryRow({ delivery }: { readonly delivery: WebhookDelivery }) {
  const { delivery_id, webhook, event_id, event_type, state, attempts, last_error, is_configured } = delivery;
  const may = useMay();
  const toasts = useToasts();
  const { mutate, isPending } = useMutation({
    ...changes.replayDelivery,
    onSuccess: () => toasts.done(text('webhooks.sentagain')),
    onError: (error) => toasts.failed(error),
  });
  return (
    <tr>
      <th scope="row">
        <Link to={pathOf('live', event_id)} translate="no">
          {event_type}
        </Link>
      </th>
      <Cell label={text('webhooks.webhook')}>{webhook}</Cell>
      <Cell label={text('common.when')}>
        <Time at={delivery.settled_at ?? delivery.created_at} />
      </Cell>
      <Cell label={text('common.state')}>
        <Badge kind={DELIVERY_STATES[state].kind}>{DELIVERY_STATES[state].label}</Badge>
      </Cell>
      <Cell label={text('webhooks.attempts')}>{numberText(attempts)}</Cell>
      <Cell label={text('webhooks.lasterror')}>{last_error}</Cell>
      <td className="row-actions">
        {may('settings:write') && is_configured && state !== 'waiting' && (
          <Button small disabled={isPending} onClick={() => mutate({ delivery_id })}>
            {text('webhooks.sendagain')}
          </Button>
        )}
      </td>
    </tr>
  );
}
