import { useId } from 'react';
import { Button, IconButton } from '../../components/button.tsx';
import { text } from '../../words/words.tsx';
import { type CallbackProblem, callbackProblem } from './redirect-uri.ts';

const problemText = ({ because, ...values }: CallbackProblem): string => text(because, values);

/** Callback URLs, one a line, each looked at while it is typed. */
export function CallbackUrls({
  label,
  hint,
  values,
  accepted,
  onChange,
  error,
}: {
  readonly label: string;
  readonly hint: string;
  readonly values: readonly string[];
  /** Those that are taken though they are plain http. */
  readonly accepted: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
  readonly error?: string | undefined;
}) {
  const id = useId();
  const lines = values.length === 0 ? [''] : values;
  const replace = (index: number, value: string) => onChange(lines.with(index, value));
  return (
    <fieldset className="field urls">
      <legend>{label}</legend>
      {lines.map((value, index) => {
        const found = value === '' ? undefined : callbackProblem(value, accepted);
        const problem = found && problemText(found);
        const lineId = `${id}-${index}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place; it is edited where it stands
          <div key={index} className={`url-line${problem === undefined ? '' : ' wrong'}`}>
            <input
              type="url"
              inputMode="url"
              aria-label={
                lines.length === 1 ? label : text('clientform.urlplace', { label, number: index + 1 })
              }
              aria-invalid={problem !== undefined}
              aria-describedby={`${lineId}-error ${id}-hint`}
              placeholder="https://app.example.com/callback"
              value={value}
              autoComplete="off"
              spellCheck={false}
              maxLength={2000}
              onChange={(event) => replace(index, event.target.value)}
            />
            {(lines.length > 1 || value !== '') && (
              <IconButton
                icon="close"
                label={text('clientform.removeurl', { label, number: index + 1 })}
                onClick={() => onChange(lines.filter((_, place) => place !== index))}
              />
            )}
            <p className="field-error" id={`${lineId}-error`} aria-live="polite">
              {problem}
            </p>
          </div>
        );
      })}
      <Button
        small
        look="quiet"
        icon="plus"
        disabled={lines.at(-1) === ''}
        onClick={() => onChange([...lines, ''])}
      >
        {text('clientform.anotherurl')}
      </Button>
      <p className="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <p className="field-error" aria-live="polite">
        {error}
      </p>
    </fieldset>
  );
}
