import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Suffered } from './fault-table.ts';
import { failedRequests } from './rolling-kinds.ts';

type Row = Suffered & { readonly name: string };

/** A table of Markdown, in which each row is found by its first cell. */
export type Table = {
  readonly head: string;
  line(row: Row): string;
};

type Columns = readonly (readonly [title: string, cell: (row: Row) => string | number])[];

const DOCUMENT = resolve(import.meta.dirname, '../../../../docs/faults.md');

function tableOf(first: string, columns: Columns): Table {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return {
    head: `${line([first, ...columns.map(([title]) => title)])}\n|---|${columns.map(() => '--:|').join('')}`,
    line: (row) => line([row.name, ...columns.map(([, cell]) => cell(row))]),
  };
}

/** The most frequent first. */
const kindsOf = (kinds: Iterable<readonly [kind: string, count: number]>) =>
  [...kinds]
    .toSorted(([, one], [, other]) => other - one)
    .map(([kind, count]) => `${count} × ${kind}`)
    .join(', ') || 'none';

export const ofOneServer = tableOf('kind of fault', [
  ['faults', ({ faults }) => faults],
  ['requests', ({ requests }) => requests],
  ['unanswered', ({ unanswered }) => unanswered],
  ['retried well', ({ retried }) => retried],
  ['retries refused', ({ retriesRefused }) => retriesRefused],
  ['lost', ({ lost }) => lost],
  ['spent twice', ({ spentTwice }) => spentTwice],
  ['used', ({ used }) => used],
  ['status 500', ({ errors }) => errors],
  ['seconds', ({ seconds }) => seconds],
]);

export const ofNodes = tableOf('kind of fault, of three nodes', [
  ['faults', ({ faults }) => faults],
  ['requests', ({ requests }) => requests],
  ['lost', ({ lost, retriesRefused }) => lost + retriesRefused],
  ['doubled', ({ spentTwice }) => spentTwice],
  ['wrongly accepted', ({ wronglyAccepted }) => wronglyAccepted],
  ['hung', ({ hung }) => hung],
  ['unanswered, by kind', ({ errorKinds }) => kindsOf(errorKinds)],
  ['seconds to recover', ({ recovered }) => (recovered / 1000).toFixed(1)],
]);

export const ofRolls = tableOf('restarted under load', [
  ['times', ({ faults }) => faults],
  ['requests', ({ requests }) => requests],
  ['failed', failedRequests],
  ['failed, by kind', ({ errorKinds, stumbles }) => kindsOf([...errorKinds, ...stumbles])],
  ['lost', ({ lost, retriesRefused }) => lost + retriesRefused],
  ['doubled', ({ spentTwice }) => spentTwice],
  ['wrongly accepted', ({ wronglyAccepted }) => wronglyAccepted],
  ['seconds', ({ seconds }) => seconds],
]);

/** Puts a row in the place of that of its name in docs/faults.md, or at the end of its table. */
export async function writeRow(table: Table, row: Row): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  const at = text.indexOf(table.head);
  if (at < 0) throw new Error(`docs/faults.md has no table with the head ${table.head}`);
  const end = text.indexOf('\n\n', at);
  const lines = text.slice(at, end).split('\n');
  const found = lines.findIndex((line) => line.startsWith(`| ${row.name} |`));
  lines.splice(found < 0 ? lines.length : found, found < 0 ? 0 : 1, table.line(row));
  await writeFile(DOCUMENT, text.slice(0, at) + lines.join('\n') + text.slice(end));
}
