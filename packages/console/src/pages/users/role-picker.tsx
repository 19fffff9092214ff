import type { Role } from '../../api/admin-api.ts';
import { Checkbox } from '../../components/field.tsx';
import { ROLE_NAMES } from '../../session/me.tsx';

const ROLES: readonly { readonly role: Role; readonly hint: string }[] = [
  { role: 'owner', hint: 'May do everything.' },
  { role: 'client_manager', hint: 'Reads everything, changes clients and trust.' },
  { role: 'auditor', hint: 'Reads everything, changes nothing.' },
  { role: 'clients_reader', hint: 'Reads clients, with their events and authorizations.' },
  { role: 'clients_writer', hint: 'Reads and changes clients.' },
  { role: 'people_reader', hint: 'Reads accounts, sessions and consents.' },
  { role: 'people_writer', hint: 'Reads accounts, and changes those that do not administer.' },
  { role: 'keys_reader', hint: 'Reads signing keys.' },
  { role: 'keys_writer', hint: 'Reads and rotates signing keys.' },
  { role: 'trust_reader', hint: 'Reads trust stores.' },
  { role: 'trust_writer', hint: 'Reads and changes trust stores.' },
  { role: 'settings_reader', hint: 'Reads settings, nodes and webhooks.' },
  { role: 'settings_writer', hint: 'Reads these, and has webhooks sent again.' },
  { role: 'audit_reader', hint: 'Reads every event.' },
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
      <legend>Administrator roles</legend>
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
