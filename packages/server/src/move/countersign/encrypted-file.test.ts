import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { CannotDecrypt, decrypted, encrypted } from './encrypted-file.ts';
import { isEncrypted } from './export-format.ts';

const PASSWORD = 'correct horse battery staple';
/** Cheap. */
const WORK_FACTOR = 2;

async function* inPieces(octets: Uint8Array, size: number): AsyncGenerator<Uint8Array, void> {
  for (let from = 0; from < octets.length; from += size) yield octets.subarray(from, from + size);
}

async function together(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

const encrypt = (octets: Uint8Array) => together(encrypted(inPieces(octets, 10_000), PASSWORD, WORK_FACTOR));
const decrypt = (octets: Uint8Array, password = PASSWORD) =>
  together(decrypted(inPieces(octets, 777), password));

test('what was encrypted comes back, however long it is and in whatever pieces', async () => {
  for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
    const octets = randomBytes(length);
    const file = await encrypt(octets);
    assert.ok(isEncrypted(file));
    assert.ok(octets.equals(await decrypt(file)), `${length} octets`);
  }
  assert.ok(!isEncrypted(Buffer.from('{"countersign_export":1}')));
  assert.ok(!isEncrypted(Buffer.from('age')));
});

test('another password, a changed octet and a missing end are noticed', async () => {
  const file = await encrypt(randomBytes(150_000));
  await assert.rejects(decrypt(file, 'another password'), (error) => {
    assert.ok(error instanceof CannotDecrypt);
    return error.message === 'the password is not the one that it was encrypted with';
  });
  for (const cut of [20, 65_000, 149_000]) {
    await assert.rejects(decrypt(file.subarray(0, -cut)), CannotDecrypt, `${cut} octets are missing`);
  }
  for (const place of [60, file.length - 100_000, file.length - 1]) {
    const changed = Buffer.from(file);
    changed[place] = (changed[place] ?? 0) ^ 1;
    await assert.rejects(decrypt(changed), CannotDecrypt, `octet ${place} is another`);
  }
});

test('a file that asks for more work than any password is worth is refused', async () => {
  const file = Buffer.from(
    (await encrypt(randomBytes(10))).toString('latin1').replace(' 2\n', ' 40\n'),
    'latin1',
  );
  await assert.rejects(decrypt(file), CannotDecrypt);
});

/** Types a password at a terminal, which is where the program asks for it. */
const AT_A_TERMINAL = `
import os, pty, sys
password, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
shown = b''
while True:
    try:
        octets = os.read(terminal, 1000)
    except OSError:
        break
    if not octets:
        break
    if b'passphrase' not in shown and b'passphrase' in shown + octets:
        os.write(terminal, password.encode() + b'\\n')
    shown += octets
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;
const missing = [
  ['age', '--version'],
  ['python3', '--version'],
].find(([program = '', ...args]) => spawnSync(program, args).error !== undefined);
const why = missing !== undefined && process.env.CI !== 'true' ? `${missing[0]} is not installed` : false;

test('the program age opens it with the password', { skip: why }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-age-'));
  try {
    const [file, opened] = [join(folder, 'export.age'), join(folder, 'export')];
    const octets = randomBytes(100_000);
    writeFileSync(file, await encrypt(octets));
    execFileSync('python3', ['-c', AT_A_TERMINAL, PASSWORD, 'age', '--decrypt', '-o', opened, file], {
      stdio: 'pipe',
      timeout: 60_000,
    });
    assert.ok(octets.equals(readFileSync(opened)));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
