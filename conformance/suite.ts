import { call } from '../packages/server/test/token-client.ts';

/** A module as a plan in one variant has it. */
export type PlannedModule = {
  readonly testModule: string;
  readonly variant: Readonly<Record<string, string>> | undefined;
};

/** A line of a module's log that counts against it, or asks for something. */
export type Finding = {
  readonly result: 'FAILURE' | 'WARNING';
  /** The condition, by its name in the suite. */
  readonly condition: string;
  readonly message: string;
};

/** How a module ended, in the suite's own words. */
export type ModuleOutcome = { readonly result: string; readonly findings: readonly Finding[] };

/** What is done while a module waits, before it starts. */
export type BeforeStart = (module: string) => Promise<void>;

/** The conformance suite, by its API. */
export type Suite = {
  version(): Promise<string>;
  /** Makes a plan. @returns its id, and its modules in their order */
  createPlan(
    suitePlan: string,
    variant: Readonly<Record<string, string>>,
    configuration: unknown,
  ): Promise<{ readonly id: string; readonly modules: readonly PlannedModule[] }>;
  /** Runs a module to its end, or until it took too long. */
  runModule(plan: string, module: PlannedModule, before: BeforeStart): Promise<ModuleOutcome>;
};

/** A module may wait for a `request_uri` to expire, and for a person who never comes. */
const MODULE_MS = 300_000;
const POLL_MS = 20_000;
const OVER = ['FINISHED', 'INTERRUPTED'];

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const object = (value: unknown): Readonly<Record<string, unknown>> => Object(value);
const array = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function plannedModule(value: unknown): PlannedModule {
  const { testModule, variant } = object(value);
  return {
    testModule: text(testModule),
    variant:
      variant === undefined || variant === null
        ? undefined
        : Object.fromEntries(Object.entries(object(variant)).map(([name, said]) => [name, text(said)])),
  };
}

function findingsIn(log: unknown): readonly Finding[] {
  return array(log).flatMap((line) => {
    const { result, src, msg } = object(line);
    return result === 'FAILURE' || result === 'WARNING'
      ? [{ result, condition: text(src), message: text(msg) }]
      : [];
  });
}

/** The suite at an address, for instance `https://localhost:8443`. */
export function suiteAt(address: string): Suite {
  const ask = async (
    method: string,
    path: string,
    query: Readonly<Record<string, string>> = {},
    body?: unknown,
  ): Promise<{ readonly status: number; readonly json: unknown }> => {
    const search = new URLSearchParams(query).toString();
    const answer = await call(`${address}/api/${path}${search && `?${search}`}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.status >= 400 && answer.status !== 404) {
      throw new Error(
        `${method} ${path}: the suite answered ${answer.status}\n${answer.text.slice(0, 1000)}`,
      );
    }
    return {
      status: answer.status,
      json: answer.text === '' || answer.status === 404 ? undefined : answer.json(),
    };
  };

  /** The state a module came to; undefined when none of `states` was reached in time. */
  const stateOf = async (id: string, states: readonly string[]): Promise<string | undefined> => {
    const waited = await ask('GET', `runner/${id}/wait-state`, {
      states: states.join(','),
      timeoutMs: String(POLL_MS),
    });
    // One that is over is soon forgotten as running.
    if (waited.status === 404) return OVER[0];
    return text(object(waited.json).state) || undefined;
  };

  return {
    async version() {
      return text(object((await ask('GET', 'server')).json).version);
    },
    async createPlan(planName, variant, configuration) {
      const query = { planName, variant: JSON.stringify(variant) };
      const { id, modules } = object((await ask('POST', 'plan', query, configuration)).json);
      return { id: text(id), modules: array(modules).map(plannedModule) };
    },
    async runModule(plan, { testModule, variant }, before) {
      const query = { test: testModule, plan, ...(variant && { variant: JSON.stringify(variant) }) };
      const id = text(object((await ask('POST', 'runner', query)).json).id);
      const until = Date.now() + MODULE_MS;
      let started = false;
      let state: string | undefined;
      while (Date.now() < until) {
        state = await stateOf(id, started ? OVER : [...OVER, 'CONFIGURED']);
        if (state !== undefined && OVER.includes(state)) break;
        if (state === 'CONFIGURED') {
          await before(testModule);
          started = true;
          // It starts even where the suite cannot describe what it began to change: 500 then.
          await call(`${address}/api/runner/${id}`, { method: 'POST' });
        }
      }
      if (state === undefined || !OVER.includes(state)) await ask('DELETE', `runner/${id}`);
      const { result } = object((await ask('GET', `info/${id}`)).json);
      const findings = findingsIn((await ask('GET', `log/${id}`)).json);
      return { result: text(result) || 'UNKNOWN', findings };
    },
  };
}
