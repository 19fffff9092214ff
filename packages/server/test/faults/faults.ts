// Prints what faults come to: npm run faults -- --faults 3 for so many of each kind, --kind SQLite for those of that name,
// --write to put what came of them into docs/faults.md.
import { parseArgs } from 'node:util';
import { CLUSTER_KINDS, RECOVERED_WITHIN_MS, sufferInCluster } from './cluster-kinds.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { type FaultRow, type Suffered, suffer } from './fault-table.ts';
import { failedRequests, ROLLING_KINDS, sufferRolling } from './rolling-kinds.ts';
import { ofNodes, ofOneServer, ofRolls, type Table, writeRow } from './written-table.ts';

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '50' },
    kind: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
const faults = Number(values.faults);
const isAsked = ({ name }: { readonly name: string }) => name.includes(values.kind);

type May = { readonly mayLose?: boolean; readonly mayAnswer503?: boolean };

const failed = (row: Suffered, { mayLose = false, mayAnswer503 = false }: May) => {
  const { lost, spentTwice, retriesRefused, errors, wronglyAccepted, hung, unavailable } = row;
  const wrong = spentTwice + errors + wronglyAccepted + hung;
  return wrong + (mayLose ? 0 : lost + retriesRefused) + (mayAnswer503 ? 0 : unavailable) > 0;
};

async function show(
  table: Table,
  name: string,
  run: () => Promise<FaultRow>,
  isWrong: (row: Suffered) => boolean,
) {
  try {
    const row = await run();
    if (row.skipped !== false) {
      process.stdout.write(`${name}: skipped: ${row.skipped}\n`);
      return;
    }
    process.stdout.write([table.line(row), ...row.notes.map((note) => `  ${note}`), ''].join('\n'));
    if (values.write) await writeRow(table, row);
    if (isWrong(row)) process.exitCode = 1;
  } catch (error) {
    process.stdout.write(`${name}: ended: ${error}\n`);
    process.exitCode = 1;
  }
}

process.stdout.write(`${ofOneServer.head}\n`);
for (const kind of FAULT_KINDS.filter(isAsked)) {
  await show(
    ofOneServer,
    kind.name,
    () => suffer(kind, faults),
    (row) => failed(row, kind),
  );
}
process.stdout.write(`\n${ofNodes.head}\n`);
for (const kind of CLUSTER_KINDS.filter(isAsked)) {
  const isWrong = (row: Suffered) => failed(row, kind) || row.recovered > RECOVERED_WITHIN_MS;
  await show(ofNodes, kind.name, () => sufferInCluster(kind, faults), isWrong);
}
process.stdout.write(`\n${ofRolls.head}\n`);
for (const kind of ROLLING_KINDS.filter(isAsked)) {
  const isWrong = (row: Suffered) => failed(row, {}) || failedRequests(row) > 0;
  await show(ofRolls, kind.name, () => sufferRolling(kind, faults), isWrong);
}
