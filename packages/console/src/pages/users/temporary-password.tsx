import { Checkbox } from '../../components/field.tsx';

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
      label="Temporary"
      hint="Another password must be chosen at the next sign-in, before anything else."
      checked={checked}
      onChange={(event) => onChange(event.target.checked)}
    />
  );
}
