import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ModuleOutcome } from './suite.ts';

/** Where what was measured is kept; `docs/conformance.md` is written from it. */
export const RESULTS_FILE = resolve(import.meta.dirname, 'results.json');

/** How a module ended, and by which conditions where it did not pass. */
export type ModuleResult = { readonly result: string; readonly conditions?: readonly string[] };

/** A plan as it was last run. */
export type PlanResult = {
  /** The suite's version. */
  readonly suite: string;
  /** The day, UTC. */
  readonly date: string;
  /** By the suite's names, in its order. */
  readonly modules: Readonly<Record<string, ModuleResult>>;
};

/** By our name of the plan. */
export type Results = Readonly<Record<string, PlanResult>>;

/** What of a module's outcome is kept: it holds nothing of tokens, keys or addresses. */
export const kept = ({ result, findings }: ModuleOutcome): ModuleResult => {
  const conditions = [...new Set(findings.map(({ condition }) => condition))];
  return conditions.length > 0 ? { result, conditions } : { result };
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string';

function moduleResult(module: string, value: unknown): ModuleResult {
  if (isText(value)) return { result: value };
  if (isObject(value)) {
    const { result, conditions } = value;
    if (isText(result) && Array.isArray(conditions) && conditions.every(isText))
      return { result, conditions };
  }
  throw new TypeError(`the result of ${module} is not one`);
}

function planResult(plan: string, value: unknown): PlanResult {
  if (isObject(value)) {
    const { suite, date, modules } = value;
    if (isText(suite) && isText(date) && isObject(modules)) {
      const entries = Object.entries(modules).map(
        ([module, said]) => [module, moduleResult(module, said)] as const,
      );
      return { suite, date, modules: Object.fromEntries(entries) };
    }
  }
  throw new TypeError(`the results of ${plan} are none`);
}

/** @throws TypeError for what is not a file of results */
export function parseResults(text: string): Results {
  const parsed: unknown = JSON.parse(text);
  if (!isObject(parsed)) throw new TypeError('the results are no object');
  return Object.fromEntries(Object.entries(parsed).map(([plan, value]) => [plan, planResult(plan, value)]));
}

export const readResults = async (file = RESULTS_FILE): Promise<Results> =>
  parseResults(await readFile(file, 'utf8'));

/** A module that only passed is its result alone, so that the file stays short. */
const written = ({ result, conditions }: ModuleResult): unknown =>
  conditions === undefined ? result : { result, conditions };

/** The file's text: a module a line, plans in the order of `order`. */
export function resultsText(results: Results, order: readonly string[]): string {
  const plans = order.flatMap((plan) => {
    const result = results[plan];
    if (result === undefined) return [];
    const modules = Object.entries(result.modules).map(
      ([module, outcome]) => `      ${JSON.stringify(module)}: ${JSON.stringify(written(outcome))}`,
    );
    const head = `  ${JSON.stringify(plan)}: {\n    "suite": ${JSON.stringify(result.suite)},\n    "date": ${JSON.stringify(result.date)},\n    "modules": {\n`;
    return [`${head}${modules.join(',\n')}\n    }\n  }`];
  });
  return `{\n${plans.join(',\n')}\n}\n`;
}

export const writeResults = (
  results: Results,
  order: readonly string[],
  file = RESULTS_FILE,
): Promise<void> => writeFile(file, resultsText(results, order));
