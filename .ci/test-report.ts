// For `node --test --test-reporter`: the spec reporter, the files that took longest, and the coverage of a run in few
// lines instead of a table of every file.
import { relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { TestEvent } from 'node:test/reporters';
import { spec } from 'node:test/reporters';

type Coverage = Extract<TestEvent, { type: 'test:coverage' }>['data']['summary'];
type Covered = Pick<
  Coverage['totals'],
  'totalLineCount' | 'coveredLineCount' | 'totalFunctionCount' | 'coveredFunctionCount'
>;

const LEAST_COVERED = 10;
const SLOWEST = 15;

const percent = (covered: number, total: number): string =>
  `${(total === 0 ? 100 : (100 * covered) / total).toFixed(1)} %`.padStart(8);

const line = (name: string, { totalLineCount, coveredLineCount, ...functions }: Covered): string =>
  [
    `ℹ ${name.padEnd(64)}`,
    percent(coveredLineCount, totalLineCount),
    percent(functions.coveredFunctionCount, functions.totalFunctionCount),
  ].join('  ');

const sum = (files: readonly Covered[]): Covered => ({
  totalLineCount: files.reduce((total, { totalLineCount }) => total + totalLineCount, 0),
  coveredLineCount: files.reduce((total, { coveredLineCount }) => total + coveredLineCount, 0),
  totalFunctionCount: files.reduce((total, { totalFunctionCount }) => total + totalFunctionCount, 0),
  coveredFunctionCount: files.reduce((total, { coveredFunctionCount }) => total + coveredFunctionCount, 0),
});

/** Lines and functions reached, a package, the least covered files, and all together. */
function summarised({ files, totals, workingDirectory }: Coverage): string {
  const named = files.map((file) => ({ ...file, name: relative(workingDirectory, file.path) }));
  const packages = Map.groupBy(named, ({ name }) => name.split(sep).slice(0, 2).join('/'));
  const least = named
    .toSorted((a, b) => a.coveredLinePercent - b.coveredLinePercent || a.name.localeCompare(b.name))
    .slice(0, LEAST_COVERED);
  return [
    '',
    `ℹ ${'coverage of packages/*/src'.padEnd(64)}     lines  functions`,
    ...Array.from(packages)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, of]) => line(name, sum(of))),
    `ℹ the ${least.length} files least covered:`,
    ...least.map((file) => line(`  ${file.name}`, file)),
    line('all', totals),
    'ℹ in the processes of the tests and those they start, unless killed; files that no process loaded, such as the',
    'ℹ pages of the console, which run in a browser, are not counted',
    '',
  ].join('\n');
}

/** @param files of the run, each with the milliseconds it took, beside others */
const slowest = (files: ReadonlyMap<string, number>): string =>
  [
    '',
    `ℹ the ${Math.min(SLOWEST, files.size)} of ${files.size} files that took longest, seconds:`,
    ...Array.from(files)
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, SLOWEST)
      .map(([file, ms]) => `ℹ ${(ms / 1_000).toFixed(1).padStart(8)}  ${relative(process.cwd(), file)}`),
    '',
  ].join('\n');

/** What `node --test` calls. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string, void> {
  let coverage: Coverage | undefined;
  const files = new Map<string, number>();
  async function* withoutCoverage() {
    for await (const event of events) {
      if (event.type === 'test:coverage') {
        coverage = event.data.summary;
        continue;
      }
      if (event.type === 'test:summary' && event.data.file !== undefined)
        files.set(event.data.file, event.data.duration_ms);
      yield event;
    }
  }
  yield* Readable.from(withoutCoverage()).compose(new spec());
  yield slowest(files);
  if (coverage !== undefined) yield summarised(coverage);
}
