import type { RequiredAction } from '../../api/admin-api.ts';
import { Checkbox } from '../../components/field.tsx';

/** As people read them, in the order in which they are asked for. */
export const REQUIRED_ACTIONS: readonly {
  readonly action: RequiredAction;
  readonly label: string;
  readonly hint: string;
}[] = [
  {
    action: 'update_password',
    label: 'Choose another password',
    hint: 'As with a temporary password.',
  },
  {
    action: 'configure_totp',
    label: 'Set up an authenticator app',
    hint: 'One that is there is replaced.',
  },
  {
    action: 'verify_email',
    label: 'Have the e-mail address verified',
    hint: 'You do that: verify the address, then take this away.',
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
      <h2>At the next sign-in</h2>
      <fieldset className="field">
        <legend>What must be done before anything is issued</legend>
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
