import { nearestTime } from '@countersign/x509';
import { Command, Option } from 'commander';
import type { Event } from '../event/event.ts';
import { EVENT_CLASSES, type EventClass } from '../event/event-class.ts';
import type { EventFilter, EventTotal } from '../event/event-store.ts';
import { CAUSES } from '../refusal/causes.ts';
import { type GlobalOptions, print, UsageError, withGlobalOptions, withOpenHome } from './run-command.ts';
import { timeOption } from './time-option.ts';

type EventsOptions = GlobalOptions & {
  readonly actor?: string;
  readonly address?: string;
  readonly client?: string;
  readonly object?: string;
  readonly type?: string;
  readonly class?: EventClass;
  readonly outcome?: Event['outcome'];
  readonly search?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
};

const MOST = 100_000;

function limitOf(written: string): number {
  const limit = Number(written);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new UsageError(`--limit must be a whole number from 1 to ${MOST}`);
}

function filterOf(options: EventsOptions, now: number): EventFilter {
  const { actor, address, client, object, type, outcome, search, since, until } = options;
  return {
    ...(actor !== undefined && { actor }),
    ...(address !== undefined && { remote_address: address }),
    ...(client !== undefined && { client_id: client }),
    ...(object !== undefined && { object }),
    ...(type !== undefined && { type }),
    ...(options.class !== undefined && { class: options.class }),
    ...(outcome !== undefined && { outcome }),
    ...(search !== undefined && { search }),
    ...(since !== undefined && { since: timeOption('--since', since, now) }),
    ...(until !== undefined && { until: timeOption('--until', until, now) }),
  };
}

function lineOf(event: Event): string {
  const { event_id, time, type, outcome, actor, object, client_id, username, remote_address } = event;
  const by = actor && `by ${actor.name} (${actor.through})`;
  const about = [
    username !== undefined && username !== actor?.name && `user ${username}`,
    client_id !== undefined && `client ${client_id}`,
    object && object.id !== client_id && `${object.kind} ${object.id}`,
  ].filter((each) => typeof each === 'string');
  return [
    nearestTime(time),
    event_id,
    `${type} ${outcome}`,
    ...(by === undefined ? [] : [by]),
    ...about,
    ...(remote_address === undefined ? [] : [`from ${remote_address}`]),
    ...(event.because === undefined ? [] : [CAUSES[event.because].what]),
    ...(event.sampled ? ['(sampled)'] : []),
  ].join('  ');
}

const sampledLine = ({ type, outcome, count, kept }: EventTotal): string =>
  `${type} ${outcome} is sampled: ${count} happened in this time, ${kept} of them are kept`;

/** `countersign events`: what happened, newest first. */
export function eventsCommand(): Command {
  return withGlobalOptions(new Command('events'))
    .description('list events, newest first: who did what, to what, from where')
    .option('--actor <name>', 'who did it: a username, a client_id, or the user at the command line')
    .option('--address <address>', 'where it came from')
    .option('--client <client_id>', 'the client it is about')
    .option('--object <id>', 'what it was done to: a client_id, a sub, a kid, a grant, a session')
    .option('--type <type>', 'the type; with a dot at the end a family of them: client.')
    .addOption(new Option('--class <class>', 'the class').choices(EVENT_CLASSES))
    .addOption(new Option('--outcome <outcome>', 'the outcome').choices(['success', 'refused', 'failure']))
    .option('--search <text>', 'a part of an id, a name, an address, a cause or a thumbprint')
    .option('--since <time>', 'from then on: a date, a date and time, or how long ago (90m, 24h, 7d)')
    .option('--until <time>', 'before then')
    .option('--limit <number>', 'how many at most', '50')
    .action((options: EventsOptions) =>
      withOpenHome(options, async ({ storage, clock }) => {
        const now = clock();
        const filter = filterOf(options, now);
        const { items, next } = await storage.events.list(filter, { limit: limitOf(options.limit) });
        const within = {
          since: filter.since ?? items.at(-1)?.time ?? now,
          until: filter.until ?? now + 1,
          ...(filter.type !== undefined && { type: filter.type }),
        };
        const sampled = (await storage.events.totals(within)).filter((total) => total.sampled);
        const events = items.map((event) => ({ ...event, time: nearestTime(event.time) }));
        print(options, { events, more: next !== undefined, sampled }, [
          ...(items.length > 0 ? items.map(lineOf) : ['no event matches']),
          ...(next === undefined
            ? []
            : [`more events match; --limit shows more, --until ${events.at(-1)?.time} the earlier ones`]),
          ...sampled.map(sampledLine),
        ]);
      }),
    );
}
