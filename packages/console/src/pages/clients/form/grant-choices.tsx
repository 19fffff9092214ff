import { Checkbox } from '../../../components/field.tsx';
import { text } from '../../../words/words.tsx';
import { GRANTS } from '../methods.ts';
import type { FieldsProps } from './use-client-form.ts';

/** The grant types a client may use. */
export function GrantChoices({ values, errors, set }: FieldsProps) {
  const toggle = (grant: string, on: boolean) =>
    set({
      grant_types: on
        ? [...values.grant_types, grant]
        : values.grant_types.filter((chosen) => chosen !== grant),
    });
  return (
    <fieldset className={`field grants${errors.grant_types ? ' wrong' : ''}`}>
      <legend>{text('clientform.grants')}</legend>
      <div className="choices">
        {GRANTS.map(({ value, label, hint }) => (
          <Checkbox
            key={value}
            label={label}
            hint={hint}
            checked={values.grant_types.includes(value)}
            disabled={value === 'client_credentials' && values.proof === 'none'}
            onChange={(event) => toggle(value, event.target.checked)}
          />
        ))}
      </div>
      <p className="field-error" aria-live="polite">
        {errors.grant_types}
      </p>
    </fieldset>
  );
}
