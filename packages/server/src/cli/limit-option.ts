import { UsageError } from './run-command.ts';

/** Reads how many are to be listed. @throws UsageError for what is no whole number from 1 to `most` */
export function limitOption(written: string, most: number): number {
  const limit = Number(written);
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw new UsageError(`--limit must be a whole number from 1 to ${most}`);
}
