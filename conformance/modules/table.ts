/** A test of this repository that checks what a module of the suite checks. */
export type OwnTest = {
  /** Relative to the repository's root. */
  readonly file: string;
  /** As it is written there; of a table of cases the case. */
  readonly test: string;
};

/** A module of the suite. */
export type Module = {
  /** By the suite's name. */
  readonly module: string;
  /** What it checks, in our words. */
  readonly checks: string;
  readonly tests: readonly OwnTest[];
};

/**
 * Modules by what follows the family's prefix in their names: what each checks, then our tests as `file: name`, the
 * file without its ending.
 */
export type ModuleTable = Readonly<Record<string, readonly [checks: string, ...tests: readonly string[]]>>;

const TESTS = 'packages/server/test';

/** Tests that stand beside what they test. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'client-assertion': 'packages/server/src/client-authentication',
  'dpop-proof': 'packages/server/src/token',
  'id-token': 'packages/server/src/token',
  'key-ring': 'packages/server/src/token',
  'redirect-uri': 'packages/server/src/client',
  'response-algorithm': 'packages/server/src/client',
  'code-and-refresh': 'packages/server/src/grant',
  'unsupported-metadata': 'packages/server/src/client',
};

function ownTest(text: string): OwnTest {
  const at = text.indexOf(': ');
  const name = text.slice(0, at);
  return { file: `${ELSEWHERE[name] ?? TESTS}/${name}.test.ts`, test: text.slice(at + 2) };
}

/** The modules of a table, their names whole. */
export const modulesOf = (prefix: string, table: ModuleTable): readonly Module[] =>
  Object.entries(table).map(([name, [checks, ...tests]]) => ({
    module: prefix + name,
    checks,
    tests: tests.map(ownTest),
  }));
