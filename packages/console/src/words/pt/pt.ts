import type { Catalogue } from '../en/en.ts';
import { client } from './client.ts';
import { clientform } from './clientform.ts';
import { common } from './common.ts';
import { component } from './component.ts';
import { guard } from './guard.ts';
import { registration } from './registration.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';
import { users } from './users.ts';

export const pt: Catalogue = {
  ...client,
  ...clientform,
  ...common,
  ...component,
  ...guard,
  ...registration,
  ...session,
  ...shell,
  ...users,
};
