import { setTimeout as delay } from 'node:timers/promises';
import { nearestTime } from '@countersign/x509';
import { Command } from 'commander';
import type { Event } from '../event/event.ts';
import { FLUSH_INTERVAL_MS } from '../event/event-recorder.ts';
import { causeInWords } from '../refusal/cause-in-words.ts';
import { withAdministration } from './administration/with-administration.ts';
import { readCertificateFile } from './certificate-file.ts';
import { knownSubjectLine } from './known-subjects.ts';
import { print, Refused, UsageError } from './run-command.ts';
import { type AdministrationOptions, SERVER_VARIABLES, withAdministrationOptions } from './server-option.ts';

type ExplainOptions = AdministrationOptions & {
  readonly chain?: string;
  readonly client?: string;
  readonly subject?: string;
};

/** Nested evidence as indented lines. */
function linesOf(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) =>
      typeof item === 'object' && item !== null
        ? [`${indent}-`, ...linesOf(item, `${indent}  `)]
        : [`${indent}- ${item}`],
    );
  }
  if (typeof value !== 'object' || value === null) return [`${indent}${value}`];
  return Object.entries(value).flatMap(([name, item]) =>
    typeof item === 'object' && item !== null
      ? [`${indent}${name}:`, ...linesOf(item, `${indent}  `)]
      : [`${indent}${name.padEnd(17)} ${item}`],
  );
}

function eventLines(event: Event): string[] {
  const { event_id, time, type, outcome, because, evidence, ...rest } = event;
  const cause = because && causeInWords(because, evidence);
  return [
    `event ${event_id}: ${type} ${outcome} at ${nearestTime(time)}`,
    ...(cause ? [`what happened     ${cause.what}`, `what to do        ${cause.remedy}`] : []),
    ...linesOf({ ...(because !== undefined && { because }), ...rest }, ''),
    ...(evidence ? ['evidence:', ...linesOf(evidence, '  ')] : []),
  ];
}

/** An answer names its event before that is in the database: a server writes them together, this often. */
const WRITTEN_MS = 2 * FLUSH_INTERVAL_MS;

async function explainEvent(event_id: string, options: ExplainOptions): Promise<void> {
  await withAdministration(options, async ({ events }) => {
    const find = () => events.find(event_id.toUpperCase());
    const event = (await find()) ?? (await delay(WRITTEN_MS).then(find));
    if (!event) throw new Refused(`there is no event ${event_id}; the oldest events are removed in time`);
    const cause = event.because && causeInWords(event.because, event.evidence);
    print(options, { ...event, time: nearestTime(event.time), ...cause }, eventLines(event));
  });
}

/**
 * The options that say who asks a server: the certificate in question is named by `--cert` too, and may be another one
 * than that of who asks.
 */
function asking({ cert, ...options }: ExplainOptions): AdministrationOptions {
  const own = process.env[SERVER_VARIABLES.cert];
  if (own !== undefined || (options.server === undefined && options.key === undefined)) return options;
  return { ...options, ...(cert !== undefined && { cert }) };
}

async function explainFile(file: string, client_id: string, options: ExplainOptions): Promise<void> {
  const [certificate, ...beside] = await readCertificateFile(file);
  if (!certificate) throw new UsageError(`${file} holds no certificate`);
  const chain =
    options.chain === undefined ? beside : [...beside, ...(await readCertificateFile(options.chain))];
  await withAdministration(asking(options), async ({ certificates }) => {
    const explanation = await certificates.explain(client_id, certificate, chain);
    print(options, explanation, [
      ...explanation.steps.flatMap(({ step, outcome, detail }) => [
        `${outcome === 'passed' ? 'ok    ' : 'FAILED'} ${step}`,
        ...linesOf(detail, '         '),
      ]),
      explanation.authenticated
        ? `The certificate authenticates ${client_id}.`
        : `The certificate does not authenticate ${client_id}.`,
    ]);
    if (!explanation.authenticated) process.exitCode = 1;
  });
}

async function explainSubject(sub: string, options: ExplainOptions): Promise<void> {
  await withAdministration(options, async ({ people }) => {
    const found = await people.behind(sub);
    if (!found) throw new Refused('no client knows a person of this deployment by this sub');
    const { username, sub: own, subject_type, clients } = found;
    print(options, { sub: own, username, subject_type, clients }, [
      `username      ${username}`,
      `sub           ${own}`,
      `subject_type  ${subject_type}`,
      ...clients.map((known) => `known so to   ${knownSubjectLine(known)}`),
    ]);
  });
}

/**
 * `countersign explain`: why something was refused, by event id, why a certificate would be, offline, or whom a client
 * means by a `sub`.
 */
export function explainCommand(): Command {
  return withAdministrationOptions(
    new Command('explain').argument('[event_id]'),
    [
      'explain 7GZ0-W2QK-4M',
      'explain --cert client.pem --client first-client',
      'explain --subject grPyVbWY_8ChjAYCcDGYefrdxwkFwwjdoOHvO6kw',
    ],
    {
      cert: 'with --client: the client certificate in question, PEM or DER; more certificates in the file are its chain',
    },
  )
    .option('--chain <file>', 'what the client sends beside its certificate, PEM')
    .option('--client <client_id>', 'the client it is to authenticate')
    .option('--subject <sub>', 'the sub by which a client knows a person, pairwise or not')
    .action(async (event_id: string | undefined, options: ExplainOptions) => {
      const { cert, client, subject } = options;
      if (subject !== undefined && event_id === undefined && client === undefined) {
        return explainSubject(subject, options);
      }
      if (event_id !== undefined && client === undefined && subject === undefined)
        return explainEvent(event_id, options);
      if (event_id === undefined && cert !== undefined && client !== undefined && subject === undefined) {
        return explainFile(cert, client, options);
      }
      throw new UsageError('give an event id, or --cert FILE and --client ID, or --subject SUB');
    });
}
