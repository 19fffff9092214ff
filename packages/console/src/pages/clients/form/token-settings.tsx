import { Checkbox, TextArea, TextField } from '../../../components/field.tsx';
import { text } from '../../../words/words.tsx';
import { LIFETIMES } from './token-rules.ts';
import type { FieldsProps } from './use-client-form.ts';

/** The inputs of this section, by the field of the client each is for. */
const FIELDS = [...LIFETIMES.map(({ value }) => value), 'default_scope', 'scope_audiences'];

/** What holds for the tokens of this one client, where the deployment's rules do not suffice. */
export function TokenSettings({ values, errors, set }: FieldsProps) {
  return (
    <details className="more" open={FIELDS.some((field) => errors[field] !== undefined) || undefined}>
      <summary>{text('clientform.tokens')}</summary>
      <fieldset className="field">
        <legend>{text('clientform.lifetimes')}</legend>
        <div className="row">
          {LIFETIMES.map(({ value, label }) => (
            <TextField
              key={value}
              label={label}
              inputMode="numeric"
              value={values[value]}
              error={errors[value]}
              onChange={(event) => set({ [value]: event.target.value })}
            />
          ))}
        </div>
        <p className="hint">{text('clientform.lifetimeshint')}</p>
      </fieldset>
      <Checkbox
        label={text('clientform.hasdefault')}
        hint={text('clientform.hasdefaulthint')}
        checked={values.has_default_scope}
        onChange={(event) => set({ has_default_scope: event.target.checked })}
      />
      {values.has_default_scope && (
        <TextField
          label={text('clientform.defaultscopes')}
          value={values.default_scope}
          error={errors.default_scope}
          hint={text('clientform.defaultscopeshint')}
          onChange={(event) => set({ default_scope: event.target.value })}
        />
      )}
      <TextArea
        label={text('clientform.audiences')}
        optional
        rows={3}
        value={values.scope_audiences}
        error={errors.scope_audiences}
        hint={text('clientform.audienceshint')}
        onChange={(event) => set({ scope_audiences: event.target.value })}
      />
    </details>
  );
}
