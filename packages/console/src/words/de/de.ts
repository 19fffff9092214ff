import type { Catalogue } from '../en/en.ts';
import { clientList } from './client-list.ts';
import { common } from './common.ts';
import { list } from './list.ts';
import { shell } from './shell.ts';

export const de: Catalogue = {
  ...clientList,
  ...common,
  ...list,
  ...shell,
};
