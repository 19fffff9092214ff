import { ownManifest } from '../own-files.ts';

const manifest = ownManifest();
if (
  typeof manifest !== 'object' ||
  manifest === null ||
  !('version' in manifest) ||
  typeof manifest.version !== 'string'
) {
  throw new Error('package.json of countersign has no version');
}

/** The version of this package, as its package.json says. */
export const VERSION = manifest.version;
