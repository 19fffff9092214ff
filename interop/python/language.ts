import { join } from 'node:path';
import type { Language } from '../place.ts';
import { missingProgram, run } from '../program.ts';
import { allauthRows } from './django-allauth.ts';
import { envoyRows } from './envoy.ts';
import { libraryRows } from './libraries.ts';
import { PYTHON } from './programs.ts';

const INTERPRETER = 'python3.11';

/** Programs from PyPI, in an environment of their own. */
export const python: Language = {
  name: 'Python',
  missing: () => missingProgram(INTERPRETER, ['-c', 'import ensurepip, venv']),
  async build() {
    const call = { cwd: import.meta.dirname };
    await run(INTERPRETER, ['-m', 'venv', join(import.meta.dirname, '.venv')], call);
    await run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt'], call);
  },
  rows: async () => [...libraryRows(), ...allauthRows(), ...envoyRows()],
};
