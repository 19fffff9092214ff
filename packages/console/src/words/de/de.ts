import type { Catalogue } from '../en/en.ts';
import { common } from './common.ts';
import { shell } from './shell.ts';

export const de: Catalogue = {
  ...common,
  ...shell,
};
