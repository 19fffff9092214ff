import { join } from 'node:path';
import type { Language } from '../place.ts';
import { missingProgram, run } from '../program.ts';
import { allauthRows } from './django-allauth.ts';
import { envoyRows } from './envoy.ts';
import { libraryRows } from './libraries.ts';
import { PYTHON } from './programs.ts';

/** Whichever is there first; the pinned versions need Python 3.10. */
const INTERPRETERS = ['python3.11', 'python3'];
const CHECK = 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))';
const MISSING = 'Python 3.10 or later, with venv';

async function interpreter(): Promise<string | undefined> {
  for (const program of INTERPRETERS) {
    if ((await missingProgram(program, ['-c', CHECK])) === undefined) return program;
  }
  return undefined;
}

/** Programs from PyPI, in an environment of their own. */
export const python: Language = {
  name: 'Python',
  missing: async () => ((await interpreter()) === undefined ? MISSING : undefined),
  async build() {
    const program = await interpreter();
    if (program === undefined) throw new Error(MISSING);
    const call = { cwd: import.meta.dirname };
    await run(program, ['-m', 'venv', join(import.meta.dirname, '.venv')], call);
    await run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt'], call);
  },
  rows: async () => [...libraryRows(), ...allauthRows(), ...envoyRows()],
};
