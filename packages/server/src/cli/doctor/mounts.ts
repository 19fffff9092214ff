import { readFileSync } from 'node:fs';
import { sep } from 'node:path';

/** A file system as it is mounted. */
export type Mount = {
  readonly at: string;
  readonly type: string;
  readonly isReadOnly: boolean;
};

const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);

/** Reads `/proc/self/mountinfo` (proc(5)). */
export function mountsIn(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , , at, options = ''] = before.split(' ');
    const [type = '', , superOptions = ''] = after.split(' ');
    if (at === undefined) return [];
    const isReadOnly = [options, superOptions].some((each) => each.split(',').includes('ro'));
    return [{ at: unescaped(at), type, isReadOnly }];
  });
}

/** What is mounted in this process; nothing where the system does not say. */
export function mounts(): readonly Mount[] {
  try {
    return mountsIn(readFileSync('/proc/self/mountinfo', 'utf8'));
  } catch {
    return [];
  }
}

/** The mount on which a path lies: of several at one place the last hides the others. */
export const mountOf = (path: string, all: readonly Mount[]): Mount | undefined =>
  all
    .filter(({ at }) => isWithin(path, at))
    .reduce<Mount | undefined>(
      (best, each) => (best === undefined || each.at.length >= best.at.length ? each : best),
      undefined,
    );

export { isWithin };
