/** The time that only goes on, in milliseconds. */
export const ticks = (): number => performance.now();

/**
 * Settles as `work` does, or fails with `late` after so many milliseconds, having looked whether the answer is there
 * already.
 */
export async function inTime<T>(work: Promise<T>, milliseconds: number, late: () => Error): Promise<T> {
  if (milliseconds === Number.POSITIVE_INFINITY) return await work;
  let timer: NodeJS.Timeout | undefined;
  let looking: NodeJS.Immediate | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => {
        // Where this process stood still the answer may lie unread: what has come is read before the next immediate.
        looking = setImmediate(() => reject(late()));
      },
      Math.max(0, milliseconds),
    );
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
    clearImmediate(looking);
  }
}
