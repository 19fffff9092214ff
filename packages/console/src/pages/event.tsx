import { useQuery } from '@tanstack/react-query';
import type { Event } from '../api/admin-api.ts';
import { queries } from '../api/queries.ts';
import { pathOf } from '../api/request.ts';
import { CopyValue } from '../components/copy.tsx';
import { Icon } from '../components/icon.tsx';
import { eventLabel, OutcomeBadge } from '../components/outcome.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Failed, Loading } from '../components/states.tsx';
import { exactTime } from '../components/time.tsx';
import { ValueView } from '../components/value-view.tsx';
import { Link } from '../navigation/router.tsx';

/** The way a token request goes, and which causes belong to which step of it. */
const STEPS: readonly { readonly name: string; readonly causes: RegExp }[] = [
  { name: 'Connection', causes: /^(handshake_|connections_|certificate_header_)/ },
  {
    name: 'Request',
    causes:
      /^(malformed_|parameter_|request_|method_|endpoint_|client_not_named|client_ids_|several_methods)/,
  },
  { name: 'Client', causes: /^(client_unknown|client_disabled|other_method_|method_not_enabled)/ },
  {
    name: 'Proof of the client',
    causes: /^(client_secret_|client_assertion_|authenticator_|certificate_|jwks_|client_not_confidential)/,
  },
  {
    name: 'Grant',
    causes:
      /^(grant_|scope_|user_|password_|guessing_|code_|pkce_|redirect_uri_|refresh_|session_|response_type_|pushed_|pending_|sign_in_|consent_|person_|other_person_|authentication_too_)/,
  },
  { name: 'Token', causes: /^(token_|administrator_|role_)/ },
];

function Steps({ because }: { readonly because: string }) {
  const failed = STEPS.findIndex(({ causes }) => causes.test(because));
  if (failed < 0) return null;
  return (
    <ol className="steps" aria-label="Steps of the request">
      {STEPS.map(({ name }, index) => {
        const state = index < failed ? 'passed' : index === failed ? 'failed' : 'not reached';
        return (
          <li key={name} className={state.replace(' ', '-')}>
            <span className="step-mark">
              {state === 'passed' && <Icon name="check" size={14} />}
              {state === 'failed' && <Icon name="close" size={14} />}
            </span>
            {name}
            <span className="unseen">{state}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** One event explained: what was expected, what came, which step failed, what to do. */
export function EventPage({ event_id }: { readonly event_id: string }) {
  const { data: event, error, isPending, refetch } = useQuery(queries.event(event_id));
  return (
    <>
      <PageHeader
        title={event ? eventLabel(event.type) : 'Event'}
        back={{ to: '/live', label: 'Live view' }}
        about={
          event && (
            <span className="chips">
              <OutcomeBadge outcome={event.outcome} />
              <CopyValue value={event.event_id} what="event id" />
              <span className="quiet">{exactTime(event.time)}</span>
              {event.sampled && <span className="quiet">one of a sample</span>}
            </span>
          )
        }
      />
      {error && !event && <Failed error={error} retry={refetch} />}
      {isPending && <Loading />}
      {event && <Explanation event={event} />}
    </>
  );
}

function Explanation({ event }: { readonly event: Event }) {
  const { expected, presented, ...evidence } = event.evidence ?? {};
  const compared = expected !== undefined || presented !== undefined;
  return (
    <>
      {event.because !== undefined && (
        <section className="card explanation">
          <h2>{event.what ?? event.because}</h2>
          <Steps because={event.because} />
          {compared && (
            <div className="comparison">
              <div>
                <h3>Expected</h3>
                <ValueView value={expected} />
              </div>
              <div className="presented">
                <h3>Presented</h3>
                <ValueView value={presented} />
              </div>
            </div>
          )}
          {event.remedy !== undefined && (
            <div className="remedy">
              <h3>What to do</h3>
              <p>{event.remedy}</p>
            </div>
          )}
        </section>
      )}
      <div className="columns">
        <section className="card">
          <h2>The request</h2>
          <dl className="facts">
            {event.actor && (
              <div>
                <dt>Done by</dt>
                <dd>
                  {event.actor.name} <span className="quiet">through {event.actor.through}</span>
                </dd>
              </div>
            )}
            {event.object && (
              <div>
                <dt>Done to</dt>
                <dd>
                  {event.object.kind.replaceAll('_', ' ')} <code>{event.object.id}</code>
                </dd>
              </div>
            )}
            {event.client_id !== undefined && (
              <div>
                <dt>Client</dt>
                <dd>
                  <Link to={pathOf('clients', event.client_id)}>{event.client_id}</Link>
                </dd>
              </div>
            )}
            {event.username !== undefined && (
              <div>
                <dt>User</dt>
                <dd>
                  <Link to={pathOf('users', event.username)}>{event.username}</Link>
                </dd>
              </div>
            )}
            {event.remote_address !== undefined && (
              <div>
                <dt>From</dt>
                <dd>{event.remote_address}</dd>
              </div>
            )}
            {event.error !== undefined && (
              <div>
                <dt>Answered with</dt>
                <dd>
                  <code>{event.error}</code>
                </dd>
              </div>
            )}
            <div>
              <dt>Event type</dt>
              <dd>
                <code>{event.type}</code>
              </dd>
            </div>
            {event.trace_id !== undefined && (
              <div>
                <dt>Trace</dt>
                <dd>
                  <CopyValue value={event.trace_id} what="trace id" />
                </dd>
              </div>
            )}
            {event.because !== undefined && (
              <div>
                <dt>Cause</dt>
                <dd>
                  <code>{event.because}</code>
                </dd>
              </div>
            )}
          </dl>
        </section>
        {event.certificate && (
          <section className="card">
            <h2>The certificate that came</h2>
            <ValueView value={event.certificate} />
          </section>
        )}
        {Object.keys(evidence).length > 0 && (
          <section className="card">
            <h2>More evidence</h2>
            <ValueView value={evidence} />
          </section>
        )}
        {event.changes && (
          <section className="card">
            <h2>What changed</h2>
            <ValueView value={event.changes} />
          </section>
        )}
        {event.detail && (
          <section className="card">
            <h2>Details</h2>
            <ValueView value={event.detail} />
          </section>
        )}
      </div>
    </>
  );
}
