import { PROGRAM_OPTION } from './own-files.ts';
import { ownMember } from './own-member.ts';

/**
 * What the executable starts with: the command line, or another program of ours, which is asked for as
 * `ownProcess` says.
 * @module
 */

const PROGRAMS: Readonly<Record<string, () => Promise<unknown>>> = {
  'plug-in-process/host': () => import('./plug-in-process/host.ts'),
};

const [first, path = ''] = process.argv.slice(2);
const program = first === PROGRAM_OPTION ? ownMember(PROGRAMS, path) : undefined;
if (program === undefined) void import('./main.ts');
else {
  // As if Node.js had been given the file of the program; what it was told beside is not for its children.
  process.argv.splice(2, 2);
  delete process.env.NODE_OPTIONS;
  void program();
}
