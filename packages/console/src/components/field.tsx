import { type ComponentProps, type ReactNode, useId } from 'react';
import { text } from '../words/words.tsx';

type FieldProps = {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value; announced when it appears. */
  readonly error?: string | undefined;
  readonly optional?: boolean;
};

function describedBy(id: string, hint: ReactNode, error: string | undefined): string | undefined {
  const ids = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean);
  return ids.length === 0 ? undefined : ids.join(' ');
}

function Surroundings({
  id,
  label,
  hint,
  error,
  optional,
  children,
}: FieldProps & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className={`field${error === undefined ? '' : ' wrong'}`}>
      <label htmlFor={id}>
        {label}
        {optional && <span className="optional">{text('common.optional')}</span>}
      </label>
      {children}
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <p className="field-error" id={`${id}-error`} aria-live="polite">
        {error}
      </p>
    </div>
  );
}

export function TextField({
  label,
  hint,
  error,
  optional = false,
  ...rest
}: FieldProps & Omit<ComponentProps<'input'>, 'id'>) {
  const id = useId();
  return (
    <Surroundings id={id} label={label} hint={hint} error={error} optional={optional}>
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        {...rest}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
    </Surroundings>
  );
}

export function TextArea({
  label,
  hint,
  error,
  optional = false,
  ...rest
}: FieldProps & Omit<ComponentProps<'textarea'>, 'id'>) {
  const id = useId();
  return (
    <Surroundings id={id} label={label} hint={hint} error={error} optional={optional}>
      <textarea
        spellCheck={false}
        autoComplete="off"
        {...rest}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={describedBy(id, hint, error)}
      />
    </Surroundings>
  );
}

export function SelectField({
  label,
  hint,
  error,
  optional = false,
  children,
  ...rest
}: FieldProps & Omit<ComponentProps<'select'>, 'id'>) {
  const id = useId();
  return (
    <Surroundings id={id} label={label} hint={hint} error={error} optional={optional}>
      <select
        {...rest}
        id={id}
        aria-invalid={error !== undefined}
        aria-describedby={describedBy(id, hint, error)}
      >
        {children}
      </select>
    </Surroundings>
  );
}

export function Checkbox({
  label,
  hint,
  ...rest
}: { readonly label: ReactNode; readonly hint?: ReactNode } & Omit<ComponentProps<'input'>, 'id' | 'type'>) {
  const id = useId();
  return (
    <div className="choice">
      <input
        type="checkbox"
        {...rest}
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <p className="hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

/** One of several, each with a line that explains it. */
export function RadioCards<Value extends string>({
  legend,
  name,
  value,
  options,
  onChange,
}: {
  readonly legend: string;
  readonly name: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly hint: string }[];
  readonly onChange: (value: Value) => void;
}) {
  return (
    <fieldset className="radio-cards">
      <legend>{legend}</legend>
      <div className="cards">
        {options.map((option) => (
          <label key={option.value} className={option.value === value ? 'chosen' : ''}>
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>
              <strong>{option.label}</strong>
              <small>{option.hint}</small>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
