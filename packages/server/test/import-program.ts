import { Command } from 'commander';
import { importCommand } from '../src/cli/import-command.ts';
import { run } from '../src/cli/run-command.ts';
import { type MovedItem, type Source, UnreadableSource } from '../src/move/source.ts';

/** A source whose files have a JSON object with an item in each line, for what is the same whatever the source is. */
const lines: Source = {
  async *read({ files }) {
    for (const { name, octets } of files) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of octets()) chunks.push(chunk);
      for (const [index, line] of Buffer.concat(chunks).toString().trimEnd().split('\n').entries()) {
        yield itemIn(line, `${name}: line ${index + 1}`);
      }
    }
  },
};

function itemIn(line: string, place: string): MovedItem {
  try {
    return JSON.parse(line);
  } catch {
    throw new UnreadableSource(`${place}: is not JSON`);
  }
}

process.exitCode = await run(
  new Command('countersign').addCommand(importCommand({ lines: async () => lines })),
  process.argv.slice(2),
);
