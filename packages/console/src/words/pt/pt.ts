import type { Catalogue } from '../en/en.ts';
import { shell } from './shell.ts';

export const pt: Catalogue = {
  ...shell,
};
