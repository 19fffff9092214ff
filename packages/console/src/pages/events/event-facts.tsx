import type { ReactNode } from 'react';
import type { Event } from '../../api/admin-api.ts';
import { pathOf } from '../../api/request.ts';
import { AllEvents } from '../../components/all-events.tsx';
import { CopyValue } from '../../components/copy.tsx';
import {
  actorName,
  objectKind,
  objectName,
  personOf,
  placeOfObject,
  throughText,
} from '../../components/event-about.ts';
import { eventLabel } from '../../components/outcome.tsx';
import { Time } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { rich, text } from '../../words/words.tsx';

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Actor({ event }: { readonly event: Event }) {
  const { actor, client_id } = event;
  if (actor === undefined) {
    // Whom a refused request named may be anybody; one that was answered was the client's.
    if (client_id === undefined || event.outcome !== 'success')
      return <span className="quiet">{text('audit.event.nobody')}</span>;
    return (
      <>
        <Link to={pathOf('clients', client_id)}>{client_id}</Link>{' '}
        <span className="quiet">{throughText('client-request')}</span>
      </>
    );
  }
  const person = personOf(event);
  const isClient = actor.name === actor.client_id;
  const place = isClient ? pathOf('clients', actor.name) : person && pathOf('users', person);
  return (
    <>
      {place === undefined ? actorName(actor) : <Link to={place}>{actor.name}</Link>}{' '}
      <span className="quiet">{throughText(actor.through)}</span>
      {actor.client_id !== undefined && !isClient && (
        <span className="quiet">
          {', '}
          {rich('audit.event.via', {
            client: <Link to={pathOf('clients', actor.client_id)}>{actor.client_id}</Link>,
          })}
        </span>
      )}{' '}
      <AllEvents
        narrowed={person === undefined ? { actor: actor.name } : { person }}
        label={text('audit.all.of', { name: actor.name })}
      />
    </>
  );
}

function DoneTo({ event }: { readonly event: Event }) {
  const { object } = event;
  if (object === undefined) return null;
  const place = placeOfObject(event);
  const name = <code>{objectName(event)}</code>;
  return (
    <Fact name={text('audit.whom')}>
      {objectKind(object.kind)} {place === undefined ? name : <Link to={place}>{name}</Link>}{' '}
      <AllEvents
        narrowed={{ object: object.id }}
        label={text('audit.all.of', { name: objectName(event) ?? object.id })}
      />
    </Fact>
  );
}

/** Who did what, to what, for whom, from where and when, each with the way to it and to all that is like it. */
export function EventFacts({ event }: { readonly event: Event }) {
  const { client_id, username, remote_address: address } = event;
  return (
    <dl className="facts">
      <Fact name={text('common.when')}>
        <Time at={event.time} show="zoned" />{' '}
        <span className="quiet">
          {text('audit.event.utc')} <code>{event.time}</code>
        </span>
      </Fact>
      <Fact name={text('common.who')}>
        <Actor event={event} />
      </Fact>
      <Fact name={text('common.what')}>
        {eventLabel(event.type)} <code>{event.type}</code>{' '}
        <AllEvents
          narrowed={{ type: event.type }}
          label={text('audit.all.of', { name: eventLabel(event.type) })}
        />
      </Fact>
      <DoneTo event={event} />
      {client_id !== undefined && event.object?.id !== client_id && (
        <Fact name={text('common.client')}>
          <Link to={pathOf('clients', client_id)}>
            <code>{client_id}</code>
          </Link>{' '}
          <AllEvents narrowed={{ client_id }} label={text('audit.all.of', { name: client_id })} />
        </Fact>
      )}
      {username !== undefined && (
        <Fact name={text('common.person')}>
          <Link to={pathOf('users', username)}>{username}</Link>{' '}
          <AllEvents narrowed={{ person: username }} label={text('audit.all.of', { name: username })} />
        </Fact>
      )}
      {address !== undefined && (
        <Fact name={text('common.fromwhere')}>
          {address}{' '}
          <AllEvents narrowed={{ address, kind: 'all' }} label={text('audit.all.from', { address })} />
        </Fact>
      )}
      {event.error !== undefined && (
        <Fact name={text('audit.event.answered')}>
          <code>{event.error}</code>
        </Fact>
      )}
      {event.because !== undefined && (
        <Fact name={text('common.cause')}>
          <code>{event.because}</code>{' '}
          <AllEvents
            narrowed={{ because: event.because }}
            label={text('audit.all.of', { name: event.because })}
          />
        </Fact>
      )}
      {event.trace_id !== undefined && (
        <Fact name={text('audit.event.trace')}>
          <CopyValue value={event.trace_id} what={text('audit.event.traceid')} />
        </Fact>
      )}
    </dl>
  );
}
