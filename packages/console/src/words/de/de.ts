import type { Catalogue } from '../en/en.ts';
import { shell } from './shell.ts';

export const de: Catalogue = {
  ...shell,
};
