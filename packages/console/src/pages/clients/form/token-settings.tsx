import { Checkbox, TextArea, TextField } from '../../../components/field.tsx';
import { LIFETIMES } from './token-rules.ts';
import type { FieldsProps } from './use-client-form.ts';

/** The inputs of this section, by the field of the client each is for. */
const FIELDS = [...LIFETIMES.map(({ value }) => value), 'default_scope', 'scope_audiences'];

/** What holds for the tokens of this one client, where the deployment's rules do not suffice. */
export function TokenSettings({ values, errors, set }: FieldsProps) {
  return (
    <details className="more" open={FIELDS.some((field) => errors[field] !== undefined) || undefined}>
      <summary>Tokens and scopes of its own</summary>
      <fieldset className="field">
        <legend>Lifetimes in seconds</legend>
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
        <p className="hint">
          Left empty: as the deployment has it. Its maximum and the client’s profile hold.
        </p>
      </fieldset>
      <Checkbox
        label="Default scopes of its own"
        hint="A request that names no scope gets these; the other registered scopes must be asked for."
        checked={values.has_default_scope}
        onChange={(event) => set({ has_default_scope: event.target.checked })}
      />
      {values.has_default_scope && (
        <TextField
          label="Default scopes"
          value={values.default_scope}
          error={errors.default_scope}
          hint="Separated by spaces, of those the client may ask for. Left empty: nothing is given unasked."
          onChange={(event) => set({ default_scope: event.target.value })}
        />
      )}
      <TextArea
        label="Audiences by scope"
        optional
        rows={3}
        value={values.scope_audiences}
        error={errors.scope_audiences}
        hint="One scope a line, its audiences behind it: accounts https://api.example.com/accounts. Tokens with the scope are for these where a request names no resource (RFC 8707)."
        onChange={(event) => set({ scope_audiences: event.target.value })}
      />
      <Checkbox
        label="Require PKCE"
        hint="Refuses authorization requests without a code challenge (RFC 7636). Public clients need one anyway."
        checked={values.require_pkce}
        onChange={(event) => set({ require_pkce: event.target.checked })}
      />
    </details>
  );
}
