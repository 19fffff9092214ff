import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DEPLOYMENT_FILE } from '../config/deployment-file.ts';
import { nearestFirst } from '../config/edit-distance.ts';
import { findHome, isHome } from '../config/find-home.ts';

/** Which of them named the home folder of a command. */
export type HomeFrom = 'option' | 'environment' | 'default';

/** A home folder as a command was given it. */
export type NamedHome = { readonly home: string; readonly homeFrom: HomeFrom };

/** The home folder when neither `--home` nor `COUNTERSIGN_HOME` names one and there is none yet. */
export const DEFAULT_HOME = 'countersign-home';
const VARIABLE = 'COUNTERSIGN_HOME';

/** Thrown where a command needs a home folder and was given what is none. Exit code 1; nothing was made. */
export class NoHome extends Error {
  override readonly name = 'NoHome';
}

/** The home that a command means which does not name one: what the environment says, else the nearest, else a new one. */
export function unnamedHome(): NamedHome {
  const named = process.env[VARIABLE];
  if (named) return { home: named, homeFrom: 'environment' };
  const found = findHome(process.cwd(), DEFAULT_HOME);
  const home = found === undefined || found === resolve(DEFAULT_HOME) ? DEFAULT_HOME : found;
  return { home, homeFrom: 'default' };
}

const WHENCE: Readonly<Record<HomeFrom, string>> = {
  option: 'named by --home',
  environment: `named by ${VARIABLE}`,
  default: `the default, for neither --home nor ${VARIABLE} names one, and none is here or above`,
};

/** What is wrong with a folder that is no home. */
function whyNot(folder: string): string {
  try {
    if (!statSync(folder).isDirectory()) return 'is a file and no home folder';
    statSync(join(folder, DEPLOYMENT_FILE));
    return 'is no home folder';
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EACCES' || error.code === 'EPERM') return 'cannot be read by this user';
    return existsSync(folder) ? `is no home folder: it has no ${DEPLOYMENT_FILE}` : 'does not exist';
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The home that was probably meant: one beside the folder with much the same name, else the nearest above it, else from here. */
function nearestHome(folder: string): string | undefined {
  const beside = dirname(folder);
  const wanted = basename(folder);
  const most = Math.max(2, Math.floor(wanted.length / 3));
  const alike = nearestFirst(wanted, namesIn(beside), (name) => name, most).find((name) =>
    isHome(join(beside, name)),
  );
  if (alike !== undefined) return join(beside, alike);
  return findHome(folder, DEFAULT_HOME) ?? findHome(process.cwd(), DEFAULT_HOME);
}

/**
 * The home folder of a command that needs one.
 * @returns its absolute path
 * @throws NoHome
 */
export function requireHome({ home, homeFrom }: NamedHome): string {
  const folder = resolve(home);
  if (isHome(folder)) return folder;
  const nearest = nearestHome(folder);
  throw new NoHome(
    `${folder} ${whyNot(folder)} (${WHENCE[homeFrom]}). ` +
      (nearest === undefined
        ? 'No other home is near; countersign init or countersign serve makes one'
        : `The nearest home is ${nearest}: --home ${nearest}`),
  );
}
