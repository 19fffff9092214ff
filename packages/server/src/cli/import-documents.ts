import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '../move/source.ts';
import { Refused } from './run-command.ts';

/** What an import made for the operator to look at and put in place, such as a translated `deployment.toml`. */
export type ImportDocuments = {
  /** The source, whose documents are kept as they come by. */
  readonly source: Source;
  /**
   * Writes them into a folder, readable for its owner alone; no file that is there is replaced.
   * @returns the names of the files
   * @throws Refused
   */
  write(folder: string): Promise<readonly string[]>;
};

export function importDocuments(source: Source): ImportDocuments {
  const found = new Map<string, string>();
  return {
    source: {
      async *read(input) {
        for await (const item of source.read(input)) {
          const { document } = item;
          // A name may lead through folders of the other server's.
          if (document) found.set(document.name.replaceAll('/', '-'), document.text);
          yield item;
        }
      },
    },
    async write(folder) {
      const files: string[] = [];
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        for (const [name, text] of found) {
          const file = join(folder, name);
          await writeFile(file, text, { flag: 'wx', mode: 0o600 });
          files.push(file);
        }
      } catch (error) {
        throw new Refused(`--documents ${folder}: ${error instanceof Error ? error.message : error}`);
      }
      return files;
    },
  };
}
