import type { StorageOptions } from '../open-storage.ts';

/** A database in words, for people: never its password. */
export function placeOf(options: StorageOptions): string {
  if (options.type === 'sqlite') return options.file;
  const url = URL.parse(options.url);
  return url
    ? `the PostgreSQL database ${decodeURIComponent(url.pathname.slice(1))} at ${url.host}`
    : 'the PostgreSQL database';
}
