import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  commandBlocks,
  createReader,
  documentedCommands,
  isPrinted,
  type Reader,
} from './document-commands.ts';
import { missingProgram } from './installed-program.ts';

const blocks = documentedCommands();
const run = blocks.filter(({ notRun }) => notRun === undefined);

const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  openssl: ['version'],
  keytool: ['-help'],
  curl: ['--version'],
};

async function missingFor(page: readonly { readonly commands: string }[]): Promise<string | false> {
  for (const [program, args] of Object.entries(PROGRAMS)) {
    const isUsed = page.some(({ commands }) => new RegExp(`\\b${program} `).test(commands));
    const reason = isUsed && (await missingProgram(program, args));
    if (reason) return reason;
  }
  return false;
}

let reader: Reader;
before(async () => {
  reader = await createReader();
});
after(() => reader.close());

test('every block of commands runs, or says why it does not', (t) => {
  for (const { page, line, notRun } of blocks)
    if (notRun) t.diagnostic(`${page}:${line} is not run: ${notRun}`);
  assert.ok(run.length > 25, `${run.length} blocks`);
  assert.ok(run.length > blocks.length / 2);
});

for (const [page, ofPage] of Map.groupBy(run, ({ page }) => page)) {
  test(`what ${page} tells to type does what it says`, { skip: await missingFor(ofPage) }, () =>
    reader.follow(ofPage),
  );
}

test('a block that fails, or prints something else, is found', async () => {
  const failing = commandBlocks('page.md', '```sh\nfalse\n```\n');
  await assert.rejects(reader.follow(failing), /page\.md:1 exited with 1, not 0/);
  const other = commandBlocks('page.md', '```sh\necho one\n```\n\n<!-- output -->\n```\ntwo…\n```\n');
  await assert.rejects(reader.follow(other), /is to print\ntwo/);
  assert.throws(() => commandBlocks('page.md', '<!-- exits -->\n```sh\ntrue\n```\n'), /means nothing/);
  assert.ok(isPrinted('a…c\nd', 'abc\nx\nd\n'));
  assert.ok(!isPrinted('a…c\nd', 'abc\nx\n'));
});
