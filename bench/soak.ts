import { startLoad } from './load.ts';
import { median } from './median.ts';
import type { Options } from './options.ts';
import { residentBytes } from './processors.ts';
import { openStage } from './stage.ts';
import { startAlone } from './starts.ts';
import { countersign } from './targets/countersign.ts';
import { type RunningTarget, readyTarget } from './targets/running.ts';
import { neededPlan } from './workloads/workloads.ts';

const MIB = 1024 ** 2;

/** Memory is looked at after each of so many parts of the requests. */
const PARTS = 120;
/**
 * The median of the looks of the sixth before a mark counts: garbage that outlived its first collections gathers over
 * some hundred thousand requests until it is collected too.
 */
const WINDOW = 1 / 6;
/** What may be resident more at the end than after the first third. */
const MARGIN = 0.1;

type Look = { readonly requests: number; readonly resident: number };

/** What was resident when a part of all requests had been made. */
function residentAfter(looks: readonly Look[], part: number): number {
  const all = looks.at(-1)?.requests ?? 0;
  const window = looks.filter(({ requests }) => requests > (part - WINDOW) * all && requests <= part * all);
  return median(window.map(({ resident }) => resident));
}

/** Asks for tokens until there are enough or the time is over, and looks at the memory again and again. */
async function takeLooks(
  target: RunningTarget,
  run: (seconds: number) => Promise<number>,
  { soak: wanted, minutes }: { readonly soak: number; readonly minutes: number },
  tell: (look: Look, rate: number) => void,
): Promise<readonly Look[]> {
  const deadline = performance.now() + minutes * 60_000;
  const looks: Look[] = [];
  let requests = 0;
  let seconds = 1;
  while (requests < wanted && performance.now() < deadline) {
    const made = await run(seconds);
    requests += made;
    const look = { requests, resident: residentBytes(target.pid) ?? Number.NaN };
    looks.push(look);
    tell(look, made / seconds);
    const left = (deadline - performance.now()) / 1000;
    const rate = Math.max(made / seconds, 1);
    seconds = Math.max(0.1, Math.min(wanted / PARTS / rate, (minutes * 60) / PARTS, left));
  }
  return looks;
}

/**
 * Asks countersign alone for so many tokens, and looks at its memory meanwhile.
 * @returns the exit code: 1 when it grew
 */
export async function soak(
  options: Options & { readonly soak: number },
  progress: (text: string) => void,
): Promise<number> {
  const { connections, json, soak: wanted } = options;
  if (residentBytes(process.pid) === undefined) throw new Error('a soak needs the /proc of Linux');
  await using stage = await openStage({ ...options, isPinned: true });
  const { material, database, pinning } = stage;
  const ready = await readyTarget(
    countersign,
    { material, roles: new Set(['mtls']), database, peers: options.peers },
    { processor: pinning?.server, profiles: options.profile },
  );
  const target = await startAlone(ready, stage, progress);
  const plan = neededPlan('mtls', target, material);
  const load = startLoad(material, pinning?.load);
  stage.atEnd(async () => load.stop());
  const run = async (seconds: number) =>
    (await load.run(plan, { connections, seconds, ahead: 0 }, target.ended, () => {})).requests;
  const began = performance.now();
  const looks = await takeLooks(target, run, options, ({ requests, resident }, rate) =>
    progress(`${requests} requests, ${(resident / MIB).toFixed(1)} MiB, ${rate.toFixed(0)} requests/s`),
  );
  const requests = looks.at(-1)?.requests ?? 0;
  const first = residentAfter(looks, 1 / 3);
  const last = residentAfter(looks, 1);
  const hasGrown = !(last <= first * (1 + MARGIN));
  const minutes = (performance.now() - began) / 60_000;
  const document = {
    requests,
    wanted,
    minutes,
    database: database.kind,
    margin: MARGIN,
    first_third_mib: first / MIB,
    last_third_mib: last / MIB,
    has_grown: hasGrown,
    looks: looks.map((look) => ({ requests: look.requests, mib: look.resident / MIB })),
  };
  const text = [
    `${requests} requests of ${wanted} in ${minutes.toFixed(1)} minutes, ${database.kind}`,
    `resident after the first third ${(first / MIB).toFixed(1)} MiB, after the last ${(last / MIB).toFixed(1)} MiB: ` +
      `${hasGrown ? 'it grew by more than' : 'within'} the margin of ${MARGIN * 100} %`,
  ];
  process.stdout.write(`${json ? JSON.stringify(document, null, 2) : text.join('\n')}\n`);
  return hasGrown ? 1 : 0;
}
