import { useState } from 'react';
import type { Client } from '../../../api/admin-api.ts';
import { leaveFreely, useLeaveGuard } from '../../../navigation/router.tsx';
import { type Errors, errorsOf, errorsOfFailure } from './errors.ts';
import { NEW, type Proof, type Values, valuesOf } from './values.ts';

/** What the parts of the form share. */
export type FieldsProps = {
  readonly values: Values;
  readonly errors: Errors;
  /** Changes values; what was wrong with them is forgotten. */
  readonly set: (changes: Partial<Values>) => void;
};

/** The place of the form where a value's error shows, where it is not the value's own name. */
const SHOWN_AT: Readonly<Record<string, string>> = {
  certificate: 'certificates',
  has_default_scope: 'default_scope',
};

/** Focuses the first input that is wrong, once the screen shows that it is. */
function focusFirstWrong(): void {
  requestAnimationFrame(() => {
    const first = document.querySelector('.wrong input, .wrong textarea, .wrong select');
    if (first instanceof HTMLElement) first.focus();
  });
}

/**
 * The state of the form, from its first input until it is saved.
 * @param client the one that is edited; absent for a new one
 * @param onSubmit saves; what it throws is shown where it belongs
 */
export function useClientForm(
  client: Client | undefined,
  onSubmit: (values: Values) => Promise<void>,
): FieldsProps & {
  readonly busy: boolean;
  readonly choose: (proof: Proof) => void;
  readonly submit: () => Promise<void>;
} {
  const [values, setValues] = useState<Values>(() => (client ? valuesOf(client) : NEW));
  const [touched, setTouched] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  useLeaveGuard(touched && !busy);

  const set = (changes: Partial<Values>) => {
    const settled = ['form', ...Object.keys(changes).map((name) => SHOWN_AT[name] ?? name)];
    setTouched(true);
    setValues((before) => ({ ...before, ...changes }));
    setErrors((before) =>
      Object.fromEntries(Object.entries(before).filter(([place]) => !settled.includes(place))),
    );
  };
  const choose = (proof: Proof) => {
    setErrors({});
    set({
      proof,
      grant_types:
        proof === 'none'
          ? values.grant_types.filter((grant) => grant !== 'client_credentials')
          : values.grant_types,
    });
  };
  const submit = async () => {
    const found = errorsOf(values, client);
    setErrors(found);
    if (Object.keys(found).length > 0) {
      focusFirstWrong();
      return;
    }
    setBusy(true);
    leaveFreely();
    try {
      await onSubmit(values);
    } catch (failure) {
      setErrors(errorsOfFailure(failure));
      setBusy(false);
    }
  };
  return { values, errors, set, busy, choose, submit };
}
