import { runProgram } from './countersign-process.ts';

/**
 * For the `skip` option of a test: the reason why a program is missing, or false. With CI=true nothing is skipped:
 * there, a missing program is a failure.
 */
export async function missingProgram(name: string, args: readonly string[]): Promise<string | false> {
  if (process.env.CI === 'true') return false;
  try {
    await runProgram(name, args);
    return false;
  } catch {
    return `${name} is not installed`;
  }
}
