import { addressesOf } from '../postgres-address.ts';
import type { StorageOptions } from '../storage-options.ts';

/** A database in words, for people: never its password. @throws StorageUnavailable when its URL cannot be read */
export const placeOf = (options: StorageOptions): string =>
  options.type === 'sqlite' ? options.file : `the ${addressesOf(options.url, { mode: 'off' }).name}`;
