import { useQuery } from '@tanstack/react-query';
import type { Event } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { addressOf } from '../../api/request.ts';
import { CauseText } from '../../components/cause-text.tsx';
import { CopyValue } from '../../components/copy.tsx';
import { auditOf, thumbprintOf } from '../../components/event-about.ts';
import { Icon } from '../../components/icon.tsx';
import { placeLeft } from '../../components/list/left-place.ts';
import { eventLabel, OutcomeBadge } from '../../components/outcome.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Badge, Failed, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { ValueView } from '../../components/value-view.tsx';
import { Link } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';
import { ChangeTable } from './change-table.tsx';
import { EventFacts } from './event-facts.tsx';

/** The way a token request goes, and which causes belong to which step of it. */
const STEPS: readonly { readonly name: string; readonly causes: RegExp }[] = [
  {
    name: text('audit.step.connection'),
    causes: /^(handshake_|tls_|proxy_protocol_|connections_|certificate_header_)/,
  },
  {
    name: text('audit.step.request'),
    causes:
      /^(malformed_|parameter_|request_|method_not_allowed|endpoint_|client_not_named|client_ids_|several_methods)/,
  },
  {
    name: text('audit.step.client'),
    causes: /^(client_unknown|client_disabled|other_method_|method_not_enabled)/,
  },
  {
    name: text('audit.step.proof'),
    causes: /^(client_secret_|client_assertion_|authenticator_|certificate_|jwks_|client_not_confidential)/,
  },
  {
    name: text('audit.step.grant'),
    causes:
      /^(grant_|scope_|user_|password_|guessing_|code_|pkce_|redirect_uri_|refresh_|session_|response_type_|pushed_|pending_|sign_in_|consent_|person_|other_person_|authentication_too_)/,
  },
  { name: text('audit.step.token'), causes: /^(token_|administrator_|role_)/ },
];

const STATES = {
  passed: text('audit.event.passed'),
  failed: text('audit.event.failed'),
  'not-reached': text('audit.event.notreached'),
} as const;

function Steps({ because }: { readonly because: string }) {
  const failed = STEPS.findIndex(({ causes }) => causes.test(because));
  if (failed < 0) return null;
  return (
    <ol className="steps" aria-label={text('audit.event.steps')}>
      {STEPS.map(({ name }, index) => {
        const state = index < failed ? 'passed' : index === failed ? 'failed' : 'not-reached';
        return (
          <li key={name} className={state}>
            <span className="step-mark">
              {state === 'passed' && <Icon name="check" size={14} />}
              {state === 'failed' && <Icon name="close" size={14} />}
            </span>
            {name}
            <span className="unseen">{STATES[state]}</span>
          </li>
        );
      })}
    </ol>
  );
}

const LISTS = {
  '/live': text('shell.place.live'),
  '/audit': text('shell.place.audit'),
} as const;

/**
 * One event explained: who, what, where and when; what was expected, what came, which step failed, what to do.
 * @param listed the list it was opened from
 */
export function EventPage({
  event_id,
  listed,
}: {
  readonly event_id: string;
  readonly listed: keyof typeof LISTS;
}) {
  const { data: event, error, isPending, refetch } = useQuery(queries.event(event_id));
  return (
    <>
      <PageHeader
        title={event ? eventLabel(event.type) : text('audit.event')}
        back={{ to: placeLeft(listed), label: LISTS[listed] }}
        about={
          event && (
            <span className="chips">
              <OutcomeBadge outcome={event.outcome} />
              <CopyValue value={event.event_id} what={text('audit.event.id')} />
              <span className="quiet">
                <Time at={event.time} />
              </span>
              {event.sampled && (
                <span title={text('audit.sampled.why')}>
                  <Badge>{text('component.sampled')}</Badge>
                </span>
              )}
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

/** Why it was refused, and what to do. */
function Refusal({ event }: { readonly event: Event }) {
  const { expected, presented } = event.evidence ?? {};
  if (event.because === undefined) return null;
  return (
    <section className="card explanation">
      <h2>
        <CauseText event={event} part="what" instead={event.because} />
      </h2>
      <Steps because={event.because} />
      {(expected !== undefined || presented !== undefined) && (
        <div className="comparison">
          <div>
            <h3>{text('audit.event.expected')}</h3>
            <ValueView value={expected} />
          </div>
          <div className="presented">
            <h3>{text('audit.event.presented')}</h3>
            <ValueView value={presented} />
          </div>
        </div>
      )}
      {event.remedy !== undefined && (
        <div className="remedy">
          <h3>{text('audit.event.remedy')}</h3>
          <p>
            <CauseText event={event} part="remedy" />
          </p>
        </div>
      )}
    </section>
  );
}

function Certificate({ event }: { readonly event: Event }) {
  const thumbprint = thumbprintOf(event);
  return (
    <section className="card">
      <h2>{text('audit.event.certificate')}</h2>
      <ValueView value={event.certificate} />
      <p className="ways-on">
        {thumbprint !== undefined && (
          <Link to={auditOf({ certificate: thumbprint })}>{text('audit.all.certificate')}</Link>
        )}
        {event.client_id !== undefined && (
          <Link to={addressOf(['clients', event.client_id], { tab: 'certificates' })}>
            {text('audit.event.clientcertificates')}
          </Link>
        )}
      </p>
    </section>
  );
}

function Explanation({ event }: { readonly event: Event }) {
  const { expected: _expected, presented: _presented, ...evidence } = event.evidence ?? {};
  return (
    <>
      <Refusal event={event} />
      <div className="columns">
        <section className="card">
          <h2>{text('audit.event.facts')}</h2>
          <EventFacts event={event} />
        </section>
        {event.certificate && <Certificate event={event} />}
        {Object.keys(evidence).length > 0 && (
          <section className="card">
            <h2>{text('audit.event.evidence')}</h2>
            <ValueView value={evidence} />
          </section>
        )}
        {event.detail && Object.keys(event.detail).length > 0 && (
          <section className="card">
            <h2>{text('audit.event.details')}</h2>
            <ValueView value={event.detail} />
          </section>
        )}
      </div>
      {event.changes && Object.keys(event.changes).length > 0 && (
        <section className="card">
          <h2>{text('audit.event.changes')}</h2>
          <ChangeTable changes={event.changes} />
        </section>
      )}
    </>
  );
}
