import type { RequiredAction } from '../../api/admin-api.ts';
import { Checkbox } from '../../components/field.tsx';
import { text } from '../../words/words.tsx';

/** As people read them, in the order in which they are asked for. */
export const REQUIRED_ACTIONS: readonly {
  readonly action: RequiredAction;
  readonly label: string;
  readonly hint: string;
}[] = [
  {
    action: 'update_password',
    label: text('users.mustpassword'),
    hint: text('users.mustpasswordhint'),
  },
  {
    action: 'configure_totp',
    label: text('users.mustapp'),
    hint: text('users.mustapphint'),
  },
  {
    action: 'verify_email',
    label: text('users.mustmail'),
    hint: text('users.mustmailhint'),
  },
];

/** What a person must do at the next sign-in, before anything is issued. */
export function RequiredActions({
  required,
  disabled,
  onChange,
}: {
  readonly required: readonly RequiredAction[];
  readonly disabled: boolean;
  readonly onChange: (required: readonly RequiredAction[]) => void;
}) {
  return (
    <section className="card">
      <h2>{text('users.nextsignin')}</h2>
      <fieldset className="field">
        <legend>{text('users.required')}</legend>
        <div className="choices">
          {REQUIRED_ACTIONS.map(({ action, label, hint }) => (
            <Checkbox
              key={action}
              label={label}
              hint={hint}
              disabled={disabled}
              checked={required.includes(action)}
              onChange={(event) =>
                onChange(
                  event.target.checked ? [...required, action] : required.filter((each) => each !== action),
                )
              }
            />
          ))}
        </div>
      </fieldset>
    </section>
  );
}
