import { useMutation } from '@tanstack/react-query';
import type { User } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { rich, text } from '../../words/words.tsx';

/** Says that somebody can be signed in by a link, and ends it. */
export function SignInLinkNotice({
  username,
  link,
  editable,
}: {
  readonly username: string;
  readonly link: NonNullable<User['sign_in_link']>;
  readonly editable: boolean;
}) {
  const toasts = useToasts();
  const { mutate, isPending } = useMutation({
    ...changes.endSignInLink,
    onSuccess: () => toasts.done(text('users.linkended')),
    onError: toasts.failed,
  });
  const { made_by, made_at, expires_at } = link;
  return (
    <Notice kind="note" title={text('users.linkopen')}>
      <p>
        {rich('users.linkopentext', {
          by: made_by,
          made: <Time at={made_at} />,
          expires: <Time at={expires_at} />,
        })}
      </p>
      {editable && (
        <Button small busy={isPending} onClick={() => mutate(username)}>
          {text('users.linkend')}
        </Button>
      )}
    </Notice>
  );
}
