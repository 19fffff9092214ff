import { findingOf, type Instead } from '../finding.ts';
import type { FieldMapping, Finding } from '../source.ts';

/** Every column and key of the tables of people that means something here. */
export const USER_FIELDS = [
  {
    field: 'UM_USER_NAME',
    ours: 'username',
    outcome: 'same',
    why: 'With the user store before it where that is a secondary one: PARTNERS/olga.',
  },
  { field: 'UM_USER_ID', ours: 'sub', outcome: 'same', why: 'Or the user name, as --set subject says.' },
  {
    field: 'UM_USER_PASSWORD',
    ours: 'password',
    outcome: 'same',
    why: 'With UM_SALT_VALUE, by the digest of its user store; checked as it was typed there, and hashed as this server does at the next sign-in.',
  },
  {
    field: 'UM_REQUIRE_CHANGE',
    ours: 'required_actions',
    outcome: 'changed',
    why: 'A new password is asked for at the next sign-in, before anything is issued; WSO2 lets nobody in after a day.',
  },
  { field: 'UM_TENANT_ID', outcome: 'lost', why: 'Of another tenant, which is another namespace of names.' },
  {
    field: 'UM_ATTR_NAME',
    ours: 'claims',
    outcome: 'same',
    why: 'Claims of OIDC Core §5.1 by the attribute names of a new installation, others as attributes under their own.',
  },
  {
    field: 'accountLocked',
    ours: 'enabled',
    outcome: 'changed',
    why: 'The account comes over disabled, until an administrator enables it.',
  },
  { field: 'accountDisabled', ours: 'enabled', outcome: 'same', why: 'The account comes over disabled.' },
  {
    field: 'secretkey',
    ours: 'required_actions',
    outcome: 'lost',
    why: 'It is encrypted by WSO2’s own key: the authenticator app is set up anew at the next sign-in.',
  },
] as const satisfies readonly FieldMapping[];

/** What the report says of a field of somebody; what is not said is as the table has it. */
export function userFinding(name: (typeof USER_FIELDS)[number]['field'], instead: Instead = {}): Finding {
  const line: FieldMapping | undefined = USER_FIELDS.find(({ field }) => field === name);
  return findingOf(line ?? { field: name, outcome: 'lost', why: '' }, instead);
}
