import { setTimeout as delay } from 'node:timers/promises';
import { startAuthorizationServer } from '../authorization-server.ts';
import { eventually } from '../eventually.ts';
import { familiesOf } from './families.ts';
import type { FaultKind } from './fault-kinds.ts';
import { startTraffic, type Tally } from './traffic.ts';

/** What a kind of fault came to, or why it could not be tried. */
export type FaultRow = { readonly name: string } & (
  | { readonly skipped: string }
  | (Tally & { readonly skipped: false; readonly faults: number })
);

/** Milliseconds: what traffic is left alone for between two faults, and how long it may take to go on. */
const BETWEEN = 250;
const RECOVERY = 60_000;

/**
 * Brings a fault about again and again, with twenty requests under way, and counts what came of it.
 * @param faults how often
 */
export async function suffer(kind: FaultKind, faults: number): Promise<FaultRow> {
  const { name } = kind;
  const skipped = await kind.skip();
  if (skipped !== false) return { name, skipped };
  const prepared = await kind.prepare();
  try {
    const server = await startAuthorizationServer(prepared.deployment, prepared.prepareHome);
    try {
      const traffic = await startTraffic(server);
      const goesOn = async () => {
        const before = [...traffic.turns];
        await eventually(
          async () => traffic.turns.every((turns, worker) => turns > (before[worker] ?? 0)),
          Boolean,
          RECOVERY,
        );
      };
      await goesOn();
      for (let fault = 0; fault < faults; fault++) {
        await delay(Math.random() * BETWEEN);
        await prepared.fault(server);
        await goesOn();
      }
      await traffic.stop();
      const { ended, branched } = await familiesOf(server);
      const { lost, spentTwice } = traffic.tally;
      const counted = { ...traffic.tally, lost: lost + ended, spentTwice: spentTwice + branched };
      return { name, skipped: false, faults, ...counted };
    } finally {
      await prepared.releaseHome();
      await server.close();
    }
  } finally {
    await prepared.close();
  }
}
