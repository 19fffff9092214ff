/** Milliseconds by which the offset may be off before it is set anew, beside what the measurement itself cannot tell. */
const TOLERANCE = 100;

/** By how much the database's clock is ahead of this machine's. */
export type ClockOffset = {
  /** Milliseconds; does not waver with every measurement. */
  now(): number;
  /**
   * @param asked when the question was asked and its answer came, by this machine's clock
   * @param time what the database's clock said between them
   */
  measured(asked: { readonly from: number; readonly to: number }, time: number): void;
};

export function createClockOffset(): ClockOffset {
  let offset = 0;
  return {
    now: () => offset,
    measured({ from, to }, time) {
      const middle = (from + to) / 2;
      const uncertainty = Math.abs(to - from) / 2 + TOLERANCE;
      const measured = Math.round(time - middle);
      if (Math.abs(measured - offset) > uncertainty) offset = measured;
    },
  };
}
