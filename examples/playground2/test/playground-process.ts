import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../src/playground.ts');
const START_DEADLINE_MS = 120_000;

/** The playground of a test, on ports of its own. */
export type RunningPlayground = {
  readonly url: string;
  readonly output: string;
  stop(): Promise<void>;
};

function waitForUrl(child: ChildProcess): Promise<{ url: string; output: string }> {
  return new Promise((done, fail) => {
    let output = '';
    const timer = setTimeout(
      () => fail(new Error(`the playground did not start:\n${output}`)),
      START_DEADLINE_MS,
    );
    const add = (chunk: Buffer) => {
      output += chunk.toString();
      const [, url] = /^Playground: (\S+)$/m.exec(output) ?? [];
      if (url === undefined) return;
      clearTimeout(timer);
      done({ url, output });
    };
    child.stdout?.on('data', add);
    child.stderr?.on('data', add);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(new Error(`the playground ended with ${code}:\n${output}`));
    });
  });
}

/** Starts the playground beside the server of a home folder. */
export async function startPlayground(home: string): Promise<RunningPlayground> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', PROGRAM, '--home', home, '--port', '0', '--api-port', '0'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  };
  try {
    return { ...(await waitForUrl(child)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
