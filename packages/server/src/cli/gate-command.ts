import { once } from 'node:events';
import { Command, Option } from 'commander';
import pino from 'pino';
import { boundHeap } from '../heap.ts';
import { withExamples } from './run-command.ts';

type GateOptions = { readonly config: string; readonly logLevel: string };

/** `countersign gate`: decides for a proxy, until SIGINT or SIGTERM; SIGHUP reads the file again. */
export function gateCommand(): Command {
  return withExamples(new Command('gate'), ['gate --config gate.toml'])
    .option('--config <file>', 'what it accepts, and for which proxy', 'gate.toml')
    .addOption(
      new Option('--log-level <level>', 'what is written to standard output')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .action(async ({ config, logLevel }: GateOptions) => {
      const { serveGate } = await import('../gate/serve-gate.ts');
      // A full disk under standard output ends no gate.
      process.stdout.on('error', () => {});
      const log = pino({ level: logLevel, base: null });
      const ending = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
      const gate = await serveGate(config, log);
      boundHeap();
      process.on('SIGHUP', () => {
        gate.reload().catch((error: unknown) => log.error({ err: error }, 'reading the file again failed'));
      });
      log.info({ url: gate.url, config }, 'the gate is listening');
      await ending;
      log.info('stopping');
      await gate.close();
    });
}
