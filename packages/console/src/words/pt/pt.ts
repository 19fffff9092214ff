import type { Catalogue } from '../en/en.ts';
import { access } from './access.ts';
import { audit } from './audit.ts';
import { certificates } from './certificates.ts';
import { claims } from './claims.ts';
import { client } from './client.ts';
import { clientImport } from './client-import.ts';
import { clientList } from './client-list.ts';
import { clientform } from './clientform.ts';
import { common } from './common.ts';
import { component } from './component.ts';
import { error } from './error.ts';
import { eventtype } from './eventtype.ts';
import { finding } from './finding.ts';
import { groupList } from './group-list.ts';
import { groups } from './groups.ts';
import { guard } from './guard.ts';
import { help } from './help.ts';
import { importing } from './importing.ts';
import { jwks } from './jwks.ts';
import { keys } from './keys.ts';
import { list } from './list.ts';
import { memberships } from './memberships.ts';
import { notfound } from './notfound.ts';
import { overview } from './overview.ts';
import { registration } from './registration.ts';
import { revoking } from './revoking.ts';
import { roleList } from './role-list.ts';
import { roles } from './roles.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { shell } from './shell.ts';
import { trust } from './trust.ts';
import { userList } from './user-list.ts';
import { users } from './users.ts';
import { vouching } from './vouching.ts';
import { webhooks } from './webhooks.ts';

export const pt: Catalogue = {
  ...access,
  ...audit,
  ...certificates,
  ...claims,
  ...clientImport,
  ...clientList,
  ...client,
  ...clientform,
  ...common,
  ...component,
  ...error,
  ...eventtype,
  ...finding,
  ...groupList,
  ...groups,
  ...guard,
  ...help,
  ...importing,
  ...jwks,
  ...keys,
  ...list,
  ...memberships,
  ...notfound,
  ...overview,
  ...registration,
  ...revoking,
  ...roleList,
  ...roles,
  ...session,
  ...settings,
  ...shell,
  ...trust,
  ...userList,
  ...users,
  ...vouching,
  ...webhooks,
};
