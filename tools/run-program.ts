import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Runs a JavaScript program of a package that the workspace depends on; what it prints goes to standard error.
 * @param program its file, from the root of the package
 * @param signal ends it
 * @throws Error when it does not end well
 */
export async function runProgram(
  name: string,
  program: string,
  args: readonly string[],
  cwd: string,
  signal?: AbortSignal,
): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const { promise, resolve: done, reject } = Promise.withResolvers<void>();
  const child = spawn(process.execPath, [join(dirname(manifest), program), ...args], {
    cwd,
    stdio: ['ignore', 2, 2],
  });
  const stop = () => child.kill();
  signal?.addEventListener('abort', stop);
  child.on('error', reject);
  // Only when it has ended will nothing be written any more.
  child.on('exit', (code) => (code === 0 ? done() : reject(new Error(`${name} ended with ${code}`))));
  await promise;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
}
