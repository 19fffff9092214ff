import type { Catalogue } from '../en/en.ts';
import { certificates } from './certificates.ts';
import { client } from './client.ts';
import { clientform } from './clientform.ts';
import { common } from './common.ts';
import { component } from './component.ts';
import { guard } from './guard.ts';
import { keys } from './keys.ts';
import { overview } from './overview.ts';
import { registration } from './registration.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { trust } from './trust.ts';
import { users } from './users.ts';

export const pt: Catalogue = {
  ...client,
  ...clientform,
  ...common,
  ...component,
  ...guard,
  ...registration,
  ...session,
  ...overview,
  ...certificates,
  ...keys,
  ...settings,
  ...trust,
  ...shell,
  ...users,
};
