import { useState } from 'react';
import type { User } from '../../api/admin-api.ts';
import type { Tagged } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { text } from '../../words/words.tsx';
import { type ProfileChanges, profileChanges } from './profile-changes.ts';
import { textOf } from './text-claim.ts';

/** The claims of a person that the console changes; the others stay as they are. */
export function Profile({
  user,
  editable,
  onSave,
}: {
  readonly user: Tagged<User>;
  readonly editable: boolean;
  /** @returns whether it is saved */
  readonly onSave: (touched: ProfileChanges, opened: Tagged<User>) => Promise<boolean>;
}) {
  // As it was when the first key was pressed, whatever is read since.
  const [opened, setOpened] = useState(user);
  const [values, setValues] = useState({ name: textOf(user.claims.name), email: textOf(user.claims.email) });
  const [busy, setBusy] = useState(false);
  const touched = profileChanges(opened.claims, values);
  const changed = Object.keys(touched).length > 0;
  if (user.etag !== opened.etag && !changed) {
    setOpened(user);
    setValues({ name: textOf(user.claims.name), email: textOf(user.claims.email) });
  }
  const save = async () => {
    setBusy(true);
    if (await onSave(touched, opened)) setOpened({ ...opened, claims: { ...opened.claims, ...values } });
    setBusy(false);
  };
  return (
    <section className="card">
      <h2>{text('users.profile')}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          label={text('common.name')}
          value={values.name}
          disabled={!editable}
          onChange={(event) => setValues({ ...values, name: event.target.value })}
        />
        <TextField
          label={text('common.email')}
          type="email"
          value={values.email}
          disabled={!editable}
          onChange={(event) => setValues({ ...values, email: event.target.value })}
        />
        {editable && (
          <Button type="submit" busy={busy} disabled={!changed}>
            {text('common.save')}
          </Button>
        )}
      </form>
    </section>
  );
}
