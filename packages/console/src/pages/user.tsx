import { useState } from 'react';
import { pathOf, request } from '../api/request.ts';
import { invalidate, useResource } from '../api/resource.ts';
import type { Role, User } from '../api/types.ts';
import { Button } from '../components/button.tsx';
import { ConfirmDialog, Dialog } from '../components/dialog.tsx';
import { TextField } from '../components/field.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Badge, Failed, Loading, Notice } from '../components/states.tsx';
import { Time } from '../components/time.tsx';
import { useToasts } from '../components/toast.tsx';
import { navigate } from '../navigation/router.tsx';
import { useMay } from '../session/me.tsx';
import { ConsentList, GrantList, SessionList } from './access.tsx';
import { RolePicker, textOf } from './users.tsx';

export function UserPage({ username }: { readonly username: string }) {
  const path = pathOf('users', username);
  const { data: user, error, loading, reload } = useResource<User>(path);
  return (
    <>
      {error && !user && (
        <>
          <PageHeader title="User" back={{ to: '/users', label: 'Users' }} />
          <Failed error={error} retry={reload} />
        </>
      )}
      {loading && <Loading />}
      {user && <KnownUser user={user} path={path} />}
    </>
  );
}

function KnownUser({ user, path }: { readonly user: User; readonly path: string }) {
  const may = useMay();
  const toasts = useToasts();
  const [asking, setAsking] = useState<'delete' | 'password' | 'sign-out'>();
  const editable = may('admin:users');
  const change = async (changes: Partial<Pick<User, 'roles' | 'enabled' | 'claims'>>) => {
    await request<User>('PATCH', path, changes);
    invalidate('/users');
  };
  const attempt = (work: () => Promise<void>, said: string, undo?: () => Promise<void>) =>
    work().then(() => toasts.done(said, undo), toasts.failed);
  const unlock = () =>
    attempt(async () => {
      await request('POST', `${path}/unlock`);
      invalidate('/users');
    }, 'The lock is lifted.');
  return (
    <>
      <PageHeader
        title={user.username}
        back={{ to: '/users', label: 'Users' }}
        about={
          <span className="chips">
            {user.enabled ? <Badge kind="good">enabled</Badge> : <Badge kind="bad">disabled</Badge>}
            {user.locked_at !== undefined && <Badge kind="warn">locked</Badge>}
            <span className="quiet">
              added <Time at={user.created_at} />
            </span>
          </span>
        }
        actions={
          editable && (
            <>
              <Button icon="lock" onClick={() => setAsking('password')}>
                Set password
              </Button>
              <Button
                onClick={() =>
                  void attempt(
                    () => change({ enabled: !user.enabled }),
                    user.enabled ? `${user.username} is disabled.` : `${user.username} is enabled.`,
                    () => change({ enabled: user.enabled }),
                  )
                }
              >
                {user.enabled ? 'Disable' : 'Enable'}
              </Button>
              <Button look="danger" icon="trash" onClick={() => setAsking('delete')}>
                Delete
              </Button>
            </>
          )
        }
      />
      {user.locked_at !== undefined && (
        <Notice kind="warning" title="Too many wrong passwords locked this account.">
          <p>
            Since <Time at={user.locked_at} show="exact" />. It opens by itself after a while.
          </p>
          {editable && (
            <Button small onClick={() => void unlock()}>
              Unlock now
            </Button>
          )}
        </Notice>
      )}
      <div className="columns">
        <Profile
          user={user}
          editable={editable}
          onSave={(claims) => attempt(() => change({ claims }), 'Saved.')}
        />
        <section className="card">
          <h2>Administration</h2>
          <RolePicker
            roles={user.roles}
            disabled={!editable}
            onChange={(roles: readonly Role[]) =>
              void attempt(
                () => change({ roles }),
                'The roles are changed.',
                () => change({ roles: user.roles }),
              )
            }
          />
        </section>
      </div>
      <div className="section-head">
        <h2>Sessions</h2>
        {editable && (
          <Button small icon="out" onClick={() => setAsking('sign-out')}>
            Sign out everywhere
          </Button>
        )}
      </div>
      <SessionList username={user.username} />
      <h2>Consents</h2>
      <ConsentList username={user.username} />
      <h2>Authorizations in force</h2>
      <GrantList username={user.username} />
      {asking === 'password' && (
        <PasswordDialog user={user} path={path} onClose={() => setAsking(undefined)} />
      )}
      {asking === 'sign-out' && (
        <ConfirmDialog
          title={`Sign ${user.username} out everywhere?`}
          action="Sign out"
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            await request('DELETE', `${path}/sessions`);
            invalidate('/sessions', '/grants');
            toasts.done('All sessions and tokens have ended.');
          }}
        >
          <p>All sessions end and every token issued to {user.username} is revoked.</p>
        </ConfirmDialog>
      )}
      {asking === 'delete' && (
        <ConfirmDialog
          title={`Delete ${user.username}?`}
          action="Delete"
          typed={user.username}
          onClose={() => setAsking(undefined)}
          onConfirm={async () => {
            await request('DELETE', path);
            invalidate('/users', '/sessions', '/grants', '/consents');
            toasts.done(`${user.username} is deleted.`);
            navigate('/users', { replace: true });
          }}
        >
          <p>The account goes with its sessions, consents and tokens. This cannot be undone.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function Profile({
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

function PasswordDialog({
  user,
  path,
  onClose,
}: {
  readonly user: User;
  readonly path: string;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await request('PUT', `${path}/password`, { password });
      invalidate('/users');
      toasts.done('The password is set.');
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={`Set the password of ${user.username}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className="dialog-body">
          <TextField
            label="New password"
            type="password"
            autoComplete="new-password"
            value={password}
            error={error}
            hint="A lock, if there is one, is lifted."
            onChange={(event) => setPassword(event.target.value)}
          />
        </div>
        <footer>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={busy} disabled={password === ''}>
            Set password
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
