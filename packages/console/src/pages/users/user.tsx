import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role, User } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import type { Tagged } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { ConflictDialog } from '../../components/conflict-dialog.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { ConsentList } from '../access/consent-list.tsx';
import { GrantList } from '../access/grant-list.tsx';
import { MembershipsSection } from '../memberships/memberships-section.tsx';
import { KnownSubjects } from './known-subjects.tsx';
import { LimitedRoles } from './limited-roles.tsx';
import { LockNotice } from './lock-notice.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { PersonSessions } from './person-sessions.tsx';
import { Profile } from './profile.tsx';
import { RemoveUserDialog } from './remove-user-dialog.tsx';
import { RequiredActions } from './required-actions.tsx';
import { RolePicker } from './role-picker.tsx';
import { SecondFactors } from './second-factors.tsx';
import { SignInLinkDialog } from './sign-in-link-dialog.tsx';
import { SignInLinkNotice } from './sign-in-link-notice.tsx';
import { SignOutDialog } from './sign-out-dialog.tsx';
import { useUserChanges } from './user-changes.ts';
import { UserHeader } from './user-header.tsx';

export function UserPage({ username }: { readonly username: string }) {
  const { data: user, error, isPending, refetch } = useQuery(queries.user(username));
  return (
    <>
      {error && !user && (
        <>
          <PageHeader title={text('users.title')} back={{ to: '/users', label: text('common.users') }} />
          <Failed error={error} retry={refetch} />
        </>
      )}
      {isPending && <Loading />}
      {user && <KnownUser user={user} />}
    </>
  );
}

function KnownUser({ user }: { readonly user: Tagged<User> }) {
  const may = useMay();
  const { username } = user;
  const [asking, setAsking] = useState<'delete' | 'password' | 'link' | 'sign-out'>();
  const changes = useUserChanges(user);
  const administers = user.roles.length + (user.limited_roles?.length ?? 0) > 0;
  // Whoever sets the password of an administrator has their roles.
  const editable = may('people:write') && (!administers || may('administrators:write'));
  const close = () => setAsking(undefined);
  const [round, setRound] = useState(0);
  const takeStored = () => {
    changes.conflict?.close();
    // The form begins again with what is stored.
    setRound(round + 1);
  };
  return (
    <>
      <UserHeader user={user} editable={editable} onToggle={changes.toggle} onAsk={setAsking} />
      {user.locked_at !== undefined && (
        <LockNotice locked_at={user.locked_at} editable={editable} onUnlock={changes.unlock} />
      )}
      {user.sign_in_link !== undefined && (
        <SignInLinkNotice username={username} link={user.sign_in_link} editable={editable} />
      )}
      <div className="columns">
        <div className="stacked">
          <Profile key={round} user={user} editable={editable} onSave={changes.setProfile} />
          <RequiredActions
            required={user.required_actions ?? []}
            disabled={!editable}
            onChange={(required) => void changes.setRequiredActions(required)}
          />
        </div>
        <section className="card">
          <h2>{text('users.administration')}</h2>
          <RolePicker
            roles={user.roles}
            disabled={!may('administrators:write')}
            onChange={(roles: readonly Role[]) => void changes.setRoles(roles)}
          />
          <LimitedRoles
            roles={user.limited_roles ?? []}
            disabled={!may('administrators:write')}
            onChange={changes.setLimitedRoles}
          />
        </section>
      </div>
      <h2>{text('users.factors')}</h2>
      <SecondFactors username={username} editable={editable} />
      <MembershipsSection owner={{ username }} name={username} />
      <div className="section-head">
        <h2>{text('common.sessions')}</h2>
        {editable && (
          <Button small icon="out" onClick={() => setAsking('sign-out')}>
            {text('users.signout')}
          </Button>
        )}
      </div>
      <PersonSessions username={username} editable={editable} />
      <h2>{text('users.consents')}</h2>
      <ConsentList username={username} />
      <h2>{text('users.grants')}</h2>
      <GrantList username={username} />
      <h2>{text('users.known')}</h2>
      <KnownSubjects username={username} />
      {changes.conflict && (
        <ConflictDialog
          name={username}
          differences={changes.conflict.differences}
          onKeepMine={changes.conflict.keepMine}
          onTakeStored={takeStored}
          onClose={changes.conflict.close}
        />
      )}
      {asking === 'password' && <PasswordDialog username={username} onClose={close} />}
      {asking === 'link' && (
        <SignInLinkDialog username={username} hasOne={user.sign_in_link !== undefined} onClose={close} />
      )}
      {asking === 'sign-out' && <SignOutDialog username={username} onClose={close} />}
      {asking === 'delete' && <RemoveUserDialog username={username} onClose={close} />}
    </>
  );
}
