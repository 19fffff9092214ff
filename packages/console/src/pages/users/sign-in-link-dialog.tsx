import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { MadeSignInLink } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CopyValue } from '../../components/copy.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField } from '../../components/field.tsx';
import { Notice } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { rich, text } from '../../words/words.tsx';

/** Seconds, and how they are called. */
const LIFETIMES: readonly { readonly lifetime: number; readonly label: string }[] = [
  { lifetime: 900, label: text('users.linkminutes', { count: 15 }) },
  { lifetime: 3600, label: text('users.linkhours', { count: 1 }) },
  { lifetime: 28_800, label: text('users.linkhours', { count: 8 }) },
  { lifetime: 86_400, label: text('users.linkhours', { count: 24 }) },
];
const USUAL = 3600;

/** Makes the link that signs a person in once, and shows it, once. */
export function SignInLinkDialog({
  username,
  hasOne,
  onClose,
}: {
  readonly username: string;
  /** Whether there is one that ends by it. */
  readonly hasOne: boolean;
  readonly onClose: () => void;
}) {
  const [lifetime, setLifetime] = useState(USUAL);
  const { mutate, data: made, isPending, error } = useMutation(changes.makeSignInLink);
  return (
    <Dialog title={text('users.linkfor', { username })} onClose={onClose}>
      {made ? (
        <Made made={made} onClose={onClose} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            mutate({ username, lifetime });
          }}
        >
          <div className="dialog-body">
            <p>{text('users.linkabout', { username })}</p>
            {hasOne && <Notice kind="warning">{text('users.linkreplaces')}</Notice>}
            <SelectField
              label={text('users.linklifetime')}
              value={lifetime}
              onChange={(event) => setLifetime(Number(event.target.value))}
            >
              {LIFETIMES.map((each) => (
                <option key={each.lifetime} value={each.lifetime}>
                  {each.label}
                </option>
              ))}
            </SelectField>
            {error && <Notice kind="error">{error.message}</Notice>}
          </div>
          <footer>
            <Button onClick={onClose}>{text('common.cancel')}</Button>
            <Button type="submit" look="primary" busy={isPending}>
              {text('users.linkmake')}
            </Button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}

function Made({ made, onClose }: { readonly made: MadeSignInLink; readonly onClose: () => void }) {
  const { username, sign_in_link, expires_at } = made;
  return (
    <>
      <div className="dialog-body">
        <Notice kind="success" title={text('users.linkmade')}>
          <p>{rich('users.linkuntil', { username, time: <Time at={expires_at} show="exact" /> })}</p>
        </Notice>
        <CopyValue value={sign_in_link} what={text('users.linkwhat')} />
      </div>
      <footer>
        <Button look="primary" onClick={onClose}>
          {text('users.done')}
        </Button>
      </footer>
    </>
  );
}
