import type { Catalogue } from '../en/en.ts';
import { common } from './common.ts';
import { component } from './component.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';

export const pt: Catalogue = {
  ...common,
  ...component,
  ...session,
  ...shell,
};
