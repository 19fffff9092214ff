import { globSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import {
  countersignProgram,
  createTestHome,
  type Finished,
  programEnvironment,
  runProgram,
  type TestHome,
} from './countersign-process.ts';
import { freePort } from './free-port.ts';
import { call } from './token-client.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** A fenced block of commands of a page, as an HTML comment in the line before it says how it is tested. */
export type CommandBlock = {
  readonly page: string;
  readonly line: number;
  readonly commands: string;
  /** Why it is not run: `<!-- not run: REASON -->`. */
  readonly notRun?: string;
  /** The exit code it ends with: `<!-- exits with 1 -->`; 0 without. */
  readonly exits: number;
  /** What it prints, as the block after it says: `<!-- output -->`; `…` stands for anything. */
  readonly output?: string;
};

const FENCES = /^ *(?:<!-- ((?:(?!-->).)+) -->\n *)?(?:[-\d.]+ +)?```(\w*)\n(.*?)^ *```$/gms;

/** The blocks of commands of one page, in order. @throws Error for a comment before a block that says nothing known */
export function commandBlocks(page: string, markdown: string): readonly CommandBlock[] {
  const blocks: CommandBlock[] = [];
  for (const { 1: comment, 2: language, 3: text = '', index } of markdown.matchAll(FENCES)) {
    if (comment === 'output') {
      const last = blocks.pop();
      if (last === undefined) throw new Error(`${page}: an output comes before every command`);
      blocks.push({ ...last, output: text });
    }
    if (language !== 'sh') continue;
    const [, notRun] = /^not run: (.+)$/s.exec(comment ?? '') ?? [];
    const [, exits] = /^exits with (\d+)$/.exec(comment ?? '') ?? [];
    if (comment !== undefined && notRun === undefined && exits === undefined)
      throw new Error(`${page}: <!-- ${comment} --> before a block of commands means nothing`);
    const line = markdown.slice(0, index).split('\n').length + (comment === undefined ? 0 : 1);
    blocks.push({
      page,
      line,
      commands: text,
      exits: Number(exits ?? 0),
      ...(notRun !== undefined && { notRun }),
    });
  }
  return blocks;
}

/** The pages whose commands are those of this test: README.md and `docs`. */
export function documentedCommands(): readonly CommandBlock[] {
  return globSync(['README.md', 'docs/*.md', 'docs/load-balancers/*.md'], { cwd: ROOT })
    .map((path) => path.split(sep).join('/'))
    .toSorted()
    .flatMap((page) => commandBlocks(page, readFileSync(join(ROOT, page), 'utf8')));
}

/** What stands in a page for what an earlier command of the reader printed. */
const PLACEHOLDERS = [
  { written: '<CLIENT_KEY>', printed: 'sed -n "s/^client_id  *//p" "$PRINTED" | tail -1' },
  {
    written: '<x5t#S256 of the old one>',
    printed: 'sed "0,/^client_id/d" "$PRINTED" | sed -n "s/^certificate  *//p" | head -1',
  },
  ...['EVENT_ID', '2ECD-0VCY-5K'].map((written) => ({
    written,
    printed: 'sed -n "s/^countersign-event-id: *//Ip" "$PRINTED" | tr -d "\\r" | tail -1',
  })),
];

/** Programs that a reader answers or looks at, and a test cannot. */
const standInsOf = (): Readonly<Record<string, string>> => ({
  // The one of the clone, whose folder the reader is in.
  npx: `[ "$1" = countersign ] || { echo "npx $1 is not run here" >&2; exit 1; }
shift
[ "$1" = client ] || exec "${process.execPath}" "${countersignProgram()}" "$@"
"${process.execPath}" "${countersignProgram()}" "$@" | tee -a "$PRINTED"`,
  // An answer that refuses is told from one that does not.
  curl: '"$REAL_CURL" -sS --fail-with-body "$@" | tee -a "$PRINTED"; code=$?; echo >> "$PRINTED"; exit $code',
  // It asks whether a certificate is to be trusted.
  keytool: 'echo yes | "$REAL_KEYTOOL" "$@"',
  // It asks for each part of the subject.
  openssl: '[ "$1" = req ] && exec "$REAL_OPENSSL" "$@" -subj /CN=client; exec "$REAL_OPENSSL" "$@"',
});

/** A home with a running server, which pages work on one after the other. */
export type Reader = {
  /** Runs the blocks of a page in order, in a folder of its own. @throws Error at the first that does other than it says */
  follow(blocks: readonly CommandBlock[]): Promise<void>;
  close(): Promise<void>;
};

/** Whether what was printed is what the page says, where `…` stands for anything. */
export function isPrinted(expected: string, printed: string): boolean {
  const lines = expected
    .trim()
    .split('\n')
    .map((line) =>
      line
        .trimEnd()
        .split('…')
        .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*'),
    );
  return new RegExp(lines.join('\\s*\\n[\\s\\S]*?')).test(printed);
}

async function standIns(folder: string): Promise<NodeJS.ProcessEnv> {
  await mkdir(folder);
  const real: NodeJS.ProcessEnv = {};
  for (const [name, script] of Object.entries(standInsOf())) {
    const { stdout } = await runProgram('sh', ['-c', `command -v ${name} || true`]);
    real[`REAL_${name.toUpperCase()}`] = stdout.trim();
    await writeFile(join(folder, name), `#!/bin/bash\nset -o pipefail\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  return real;
}

/** A home with a server, and commands that reach it. */
export async function createReader(): Promise<Reader> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-reader-'));
  const ports = { metrics: await freePort(), health: await freePort() };
  const home: TestHome = await createTestHome({
    metrics: { enable: true, port: ports.metrics },
    health: { port: ports.health },
  });
  const server = await home.start();
  const refused = await call(`${home.issuer}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials&client_id=nobody',
  });
  const printed = join(folder, 'printed');
  await writeFile(printed, `countersign-event-id: ${String(refused.headers['countersign-event-id'])}\n`);
  const variables = {
    ...programEnvironment(),
    ...(await standIns(join(folder, 'bin'))),
    PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`,
    COUNTERSIGN_HOME: home.home,
    NODE_NO_WARNINGS: '1',
    ADMIN_PASSWORD: 'admin',
    PRINTED: printed,
  };

  /** As bash has it: the ports of this server, and what was printed for what stands for it. */
  const written = (commands: string): string =>
    PLACEHOLDERS.reduce(
      (text, { written: placeholder, printed: command }) =>
        text.replaceAll(new RegExp(`(?<![$\\w{])${placeholder}(?!\\w)`, 'g'), () => `$(${command})`),
      commands
        .replaceAll('<HOME>', home.home)
        .replaceAll('localhost:9443', `localhost:${home.port}`)
        .replaceAll(':9763', `:${ports.metrics}`)
        .replaceAll(':9764', `:${ports.health}`),
    );

  const followBlock = async (block: CommandBlock, cwd: string, state: string): Promise<void> => {
    // Variables and the folder go on from block to block, as in the reader's terminal.
    const script = `[ ! -f ${state} ] || . ${state}
set -e -o pipefail
keep() { code=$?; { declare -p | grep -v -- '^declare -[a-z]*r'; echo "cd '$PWD'"; } > ${state} 2>/dev/null; exit $code; }
trap keep EXIT
${written(block.commands)}`;
    const { code, stdout, stderr }: Finished = await runProgram('bash', ['-c', script], {
      cwd,
      env: variables,
    });
    const where = `${block.page}:${block.line}`;
    if (code !== block.exits)
      throw new Error(
        `${where} exited with ${code}, not ${block.exits}:\n${block.commands}\n${stdout}${stderr}`,
      );
    if (block.output !== undefined && !isPrinted(block.output, stdout + stderr))
      throw new Error(`${where} is to print\n${block.output}\nand printed\n${stdout}${stderr}`);
  };

  return {
    async follow(blocks) {
      const cwd = await mkdtemp(join(folder, 'page-'));
      await symlink(home.home, join(cwd, 'countersign-home'));
      const state = join(folder, `${cwd.split(sep).at(-1)}.state`);
      for (const block of blocks) await followBlock(block, cwd, state);
    },
    async close() {
      await server.stop();
      await home.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
