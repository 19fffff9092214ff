import type { User } from '../../api/admin-api.ts';
import { AllEvents } from '../../components/all-events.tsx';
import { Button } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Badge } from '../../components/states.tsx';
import { switchName } from '../../components/switch-name.ts';
import { Time } from '../../components/time.tsx';
import { rich, text } from '../../words/words.tsx';

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
  readonly onAsk: (about: 'password' | 'link' | 'delete') => void;
}) {
  return (
    <PageHeader
      title={user.username}
      back={{ to: '/users', label: text('common.users') }}
      about={
        <span className="chips">
          {user.enabled ? (
            <Badge kind="good">{text('common.enabled')}</Badge>
          ) : (
            <Badge kind="bad">{text('common.disabled')}</Badge>
          )}
          {user.awaits_confirmation && <Badge kind="warn">{text('users.waits')}</Badge>}
          {user.locked_at !== undefined && <Badge kind="warn">{text('users.locked')}</Badge>}
          {!user.has_password && <Badge kind="warn">{text('users.nopassword')}</Badge>}
          {user.password_temporary && <Badge kind="warn">{text('users.temporarypassword')}</Badge>}
          {user.required_actions?.includes('configure_totp') && (
            <Badge kind="warn">{text('users.musttotp')}</Badge>
          )}
          {user.required_actions?.includes('verify_email') && (
            <Badge kind="warn">{text('users.waitsverification')}</Badge>
          )}
          {user.sign_in_link !== undefined && <Badge kind="warn">{text('users.haslink')}</Badge>}
          <span className="quiet">{rich('users.sincetime', { time: <Time at={user.created_at} /> })}</span>
          <AllEvents
            narrowed={{ person: user.username }}
            label={text('audit.all.of', { name: user.username })}
          />
        </span>
      }
      actions={
        editable && (
          <>
            <Button icon="lock" onClick={() => onAsk('password')}>
              {text('users.setpassword')}
            </Button>
            {user.enabled && (
              <Button icon="lock" onClick={() => onAsk('link')}>
                {text('users.linkmake')}
              </Button>
            )}
            <Button onClick={() => void onToggle()}>{switchName(user)}</Button>
            <Button look="danger" icon="trash" onClick={() => onAsk('delete')}>
              {text('common.delete')}
            </Button>
          </>
        )
      }
    />
  );
}
