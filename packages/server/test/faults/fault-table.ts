import { setTimeout as delay } from 'node:timers/promises';
import { startAuthorizationServer } from '../authorization-server.ts';
import { eventually } from '../eventually.ts';
import { familiesOf } from './families.ts';
import type { FaultKind, Prepared } from './fault-kinds.ts';
import type { Tally } from './sender.ts';
import { startTraffic, trafficDeployment } from './traffic.ts';

/** What came of a kind of fault. */
type Suffered = Tally & {
  readonly skipped: false;
  readonly faults: number;
  /** How long it took. */
  readonly seconds: number;
  /** What went wrong, in words. */
  readonly notes: readonly string[];
};

/** A row of the table: what a kind of fault came to, or why it could not be tried. */
export type FaultRow = { readonly name: string } & (Suffered | { readonly skipped: string });

/** Milliseconds: what traffic is left alone for between two faults, and how long it may take to go on. */
const BETWEEN = 250;
const RECOVERY = 120_000;

async function sufferPrepared(prepared: Prepared, faults: number, reuseWindow: number): Promise<Suffered> {
  const deployment = { ...trafficDeployment(reuseWindow), ...prepared.deployment };
  const prepareHome = prepared.prepareHome ?? (async () => {});
  const server = await startAuthorizationServer(deployment, prepareHome, prepared.printTo);
  try {
    const began = Date.now();
    const traffic = await startTraffic(server);
    const goesOn = async () => {
      const before = traffic.answered();
      await eventually(
        async () => traffic.answered().map((count, worker) => count - (before[worker] ?? 0)),
        (counts) => counts.every((count) => count > 0),
        RECOVERY,
      );
    };
    const fails = async () => {
      const before = traffic.tally.unanswered;
      await eventually(async () => traffic.tally.unanswered > before, Boolean, RECOVERY);
    };
    await goesOn();
    for (let fault = 0; fault < faults; fault++) {
      await delay(Math.random() * BETWEEN);
      await prepared.fault(server, { goesOn, fails });
      await goesOn();
    }
    await traffic.stop();
    const { ended, branched } = await familiesOf(server);
    const examined = (await prepared.examine?.(server)) ?? [];
    const { tally, notes } = traffic;
    return {
      ...tally,
      skipped: false,
      faults,
      lost: tally.lost + ended + examined.length,
      spentTwice: tally.spentTwice + branched,
      seconds: Math.round((Date.now() - began) / 1000),
      notes: [...notes, ...examined],
    };
  } finally {
    await prepared.releaseHome?.();
    await server.close();
  }
}

/**
 * Brings a fault about again and again, with twenty requests under way, and counts what came of it.
 * @param faults how often
 * @param reuseWindow seconds in which what was replaced yields its successor once more; the usual ones when absent
 */
export async function suffer(kind: FaultKind, faults: number, reuseWindow = 30): Promise<FaultRow> {
  const { name } = kind;
  const skipped = await kind.skip();
  if (skipped !== false) return { name, skipped };
  const prepared = await kind.prepare();
  try {
    return { name, ...(await sufferPrepared(prepared, faults, reuseWindow)) };
  } finally {
    await prepared.close?.();
  }
}
