import { readOptions, USAGE, UsageError } from './options.ts';
import { startPlayground } from './start-playground.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    say(USAGE);
  } else {
    const { url, apiUrl, issuer, close } = await startPlayground(options, say);
    say(`Protected API: ${apiUrl}`);
    say(`Authorization server: ${issuer}   (npm start, if it does not run yet)`);
    say(`Playground: ${url}`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);
  }
} catch (error) {
  process.stderr.write(`playground: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
