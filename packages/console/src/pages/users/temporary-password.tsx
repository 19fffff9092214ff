import { Checkbox } from '../../components/field.tsx';
import { text } from '../../words/words.tsx';

/** Whether a password must be changed by its person at the next sign-in. */
export function TemporaryPassword({
  checked,
  onChange,
}: {
  readonly checked: boolean;
  readonly onChange: (temporary: boolean) => void;
}) {
  return (
    <Checkbox
      label={text('users.temporary')}
      hint={text('users.temporaryhint')}
      checked={checked}
      onChange={(event) => onChange(event.target.checked)}
    />
  );
}
