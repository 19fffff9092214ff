/** The time of now, in milliseconds since the epoch. */
export type Clock = () => number;

/**
 * The clock of this machine: a running server and every command are given this one, tests may give another. No other
 * file asks the machine for the time.
 */
export const systemClock: Clock = Date.now;
