/** Turns by name: whoever enters waits until all who entered before have left. */
export type Turns = {
  /**
   * @param most who may wait or be at work under this name at once
   * @returns what ends the turn, to be called once; the number of those that wait, where they are too many
   */
  enter(name: string, most: number): Promise<(() => void) | { readonly waiting: number }>;
};

type InLine = { waiting: number; last: Promise<void> };

/** Makes the turns of one process. */
export function createTurns(): Turns {
  const lines = new Map<string, InLine>();
  return {
    async enter(name, most) {
      const line = lines.get(name) ?? { waiting: 0, last: Promise.resolve() };
      if (line.waiting >= most) return { waiting: line.waiting };
      lines.set(name, line);
      line.waiting++;
      const { promise, resolve } = Promise.withResolvers<void>();
      const before = line.last;
      line.last = promise;
      await before;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        line.waiting--;
        if (line.waiting === 0) lines.delete(name);
        resolve();
      };
    },
  };
}
