import { nearestTime } from '@countersign/x509';
import { Command, Option } from 'commander';
import { systemClock } from '../clock.ts';
import { nearestFirst } from '../config/edit-distance.ts';
import type { Event } from '../event/event.ts';
import { EVENT_CLASSES, type EventClass } from '../event/event-class.ts';
import { EVENT_KINDS, type EventKind } from '../event/event-kind.ts';
import type { EventFilter, EventTotal } from '../event/event-store.ts';
import { printableLine } from '../event/printable.ts';
import { CAUSES, type Cause } from '../refusal/causes.ts';
import type { Administration } from './administration/administration.ts';
import { withAdministration } from './administration/with-administration.ts';
import { followEvents } from './follow-events.ts';
import { limitOption } from './limit-option.ts';
import { print, printOne, UsageError } from './run-command.ts';
import { type AdministrationOptions, withAdministrationOptions } from './server-option.ts';
import { timeOption } from './time-option.ts';

type EventsOptions = AdministrationOptions & {
  readonly actor?: string;
  readonly address?: string;
  readonly client?: string;
  readonly object?: string;
  readonly type?: string;
  readonly class?: EventClass;
  readonly kind?: EventKind;
  readonly person?: string;
  readonly certificate?: string;
  readonly outcome?: Event['outcome'];
  readonly search?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly cause?: string;
  readonly follow?: true;
};

const MOST = 100_000;
const LISTED = '50';
const FOLLOWED = '10';

const isCause = (name: string): name is Cause => Object.hasOwn(CAUSES, name);

function filterOf(options: EventsOptions, now: number): EventFilter {
  const { actor, address, client, object, type, outcome, cause, search, since, until } = options;
  const { person, certificate, kind } = options;
  return {
    ...(actor !== undefined && { actor }),
    ...(address !== undefined && { remote_address: address }),
    ...(client !== undefined && { client_id: client }),
    ...(object !== undefined && { object }),
    ...(person !== undefined && { person }),
    ...(certificate !== undefined && { certificate }),
    ...(type !== undefined && { type }),
    ...(kind !== undefined && { kind }),
    ...(options.class !== undefined && { class: options.class }),
    ...(outcome !== undefined && { outcome }),
    ...(cause !== undefined && { because: causeOf(cause) }),
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
    ...(event.trace_id === undefined ? [] : [`trace ${event.trace_id}`]),
    ...(event.sampled ? ['(sampled)'] : []),
  ].join('  ');
}

const sampledLine = ({ type, outcome, count, kept }: EventTotal): string =>
  `${type} ${outcome} is sampled: ${count} happened in this time, ${kept} of them are kept`;

/** The cause of that name. @throws UsageError, which names the nearest */
function causeOf(written: string): Cause {
  const names = Object.keys(CAUSES).filter(isCause);
  const found = names.find((name) => name === written);
  if (found) return found;
  const [nearest] = nearestFirst(written, names, (name) => name);
  throw new UsageError(`there is no cause ${written}; the nearest is ${nearest}`);
}

const answerOf = (event: Event) => ({ ...event, time: nearestTime(event.time) });

/** Prints the latest events, oldest first, and then each as it comes, until SIGINT, SIGTERM, or nobody reads any more. */
async function follow(
  { events, clock }: Administration,
  filter: EventFilter,
  options: EventsOptions,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  process.stdout.once('error', end);
  const show = (event: Event) => printOne(options, answerOf(event), lineOf(event));
  const { items } = await events.list(filter, {
    limit: limitOption(options.limit ?? FOLLOWED, MOST),
  });
  for (const event of items.toReversed()) show(event);
  const following = followEvents(
    {
      events,
      filter,
      clock,
      signal: ending.signal,
      mayPass: events.mayPass,
      onTrouble: (error) =>
        process.stderr.write(`countersign: ${printableLine(String(error))}; events are looked for again\n`),
    },
    items,
  );
  for await (const event of following) show(event);
}

async function list(
  { events, clock }: Administration,
  filter: EventFilter,
  options: EventsOptions,
): Promise<void> {
  const now = clock();
  const { items, next } = await events.list(filter, {
    limit: limitOption(options.limit ?? LISTED, MOST),
  });
  const within = {
    since: filter.since ?? items.at(-1)?.time ?? now,
    until: filter.until ?? now + 1,
    ...(filter.type !== undefined && { type: filter.type }),
  };
  const sampled = (await events.totals(within)).filter((total) => total.sampled);
  const shown = items.map(answerOf);
  print(options, { events: shown, more: next !== undefined, sampled }, [
    ...(items.length > 0 ? items.map(lineOf) : ['no event matches']),
    ...(next === undefined
      ? []
      : [`more events match; --limit shows more, --until ${shown.at(-1)?.time} the earlier ones`]),
    ...sampled.map(sampledLine),
  ]);
}

/** `countersign events`: what happened, newest first; or what happens, as it does. */
export function eventsCommand(): Command {
  return withAdministrationOptions(new Command('events'), [
    'events --client my-client --since 7d',
    'events --follow --outcome refused --json',
  ])
    .option('-f, --follow', 'show the latest, oldest first, and go on with each that comes, until Ctrl-C')
    .option('--actor <name>', 'who did it: a username, a client_id, or the user at the command line')
    .option('--person <username>', 'who did it or whom it is about')
    .option('--address <address>', 'where it came from')
    .option('--client <client_id>', 'the client it is about')
    .option(
      '--certificate <thumbprint>',
      'the x5t#S256 of the certificate that was presented, changed or watched',
    )
    .option('--object <id>', 'what it was done to: a client_id, a sub, a kid, a grant, a session')
    .option('--type <type>', 'the type; with a dot at the end a family of them: client.')
    .addOption(new Option('--kind <kind>', 'what belongs together, whatever its type').choices(EVENT_KINDS))
    .addOption(new Option('--class <class>', 'the class').choices(EVENT_CLASSES))
    .addOption(new Option('--outcome <outcome>', 'the outcome').choices(['success', 'refused', 'failure']))
    .option('--cause <cause>', 'why it was refused, by the name that events have under "because"')
    .option('--search <text>', 'a part of an id, a name, an address, a cause, a thumbprint or a trace id')
    .option('--since <time>', 'from then on: a date, a date and time, or how long ago (90m, 24h, 7d)')
    .option('--until <time>', 'before then')
    .option(
      '--limit <number>',
      `how many at most; ${LISTED}, and ${FOLLOWED} before those that --follow awaits`,
    )
    .action(async (options: EventsOptions) => {
      if (options.limit !== undefined) limitOption(options.limit, MOST);
      const narrowed = filterOf(options, systemClock());
      if (options.follow && narrowed.until !== undefined) {
        throw new UsageError('--follow goes on without end: --until does not go with it');
      }
      await withAdministration(options, async (administration) => {
        // What is long ago is so by the clock of the database.
        const filter = filterOf(options, administration.clock());
        await (options.follow
          ? follow(administration, filter, options)
          : list(administration, filter, options));
      });
    });
}
