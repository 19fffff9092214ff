import type { Role } from '../../api/admin-api.ts';
import { Checkbox } from '../../components/field.tsx';
import { ROLE_NAMES } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';

const ROLES: readonly { readonly role: Role; readonly hint: string }[] = [
  { role: 'owner', hint: text('users.roleowner') },
  { role: 'client_manager', hint: text('users.roleclientmanager') },
  { role: 'auditor', hint: text('users.roleauditor') },
  { role: 'clients_reader', hint: text('users.roleclientsreader') },
  { role: 'clients_writer', hint: text('users.roleclientswriter') },
  { role: 'people_reader', hint: text('users.rolepeoplereader') },
  { role: 'people_writer', hint: text('users.rolepeoplewriter') },
  { role: 'keys_reader', hint: text('users.rolekeysreader') },
  { role: 'keys_writer', hint: text('users.rolekeyswriter') },
  { role: 'trust_reader', hint: text('users.roletrustreader') },
  { role: 'trust_writer', hint: text('users.roletrustwriter') },
  { role: 'settings_reader', hint: text('users.rolesettingsreader') },
  { role: 'settings_writer', hint: text('users.rolesettingswriter') },
  { role: 'audit_reader', hint: text('users.roleauditreader') },
];

/** The administrator roles of an account that count for the whole server. */
export function RolePicker({
  roles,
  onChange,
  disabled = false,
}: {
  readonly roles: readonly Role[];
  readonly onChange: (roles: readonly Role[]) => void;
  readonly disabled?: boolean;
}) {
  return (
    <fieldset className="field">
      <legend>{text('common.adminroles')}</legend>
      <div className="choices">
        {ROLES.map(({ role, hint }) => (
          <Checkbox
            key={role}
            label={ROLE_NAMES[role]}
            hint={hint}
            disabled={disabled}
            checked={roles.includes(role)}
            onChange={(event) =>
              onChange(event.target.checked ? [...roles, role] : roles.filter((held) => held !== role))
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
