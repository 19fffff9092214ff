import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { givenCertificates, UnknownAuthority, UnreadableCertificates } from '../move/given-certificates.ts';
import type { GivenCertificate, InputFile } from '../move/source.ts';
import { readNamedFile } from './certificate-file.ts';
import { Refused, UsageError } from './run-command.ts';

const fileAt = (path: string, name: string): InputFile => ({ name, octets: () => createReadStream(path) });

/**
 * The files that an import is given, and those in its folders at any depth, by name; what begins with a dot is left out.
 * @throws UsageError for what cannot be read
 */
export async function inputFiles(paths: readonly string[]): Promise<readonly InputFile[]> {
  const files: InputFile[] = [];
  for (const path of paths) {
    try {
      if (!(await stat(path)).isDirectory()) {
        files.push(fileAt(path, basename(path)));
        continue;
      }
      const entries = await readdir(path, { withFileTypes: true, recursive: true });
      const found = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => ({ file, name: relative(path, file).split(sep).join('/') }))
        .filter(({ name }) => !name.split('/').some((part) => part.startsWith('.')));
      found.sort((one, other) => (one.name < other.name ? -1 : 1));
      files.push(...found.map(({ file, name }) => fileAt(file, name)));
    } catch (error) {
      throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (files.length === 0) throw new UsageError(`there is no file in ${paths.join(', ')}`);
  return files;
}

/**
 * The certificates of the files that stand beside, as {@link givenCertificates} reads them.
 * @throws UsageError where an authority is not among them, Refused for a file that cannot be read as certificates
 */
export async function certificatesBeside(
  files: readonly string[],
  password: string,
  authorities: readonly string[],
): Promise<readonly GivenCertificate[]> {
  const read = await Promise.all(
    files.map(async (file) => ({ name: file, bytes: await readNamedFile(file) })),
  );
  try {
    return await givenCertificates(read, password, authorities);
  } catch (error) {
    if (error instanceof UnreadableCertificates) throw new Refused(error.message);
    if (error instanceof UnknownAuthority) throw new UsageError(`--authority: ${error.message}`);
    throw error;
  }
}
