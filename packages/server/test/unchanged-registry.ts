import type { RegistryState } from '../src/registry-change.ts';

/** A registry in which nothing is ever changed. */
export const UNCHANGED: RegistryState = { lastChange: () => 1, isCurrent: () => true };
