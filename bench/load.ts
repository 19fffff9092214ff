import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { KeyMaterial } from './key-material.ts';
import { onProcessor } from './processors.ts';
import { type Plan, Script } from './workloads/plan.ts';

/** What the load process is asked for. */
export const LoadOrder = z.object({
  script: Script,
  /** Given to the connections in turn. */
  seeds: z.array(z.record(z.string(), z.string())).min(1),
  connections: z.int(),
  seconds: z.number(),
  /** Of how many requests the values are made before the clock starts. */
  ahead: z.int(),
});
export type LoadOrder = z.infer<typeof LoadOrder>;

/** What one run of load measured. */
export const LoadResult = z.object({
  requests: z.int(),
  /** Of the measured time, without the connecting before it. */
  seconds: z.number(),
  /** Milliseconds. */
  p50: z.number(),
  p99: z.number(),
  /** Processor time of the load process over the measured time; near 1 it is the load that is measured. */
  busy: z.number(),
});
export type LoadResult = z.infer<typeof LoadResult>;

export const LoadReply = z.union([
  z.object({ kind: z.literal('started') }),
  z.object({ kind: z.literal('result'), result: LoadResult }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type LoadReply = z.infer<typeof LoadReply>;

/** Thrown when a request of the load was not answered as it must be, or not at all. */
export class LoadFailed extends Error {
  override readonly name = 'LoadFailed';
}

export type Load = {
  /**
   * Loads a target for a time.
   * @param ended rejects when the target ends by itself
   * @param onStart called when the connections stand and the clock starts
   * @throws LoadFailed
   */
  run(
    plan: Plan,
    order: { readonly connections: number; readonly seconds: number; readonly ahead: number },
    ended: Promise<never>,
    onStart: () => void,
  ): Promise<LoadResult>;
  stop(): void;
};

const PROCESS = fileURLToPath(new URL('load-process.ts', import.meta.url));

/** Starts the load generator, one process for all runs so that its code is warm. */
export function startLoad({ folder }: KeyMaterial, processor: number | undefined): Load {
  const [program = '', ...args] = onProcessor(processor, [process.execPath, PROCESS, folder]);
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  const ended = once(child, 'exit').then((): never => {
    throw new LoadFailed('the load generator ended by itself');
  });
  ended.catch(() => {});
  return {
    async run({ script, seeds }, order, targetEnded, onStart) {
      const wanted: LoadOrder = { ...order, script, seeds: [...(await seeds(order.connections))] };
      const { promise, resolve, reject } = Promise.withResolvers<LoadResult>();
      const onMessage = (message: unknown) => {
        const reply = LoadReply.parse(message);
        if (reply.kind === 'started') onStart();
        else if (reply.kind === 'result') resolve(reply.result);
        else reject(new LoadFailed(reply.message));
      };
      child.on('message', onMessage);
      child.send(wanted);
      return Promise.race([promise, ended, targetEnded]).finally(() => child.off('message', onMessage));
    },
    stop() {
      child.kill('SIGTERM');
    },
  };
}
