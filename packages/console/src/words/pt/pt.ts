import type { Catalogue } from '../en/en.ts';
import { clientList } from './client-list.ts';
import { common } from './common.ts';
import { component } from './component.ts';
import { list } from './list.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';
import { userList } from './user-list.ts';

export const pt: Catalogue = {
  ...clientList,
  ...common,
  ...list,
  ...component,
  ...session,
  ...shell,
  ...userList,
};
