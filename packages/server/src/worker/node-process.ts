import cluster from 'node:cluster';
import type { Readable } from 'node:stream';
import { ownCommand } from '../own-files.ts';
import type { WorkerProcess } from './supervisor.ts';

/** Hands on the lines of a stream, whole: those of several processes do not mix. */
function eachLine(stream: Readable | null, onLine: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (piece: string) => {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(`${line}\n`);
  });
  stream?.on('end', () => rest !== '' && onLine(`${rest}\n`));
}

/**
 * Has this program's own command started again in processes of their own, which accept from this one's listening
 * sockets.
 * @param args the command's
 * @param onLine given each line that a worker writes, to standard output or standard error
 */
export function workersOfThisProgram(
  args: readonly string[],
  onLine: (line: string, isError: boolean) => void,
): () => WorkerProcess {
  // Workers accept from one queue, the kernel's: what waits there when one of them dies or ends the others take. Handed out
  // in turn by this process, it would be lost with the worker it was handed to.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  // What is sent is cloned, octets and large numbers too.
  cluster.setupPrimary({ ...ownCommand(args), serialization: 'advanced', silent: true });
  return () => {
    const worker = cluster.fork();
    eachLine(worker.process.stdout, (line) => onLine(line, false));
    eachLine(worker.process.stderr, (line) => onLine(line, true));
    // What goes wrong with a worker is that it ends.
    worker.on('error', () => {});
    return {
      number: worker.id,
      pid: worker.process.pid,
      line: {
        send(message) {
          if (worker.isConnected()) worker.send(message, () => {});
        },
        onMessage: (listener) => void worker.on('message', listener),
      },
      kill: () => void worker.process.kill('SIGKILL'),
      onExit: (listener) =>
        void worker.once('exit', (code, signal) =>
          listener(signal ? `was ended by ${signal}` : `ended with exit code ${code}`),
        ),
    };
  };
}
