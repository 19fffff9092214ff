import { useState } from 'react';
import type { LimitableRole, LimitedRole, NewLimitedRole } from '../../api/admin-api.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { LIMITABLE_ROLES, ROLE_NAMES } from '../../session/me.tsx';

/** One whose group is gone gives nothing, and cannot be written again. */
const writable = (roles: readonly LimitedRole[]): readonly NewLimitedRole[] =>
  roles.flatMap(({ role, group }) => (group === undefined ? [] : [{ role, group }]));

/** The administrator roles of an account that count for the clients of a group. */
export function LimitedRoles({
  roles,
  onChange,
  disabled,
}: {
  readonly roles: readonly LimitedRole[];
  readonly onChange: (roles: readonly NewLimitedRole[]) => Promise<unknown>;
  readonly disabled: boolean;
}) {
  const [role, setRole] = useState<LimitableRole>('clients_writer');
  const [group, setGroup] = useState('');
  const add = async () => {
    await onChange([...writable(roles), { role, group }]);
    setGroup('');
  };
  return (
    <fieldset className="field">
      <legend>Roles for the clients of a group</legend>
      {roles.length === 0 && <p className="quiet">None.</p>}
      <ul className="rows-plain">
        {roles.map((held) => (
          <li key={`${held.role} ${held.group_id}`}>
            <span>
              {ROLE_NAMES[held.role]} in {held.group ?? <em>a group that is gone</em>}
            </span>
            {!disabled && (
              <Button small onClick={() => void onChange(writable(roles.filter((other) => other !== held)))}>
                Take away
              </Button>
            )}
          </li>
        ))}
      </ul>
      {!disabled && (
        <form
          className="row"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <SelectField
            label="Role in a group"
            value={role}
            onChange={(event) => {
              const chosen = LIMITABLE_ROLES.find((each) => each === event.target.value);
              if (chosen) setRole(chosen);
            }}
          >
            {LIMITABLE_ROLES.map((each) => (
              <option key={each} value={each}>
                {ROLE_NAMES[each]}
              </option>
            ))}
          </SelectField>
          <TextField
            label="Group"
            value={group}
            maxLength={200}
            required
            onChange={(event) => setGroup(event.target.value)}
          />
          <Button type="submit" disabled={group.trim() === ''}>
            Give
          </Button>
        </form>
      )}
    </fieldset>
  );
}
