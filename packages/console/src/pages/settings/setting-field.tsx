import type { Setting } from '../../api/admin-api.ts';
import { Checkbox, SelectField, TextArea, TextField } from '../../components/field.tsx';
import { text } from '../../words/words.tsx';
import type { Typed } from './typed-value.ts';

/** Asks for the value of a setting by what it is, or for its default. */
export function SettingField({
  setting,
  typed,
  problem,
  onType,
}: {
  readonly setting: Setting;
  readonly typed: Typed;
  readonly problem: string | undefined;
  readonly onType: (typed: Typed) => void;
}) {
  const field = {
    label: setting.key,
    hint: (
      <span lang="en">
        {setting.description} {text('settings.expected', { expected: setting.expected })}
      </span>
    ),
    error: problem,
    value: typed.written,
    disabled: typed.out,
  };
  const write = (written: string) => onType({ ...typed, written });
  const { form } = setting;
  const choices =
    form?.kind === 'boolean' ? ['true', 'false'] : form?.kind === 'choice' ? (form.choices ?? []) : [];
  return (
    <>
      {choices.length > 0 ? (
        <SelectField {...field} onChange={(event) => write(event.target.value)}>
          {!choices.includes(typed.written) && <option value={typed.written}>{text('common.notset')}</option>}
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </SelectField>
      ) : form?.kind === 'list' ? (
        <TextArea
          {...field}
          rows={5}
          optional
          onChange={(event) => write(event.target.value)}
          placeholder={text('settings.lines')}
        />
      ) : (
        <TextField
          {...field}
          inputMode={form?.kind === 'number' ? 'numeric' : 'text'}
          onChange={(event) => write(event.target.value)}
        />
      )}
      {setting.source === 'deployment.toml' && (
        <Checkbox
          label={text('settings.todefault')}
          checked={typed.out}
          onChange={(event) => onType({ ...typed, out: event.target.checked })}
        />
      )}
    </>
  );
}
