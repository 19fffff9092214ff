// Prints what faults come to: npm run faults -- --faults 3 for so many of each kind, --kind SQLite for those of that name.
import { parseArgs } from 'node:util';
import { FAULT_KINDS } from './fault-kinds.ts';
import { type FaultRow, suffer } from './fault-table.ts';

const COLUMNS = [
  ['faults', 'faults'],
  ['requests', 'requests'],
  ['unanswered', 'unanswered'],
  ['retried', 'retried well'],
  ['retriesRefused', 'retries refused'],
  ['lost', 'lost'],
  ['spentTwice', 'spent twice'],
  ['used', 'used (right)'],
  ['errors', 'status 500'],
  ['seconds', 'seconds'],
] as const;

const WIDEST = Math.max(...FAULT_KINDS.map(({ name }) => name.length));
const line = (name: string, cells: readonly (string | number)[]) =>
  `${[
    name.padEnd(WIDEST),
    ...cells.map((cell, index) => String(cell).padStart(COLUMNS[index]?.[1].length ?? 0)),
  ].join('  ')}\n`;
const shown = (row: FaultRow) => {
  if (row.skipped !== false) return `${row.name.padEnd(WIDEST)}  skipped: ${row.skipped}\n`;
  const cells = COLUMNS.map(([column]) => row[column]);
  return [line(row.name, cells), ...row.notes.map((note) => `  ${note}\n`)].join('');
};

const { values } = parseArgs({
  options: { faults: { type: 'string', default: '50' }, kind: { type: 'string', default: '' } },
});
const titles = COLUMNS.map(([, title]) => title);
process.stdout.write(line('kind of fault', titles));
for (const kind of FAULT_KINDS.filter(({ name }) => name.includes(values.kind))) {
  try {
    const row = await suffer(kind, Number(values.faults));
    process.stdout.write(shown(row));
    if (row.skipped === false && row.lost + row.spentTwice + row.retriesRefused + row.errors > 0) {
      process.exitCode = 1;
    }
  } catch (error) {
    process.stdout.write(`${kind.name.padEnd(WIDEST)}  ended: ${error}\n`);
    process.exitCode = 1;
  }
}
