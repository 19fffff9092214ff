import { useState } from 'react';
import type { User } from '../../api/admin-api.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { textOf } from './text-claim.ts';

/** The claims of a person that the console changes; the others stay as they are. */
export function Profile({
  user,
  editable,
  onSave,
}: {
  readonly user: User;
  readonly editable: boolean;
  readonly onSave: (claims: Record<string, unknown>) => Promise<void>;
}) {
  const [name, setName] = useState(textOf(user.claims.name));
  const [email, setEmail] = useState(textOf(user.claims.email));
  const [busy, setBusy] = useState(false);
  const changed = name !== textOf(user.claims.name) || email !== textOf(user.claims.email);
  const save = async () => {
    setBusy(true);
    const { name: _name, email: _email, ...others } = user.claims;
    await onSave({
      ...others,
      ...(name.trim() && { name: name.trim() }),
      ...(email.trim() && { email: email.trim() }),
    });
    setBusy(false);
  };
  return (
    <section className="card">
      <h2>Profile</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          label="Name"
          value={name}
          disabled={!editable}
          onChange={(event) => setName(event.target.value)}
        />
        <TextField
          label="Email"
          type="email"
          value={email}
          disabled={!editable}
          onChange={(event) => setEmail(event.target.value)}
        />
        {editable && (
          <Button type="submit" busy={busy} disabled={!changed}>
            Save
          </Button>
        )}
      </form>
    </section>
  );
}
