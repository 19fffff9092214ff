import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DEPLOYMENT_FILE } from './deployment-file.ts';

/** Whether a folder is a home: it has a `deployment.toml` in its place. */
export const isHome = (folder: string): boolean => existsSync(join(folder, DEPLOYMENT_FILE));

/**
 * The home folder that a command means when it names none: the one it is called in, or the nearest of that name beside
 * or above the working folder, as git finds its repository.
 * @param from the working folder
 * @param name what a home folder is called
 * @returns its absolute path, `undefined` when there is none yet
 */
export function findHome(from: string, name: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = [folder, join(folder, name)].find(isHome);
    if (found !== undefined || folder === dirname(folder)) return found;
  }
}
