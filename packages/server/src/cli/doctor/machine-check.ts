import { readFileSync } from 'node:fs';
import { check } from './check.ts';
import { type Found, ok, warning } from './finding.ts';

/** The highest number of open files that this user’s programs can ask for; undefined where the system does not say. */
function mostOpenFiles(): number | undefined {
  try {
    const [, hard] = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return hard === undefined ? undefined : Number(hard);
  } catch {
    return undefined;
  }
}

/** Files beside connections: databases, logs, modules, what is fetched. */
const OTHER_FILES = 256;

/** Whether the machine and its Node.js hold what a server for others needs. */
export const machineCheck = check('machine', async ({ configuration, profile }) => {
  const version = process.versions.node;
  const found: Found[] = [ok(`Node.js ${version} on ${process.platform} ${process.arch}`)];
  if (profile !== 'production') return found;
  const { max_connections } = configuration.atStart.transport.https;
  const files = mostOpenFiles();
  if (files !== undefined && files < max_connections + OTHER_FILES) {
    found.push(
      warning(
        'open_files_too_few',
        `programs of this user may open ${files} files, and [transport.https] max_connections is ${max_connections}`,
      ),
    );
  }
  if (Number(version.split('.')[0]) % 2 === 1) {
    found.push(warning('node_js_short_lived', `Node.js ${version} is an odd-numbered release`));
  }
  return found;
});
