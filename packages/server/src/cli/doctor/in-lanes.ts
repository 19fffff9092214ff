/** Does work on many things, so many at a time. @returns what came of each, in their order */
export async function inLanes<T, R>(
  things: readonly T[],
  lanes: number,
  work: (thing: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const left = things.entries();
  const lane = async () => {
    for (const [index, thing] of left) results.set(index, await work(thing));
  };
  await Promise.all(Array.from({ length: Math.min(lanes, things.length) }, lane));
  return things.flatMap((_thing, index) => {
    const result = results.get(index);
    return result === undefined ? [] : [result];
  });
}

/** At most so many of them, spread evenly. */
export function sampled<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, index) => all[Math.floor((index * all.length) / most)]).flatMap(
    (each) => (each === undefined ? [] : [each]),
  );
}
