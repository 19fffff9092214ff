import { untilFirstToken } from './first-token.ts';
import type { KeyMaterial } from './key-material.ts';
import { residentBytes } from './processors.ts';
import type { Stage } from './stage.ts';
import { authentication } from './targets/dialect.ts';
import type { ReadyTarget, RunningTarget } from './targets/running.ts';
import { clientCredentials } from './workloads/client-credentials.ts';
import { NO_SEEDS, type Plan } from './workloads/plan.ts';
import { ANSWERED } from './workloads/proofs.ts';

/** What one start took. */
export type Start = {
  /** Seconds from the start of the process to its first token. */
  readonly seconds: number;
  readonly residentBytes: number | undefined;
};

export type Starts = ReadonlyMap<string, readonly Start[]>;

/** The request whose answer ends a start. */
function firstRequest({ dialect, port }: RunningTarget, { prepared }: ReadyTarget): Plan {
  const client = dialect.clients[prepared.first];
  if (!client) throw new Error(`no client of ${prepared.first}`);
  const { identity, makers } = authentication(client);
  const steps = [clientCredentials(dialect, client)];
  return {
    kind: 'plan',
    script: { port, identity, connection: 'full-handshake', steps, makers: [...makers] },
    seeds: NO_SEEDS,
    proof: ANSWERED,
  };
}

/**
 * Starts targets in turn, as often as asked for, and leaves each running from its last start.
 * @param onStarted is told of each that runs, so that it can be stopped
 * @throws TargetFailed
 */
export async function startAll(
  targets: readonly ReadyTarget[],
  times: number,
  material: KeyMaterial,
  onStarted: (target: RunningTarget) => void,
  progress: (text: string) => void,
): Promise<Starts> {
  const starts = new Map<string, Start[]>(targets.map(({ name }) => [name, []]));
  for (let time = 1; time <= times; time++) {
    for (const target of targets) {
      progress(`starting ${target.name}${times > 1 ? `, ${time} of ${times}` : ''}`);
      const began = performance.now();
      const running = await target.start();
      if (time === times) onStarted(running);
      try {
        await untilFirstToken(running, firstRequest(running, target), material);
        const seconds = (performance.now() - began) / 1000;
        starts.get(target.name)?.push({ seconds, residentBytes: residentBytes(running.pid) });
      } finally {
        if (time < times) await running.stop();
      }
    }
  }
  return starts;
}

/**
 * Starts one target by itself, which ends with the stage.
 * @throws TargetFailed
 */
export async function startAlone(
  target: ReadyTarget,
  { material, atEnd }: Pick<Stage, 'material' | 'atEnd'>,
  progress: (text: string) => void,
): Promise<RunningTarget> {
  let running: RunningTarget | undefined;
  const onStarted = (started: RunningTarget) => {
    running = started;
    atEnd(() => started.stop());
  };
  await startAll([target], 1, material, onStarted, progress);
  if (!running) throw new Error(`${target.name} did not start`);
  return running;
}
