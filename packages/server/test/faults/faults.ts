// Prints what faults come to: npm run faults, or npm run faults -- 3 for so many of each kind.
import { FAULT_KINDS } from './fault-kinds.ts';
import { type FaultRow, suffer } from './fault-table.ts';

const FAULTS = 50;

const COLUMNS = [
  ['faults', 'faults'],
  ['requests', 'requests'],
  ['unanswered', 'no answer'],
  ['retried', 'retried well'],
  ['codesUsed', 'codes used'],
  ['lost', 'acknowledged, lost'],
  ['spentTwice', 'spent twice'],
  ['retriesRefused', 'retries refused'],
] as const;

const WIDEST = Math.max(...FAULT_KINDS.map(({ name }) => name.length));
const line = (name: string, cells: readonly (string | number)[]) =>
  [
    name.padEnd(WIDEST),
    ...cells.map((cell, index) => String(cell).padStart(COLUMNS[index]?.[1].length ?? 0)),
  ].join('  ');
const shown = (row: FaultRow) =>
  row.skipped === false
    ? line(
        row.name,
        COLUMNS.map(([column]) => row[column]),
      )
    : `${row.name.padEnd(WIDEST)}  skipped: ${row.skipped}`;

const faults = Number(process.argv[2] ?? FAULTS);
process.stdout.write(
  `${line(
    '',
    COLUMNS.map(([, title]) => title),
  )}\n`,
);
for (const kind of FAULT_KINDS) {
  const row = await suffer(kind, faults);
  process.stdout.write(`${shown(row)}\n`);
  if (row.skipped === false && row.lost + row.spentTwice + row.retriesRefused > 0) process.exitCode = 1;
}
