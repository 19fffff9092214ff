import type { ReactNode } from 'react';
import type { Event } from '../api/admin-api.ts';
import { pathOf } from '../api/request.ts';
import { Link } from '../navigation/router.tsx';
import { text } from '../words/words.tsx';
import { CauseText } from './cause-text.tsx';
import { actorName, objectKind, objectName, personOf, placeOfObject } from './event-about.ts';
import { eventLabel } from './outcome.tsx';
import { Badge } from './states.tsx';

/** What happened, which opens the event; the cause below. */
export function WhatCell({ event, listed }: { readonly event: Event; readonly listed: string }) {
  return (
    <>
      <Link to={`${listed}/${encodeURIComponent(event.event_id)}`}>{eventLabel(event.type)}</Link>
      {event.what !== undefined && (
        <span className="because">
          <CauseText event={event} part="what" />
        </span>
      )}
      {event.sampled && (
        <span className="because" title={text('audit.sampled.why')}>
          {text('component.sampled')}
        </span>
      )}
    </>
  );
}

/** Who did it; where nobody is known to have, whom it is about, or the client that came. */
export function whoCell(event: Event): ReactNode {
  const { actor, username, client_id } = event;
  if (actor === undefined && username === undefined && client_id === undefined) return undefined;
  const person = personOf(event);
  return (
    <span className="who-cell">
      {actor !== undefined && actor.name !== client_id && (
        <strong translate={actor.through === 'server' ? undefined : 'no'}>
          {person === undefined ? actorName(actor) : <Link to={pathOf('users', person)}>{actor.name}</Link>}
        </strong>
      )}
      {username !== undefined && username !== actor?.name && event.object?.kind !== 'user' && (
        <Link to={pathOf('users', username)}>{username}</Link>
      )}
      {client_id !== undefined && event.object?.id !== client_id && (
        <Link to={pathOf('clients', client_id)}>
          <code>{client_id}</code>
        </Link>
      )}
    </span>
  );
}

/** What it was done to. */
export function whomCell(event: Event): ReactNode {
  const { object } = event;
  if (object === undefined) return undefined;
  const place = placeOfObject(event);
  const name = <code>{objectName(event)}</code>;
  return (
    <span className="who-cell">
      <Badge>{objectKind(object.kind)}</Badge>
      {place === undefined ? name : <Link to={place}>{name}</Link>}
    </span>
  );
}
