import type { Role } from '../../api/admin-api.ts';
import { Checkbox } from '../../components/field.tsx';
import { ROLE_NAMES } from '../../session/me.tsx';

const ROLES: readonly { readonly role: Role; readonly hint: string }[] = [
  { role: 'owner', hint: 'May do everything.' },
  { role: 'client_manager', hint: 'Changes service providers and trust.' },
  { role: 'auditor', hint: 'Reads everything, changes nothing.' },
];

/** The administrator roles of an account. */
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
