import { useState } from 'react';
import type { LimitableRole, LimitedRole, NewLimitedRole } from '../../api/admin-api.ts';
import { Button } from '../../components/button.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { LIMITABLE_ROLES, ROLE_NAMES, rolesInWords } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';

/** One whose group is gone gives nothing, and cannot be written again. */
const writable = (roles: readonly LimitedRole[]): readonly NewLimitedRole[] =>
  roles.flatMap(({ role, group }) => (group === undefined ? [] : [{ role, group }]));

const nameOf = (held: LimitedRole): string => rolesInWords({ roles: [], limited_roles: [held] })[0] ?? '';

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
      <legend>{text('users.limitedroles')}</legend>
      {roles.length === 0 && <p className="quiet">{text('users.limitednone')}</p>}
      <ul className="rows-plain">
        {roles.map((held) => (
          <li key={`${held.role} ${held.group_id}`}>
            <span>{nameOf(held)}</span>
            {!disabled && (
              <Button
                small
                aria-label={text('users.takeawayrole', { role: nameOf(held) })}
                onClick={() => void onChange(writable(roles.filter((other) => other !== held)))}
              >
                {text('users.takeaway')}
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
            label={text('users.rolein')}
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
            label={text('common.group')}
            value={group}
            maxLength={200}
            required
            onChange={(event) => setGroup(event.target.value)}
          />
          <Button type="submit" disabled={group.trim() === ''}>
            {text('users.give')}
          </Button>
        </form>
      )}
    </fieldset>
  );
}
