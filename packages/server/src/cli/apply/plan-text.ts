import { parsePemCertificates } from '@countersign/x509';
import { nameOfStep } from './carry-out.ts';
import type { Left, Plan, Step } from './plan.ts';
import type { Fields, Present, Wanted } from './resource.ts';

/** Characters of a value that a line shows. */
const MOST_SHOWN = 120;

/** A value as a line of a plan shows it: a certificate by its thumbprint. */
function shown(value: unknown): string {
  if (value === undefined) return 'not set';
  if (Array.isArray(value)) return clipped(`[${value.map(shown).join(', ')}]`);
  if (typeof value !== 'string') return clipped(JSON.stringify(value));
  if (!value.includes('-----BEGIN CERTIFICATE-----')) return clipped(JSON.stringify(value));
  const [certificate] = parsePemCertificates(value);
  return certificate ? `certificate ${certificate.thumbprint}` : 'a certificate';
}

const clipped = (text: string): string =>
  text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN - 1)}…`;

/** What comes and goes of a list. */
function listChange(before: readonly unknown[], after: readonly unknown[]): string {
  const had = new Set(before.map(shown));
  const has = new Set(after.map(shown));
  const parts = [
    ...[...has.difference(had)].map((each) => `+ ${each}`),
    ...[...had.difference(has)].map((each) => `- ${each}`),
  ];
  return parts.length > 0 ? parts.join(' ') : 'another order';
}

const changeText = (member: string, before: Fields, { fields, written }: Wanted): string => {
  const [old, next] = [before[member], fields[member]];
  // What comes from elsewhere may be nobody's to see.
  const reference = written.get(member);
  if (reference !== undefined) return `${member}: as ${reference} says`;
  if (Array.isArray(old) && Array.isArray(next)) return `${member}: ${listChange(old, next)}`;
  return `${member}: ${shown(old)} → ${shown(next)}`;
};

const title = (step: Step): string => {
  const { kind, name } = nameOfStep(step);
  return `${kind} ${JSON.stringify(name)}`;
};

const keptUntilNow = (from: string | undefined): string =>
  from === undefined ? 'kept by no files until now' : `kept by the files labelled ${from} until now`;

function stepLines(step: Step, label: string): readonly string[] {
  switch (step.action) {
    case 'create':
      return [`+ ${title(step)}   ${step.wanted.file}`];
    case 'change': {
      const { wanted, present, changed, from } = step;
      return [
        `~ ${title(step)}   ${wanted.file}`,
        ...(from === label ? [] : [`    taken over: ${keptUntilNow(from)}`]),
        ...changed.map((member) => `    ${changeText(member, present.fields, wanted)}`),
      ];
    }
    case 'remove':
      return [`- ${title(step)}   no file says it`];
  }
}

export const leftLine = ({ kind, name, file, why }: Left): string =>
  `${kind} ${JSON.stringify(name)} ${why}${file === undefined ? '' : `   ${file}`}`;

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** How many things there are to do, in a sentence without its end. */
export function planSummary({ steps, resources, blocked }: Plan): string {
  const count = (action: Step['action']) => steps.filter((step) => step.action === action).length;
  const others =
    blocked.length === 0 ? '' : `${plural(blocked.length, 'is', 'are')} there and not kept by these files; `;
  if (steps.length === 0) {
    const same = resources - blocked.length;
    return `${others}${plural(same, 'resource is', 'resources are')} as the files say`;
  }
  return `${others}${count('create')} to make, ${count('change')} to change, ${count('remove')} to remove, of ${plural(resources, 'resource', 'resources')}`;
}

/** A plan for people. */
export function planLines(plan: Plan, label: string): readonly string[] {
  return [
    ...plan.steps.flatMap((step) => stepLines(step, label)),
    ...plan.blocked.map((each) => `! ${leftLine(each)}`),
    ...plan.left.map((each) => `  ${leftLine(each)}`),
    planSummary(plan),
  ];
}

/** What of a present resource a plan tells programs: nothing that came from the environment or a file. */
const told = (member: string, { fields }: Present | Wanted, written: Wanted['written']) => {
  const reference = written.get(member);
  return reference === undefined ? (fields[member] ?? null) : reference;
};

function stepAnswer(step: Step, label: string) {
  const about = { action: step.action, ...nameOfStep(step) };
  if (step.action === 'remove') return about;
  if (step.action === 'create') return { ...about, file: step.wanted.file };
  const { wanted, present, changed, from } = step;
  const changes = changed.map((member) => [
    member,
    {
      ...(wanted.written.has(member) ? {} : { old: present.fields[member] ?? null }),
      new: told(member, wanted, wanted.written),
    },
  ]);
  return {
    ...about,
    file: wanted.file,
    ...(from !== label && { taken_over_from: from ?? null }),
    changes: Object.fromEntries(changes),
  };
}

/** A plan for programs. */
export const planAnswer = (plan: Plan, label: string) => ({
  label,
  resources: plan.resources,
  steps: plan.steps.map((step) => stepAnswer(step, label)),
  left: plan.left,
  blocked: plan.blocked,
});
