// For `node --import`: a process whose clock is wrong by COUNTERSIGN_TEST_CLOCK_SHIFT milliseconds. What OpenSSL reads of
// the time, for handshakes, is the machine's.
const shift = Number(process.env.COUNTERSIGN_TEST_CLOCK_SHIFT ?? 0);
const Machine = Date;

class ShiftedDate extends Machine {
  constructor(...given: readonly unknown[]) {
    if (given.length === 0) super(Machine.now() + shift);
    else super(...(given as [number]));
  }

  static override now(): number {
    return Machine.now() + shift;
  }
}

Object.defineProperty(globalThis, 'Date', { value: ShiftedDate, configurable: true, writable: true });
