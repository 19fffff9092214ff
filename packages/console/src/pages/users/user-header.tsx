import type { User } from '../../api/admin-api.ts';
import { Button } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Badge } from '../../components/states.tsx';
import { switchName } from '../../components/switch-name.ts';
import { Time } from '../../components/time.tsx';

/** Who it is, how the account stands, and what can be done with it. */
export function UserHeader({
  user,
  editable,
  onToggle,
  onAsk,
}: {
  readonly user: User;
  readonly editable: boolean;
  readonly onToggle: () => Promise<void>;
  readonly onAsk: (about: 'password' | 'delete') => void;
}) {
  return (
    <PageHeader
      title={user.username}
      back={{ to: '/users', label: 'Users' }}
      about={
        <span className="chips">
          {user.enabled ? <Badge kind="good">enabled</Badge> : <Badge kind="bad">disabled</Badge>}
          {user.awaits_confirmation && <Badge kind="warn">waits for confirmation</Badge>}
          {user.locked_at !== undefined && <Badge kind="warn">locked</Badge>}
          {!user.has_password && <Badge kind="warn">no password</Badge>}
          {user.password_temporary && <Badge kind="warn">temporary password</Badge>}
          {user.required_actions?.includes('configure_totp') && (
            <Badge kind="warn">must set up an authenticator app</Badge>
          )}
          {user.required_actions?.includes('verify_email') && (
            <Badge kind="warn">waits for verification</Badge>
          )}
          <span className="quiet">
            added <Time at={user.created_at} />
          </span>
        </span>
      }
      actions={
        editable && (
          <>
            <Button icon="lock" onClick={() => onAsk('password')}>
              Set password
            </Button>
            <Button onClick={() => void onToggle()}>{switchName(user)}</Button>
            <Button look="danger" icon="trash" onClick={() => onAsk('delete')}>
              Delete
            </Button>
          </>
        )
      }
    />
  );
}
