import type { Event } from './event.ts';

/** A certificate as descriptions of one name it. */
const thumbprintIn = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const thumbprint: unknown = Object.entries(value).find(([name]) => name === 'x5t#S256')?.[1];
  return typeof thumbprint === 'string' ? thumbprint : undefined;
};

const thumbprintsIn = (value: unknown): readonly string[] =>
  [value].flat().flatMap((each) => thumbprintIn(each) ?? []);

/**
 * The certificates an event is about, by their `x5t#S256`, each once: the one that was presented, the one whose end is
 * told, and those that were registered, imported or taken away.
 */
export function certificatesOf({
  certificate,
  object,
  changes,
}: Pick<Event, 'certificate' | 'object' | 'changes'>): readonly string[] {
  const changed = Object.values(changes ?? {}).flatMap((change) => {
    const [old, now] = [thumbprintsIn(change.old), thumbprintsIn(change.new)];
    return [...now.filter((each) => !old.includes(each)), ...old.filter((each) => !now.includes(each))];
  });
  const watched = object?.kind === 'certificate' ? [object.id] : [];
  return Array.from(new Set([...thumbprintsIn(certificate), ...watched, ...changed]));
}
