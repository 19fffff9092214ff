import { cell, table } from '../../../../docs/site/markdown.ts';
import { classOf } from '../event/event-class.ts';
import { EVENT_TYPES, type EventType } from '../event/event-types.ts';
import { CAUSES } from '../refusal/causes.ts';

const INTRODUCTION = `# Events

What happens is an event, and every event has one of these types. They are the \`type\` of a line of the log and of
[the audit file](audit.md), of \`countersign events --type TYPE\`, of \`GET /events\` and of the label \`type\` of the
metric \`countersign_events_total\`. How long events are kept goes by their class, and [the audit
trail](audit.md#what-is-kept-and-how-long) says what that is. A refusal that ended something, such as a code that was
used twice, is kept as \`security\`.

This page is written from the table the server uses, so it is complete. Why something was refused is told by
[the cause](causes.md).
`;

const isType = (name: string): name is EventType => Object.hasOwn(EVENT_TYPES, name);

/** The reference of event types, Markdown, by family. */
export function eventsPage(): string {
  const families = Map.groupBy(
    Object.keys(EVENT_TYPES).filter(isType).toSorted(),
    (type) => type.split('.')[0] ?? type,
  );
  const sections = Array.from(families, ([family, types]) => {
    const rows = types.map((type) => {
      const { what, remedy } = EVENT_TYPES[type];
      return [`\`${type}\``, classOf({ type }), cell(what), cell(remedy)];
    });
    return `## ${family}\n\n${table(['type', 'class', 'what happened', 'what to do'], rows)}\n`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

const CAUSES_INTRODUCTION = `# Causes of refusal

\`because\` of a refusal is one of these. It stands in the event, which \`countersign explain EVENT_ID\` shows with what
was expected and what was presented; the caller learns only what the RFCs allow. \`countersign events --cause CAUSE\`
finds the events of a cause, and the metric \`countersign_events_total\` counts them by its label \`because\`.

This page is written from the table the server uses, so it is complete. From what a person sees to the cause:
[troubleshooting](troubleshooting.md).
`;

/** The reference of the causes of refusal, Markdown, each with a heading so that it can be linked to. */
export function causesPage(): string {
  const sections = Object.entries(CAUSES)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([cause, { what, remedy }]) => `## ${cause}\n\n${cell(what)}\n\n*What to do:* ${cell(remedy)}\n`);
  return [CAUSES_INTRODUCTION, ...sections].join('\n');
}
