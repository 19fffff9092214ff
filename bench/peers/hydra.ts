import { join } from 'node:path';
import { peerOf, run } from './peer.ts';

const VERSION = '2.3.0';
const NAME = `hydra-${VERSION}`;
const MODULE = 'github.com/ory/hydra/v2';
const TAGS = 'sqlite,sqlite_omit_load_extension';

/**
 * Its own go.mod replaces this, and a module's replacements count only in that module itself: `go install` refuses it
 * therefore, and a module that uses it as a tool has to say the same.
 */
const REPLACEMENT = 'github.com/gobuffalo/pop/v6=github.com/ory/pop/v6@v6.2.1-0.20241121111754-e5dfc0f3344b';

/** Ory Hydra, compiled. Needs Go and a C compiler. */
export const HYDRA = peerOf(NAME, 'hydra', async (work) => {
  const go = (...args: readonly string[]) => run('go', args, { cwd: work, env: { CGO_ENABLED: '1' } });
  await go('mod', 'init', 'bench.invalid/hydra');
  await go('mod', 'edit', '-replace', REPLACEMENT);
  await go('get', '-tool', `${MODULE}@v${VERSION}`);
  await go('build', '-tags', TAGS, '-o', join(work, 'built/hydra'), MODULE);
  return join(work, 'built');
});
