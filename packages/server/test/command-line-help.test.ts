import assert from 'node:assert/strict';
import test from 'node:test';
import type { Command } from 'commander';
import { programFor, wholeProgram } from '../src/cli/commands.ts';
import { commandsIn, completionTree } from '../src/cli/completion/completion-tree.ts';
import { countersignProgram, programEnvironment, runProgram } from './countersign-process.ts';

const PROGRAM = countersignProgram();
const run = (...args: readonly string[]) =>
  runProgram(process.execPath, [PROGRAM, ...args], { env: programEnvironment() });

/** The help of a command with what is added to it, as it prints it. */
function helpOf(command: Command): string {
  let text = '';
  const writeOut = (part: string) => {
    text += part;
  };
  command.configureOutput({ writeOut }).outputHelp();
  return text;
}

/** Each word that an example may have: of a blank, or of quotes. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

/** Takes what a command is called with, and does nothing. */
function doNothing(command: Command): void {
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  if (command.commands.length === 0) command.action(() => {});
  for (const each of command.commands) doNothing(each);
}

test('the help of every command has an example, and each is one that the program takes', async () => {
  const all = commandsIn(completionTree(await wholeProgram()));
  assert.ok(all.length > 40);
  for (const { path } of all) {
    const program = await wholeProgram();
    const command = path.reduce<Command>((at, name) => {
      const found = at.commands.find((each) => each.name() === name);
      assert.ok(found, name);
      return found;
    }, program);
    const [, examples = ''] = helpOf(command).split('\nExample:\n');
    const lines = examples
      .trim()
      .split('\n')
      .map((line) => line.trim());
    assert.ok(lines[0]?.startsWith('countersign '), path.join(' '));
    for (const line of lines) {
      const fresh = await wholeProgram();
      doNothing(fresh);
      const [words = ''] = line.split(' > ');
      const parsed = fresh.parseAsync(wordsOf(words).slice(1), { from: 'user' });
      await parsed.catch((error) => assert.equal(error.code, 'commander.helpDisplayed', `${line}: ${error}`));
      const named = wordsOf(words).slice(1, 1 + path.length);
      assert.deepEqual(named, path, `an example of ${path.join(' ')} is one of it`);
    }
  }
});

test('a command is loaded alone, and help without any', async () => {
  const whole = await programFor(['client', 'list']);
  const sizes = Object.fromEntries(whole.commands.map((each) => [each.name(), each.commands.length]));
  assert.ok((sizes.client ?? 0) > 3);
  for (const [name, size] of Object.entries(sizes)) if (name !== 'client') assert.equal(size, 0, name);
  const names = (await programFor([])).commands.map((each) => each.name());
  assert.deepEqual(
    names,
    (await wholeProgram()).commands.map((each) => each.name()),
  );
  assert.deepEqual(
    (await programFor(['help', 'user'])).commands.find((each) => each.name() === 'user')?.commands.length,
    10,
  );
});

test('without a command help is printed, on standard error, and the exit code is 2', async () => {
  for (const args of [[], ['client']]) {
    const { code, stdout, stderr } = await run(...args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^Usage: countersign/);
  }
  const asked = await run('--help');
  assert.deepEqual([asked.code, asked.stderr], [0, '']);
  assert.match(asked.stdout, /^ {2}completion +print/m);
});

test('the nearest command and option are suggested', async () => {
  const cases: readonly [readonly string[], RegExp][] = [
    [['clients'], /unknown command 'clients'\n\(Did you mean client\?\)/],
    [['client', 'lst'], /Did you mean list\?/],
    [['trustore', 'list'], /Did you mean (one of .*)?truststore\?/],
    [['client', 'list', '--serch', 'x'], /Did you mean --search\?/],
    [['events', '--outcom', 'refused'], /Did you mean --outcome\?/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  }
});
