import type { Catalogue } from '../en/en.ts';
import { access } from './access.ts';
import { claims } from './claims.ts';
import { common } from './common.ts';
import { component } from './component.ts';
import { error } from './error.ts';
import { eventtype } from './eventtype.ts';
import { finding } from './finding.ts';
import { groups } from './groups.ts';
import { importing } from './importing.ts';
import { memberships } from './memberships.ts';
import { notfound } from './notfound.ts';
import { roles } from './roles.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';
import { webhooks } from './webhooks.ts';

export const de: Catalogue = {
  ...access,
  ...claims,
  ...common,
  ...component,
  ...error,
  ...eventtype,
  ...finding,
  ...groups,
  ...importing,
  ...memberships,
  ...notfound,
  ...roles,
  ...session,
  ...shell,
  ...webhooks,
};
