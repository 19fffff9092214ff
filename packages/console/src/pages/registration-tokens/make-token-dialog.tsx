import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IssuedInitialAccessToken } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CodeBlock, CopyValue } from '../../components/copy.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { useSettled } from '../../components/settled.ts';
import { Notice } from '../../components/states.tsx';
import { useMay, useMe } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';

const HOUR = 3600;
const UNITS = { hours: HOUR, days: 24 * HOUR } as const;
type Unit = keyof typeof UNITS;
const LONGEST = 315_360_000;

/** The whole number somebody wrote; undefined for anything else. */
const numberIn = (written: string): number | undefined =>
  /^[1-9]\d{0,6}$/.test(written.trim()) ? Number(written.trim()) : undefined;

/** Makes a token with a lifetime, a number of uses and perhaps a group, then shows it once. */
export function MakeTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<IssuedInitialAccessToken>();
  return (
    <Dialog
      title={text(made ? 'registration.made' : 'registration.maketitle')}
      onClose={onClose}
      wide={made !== undefined}
    >
      {made ? <Made token={made} onClose={onClose} /> : <Form onMade={setMade} onClose={onClose} />}
    </Dialog>
  );
}

/** Looks up whether a group of the name that is typed is there. */
function useGroup(name: string, enabled: boolean) {
  const written = name.trim();
  const search = useSettled(written, 200);
  const { data } = useQuery({
    ...queries.groups({ limit: 20, search }),
    enabled: enabled && search !== '',
  });
  const offered = data?.items ?? [];
  const isFound = offered.some((group) => group.name.toLowerCase() === written.toLowerCase());
  const isLooking = search !== written || data === undefined;
  return { offered, isWrong: written !== '' && enabled && !isLooking && !isFound };
}

function Form({
  onMade,
  onClose,
}: {
  readonly onMade: (token: IssuedInitialAccessToken) => void;
  readonly onClose: () => void;
}) {
  const may = useMay();
  const [label, setLabel] = useState('');
  const [lifetime, setLifetime] = useState('24');
  const [unit, setUnit] = useState<Unit>('hours');
  const [clients, setClients] = useState('1');
  const [group, setGroup] = useState('');
  const { offered, isWrong } = useGroup(group, may('people:read'));
  const { mutate, isPending, error } = useMutation({ ...changes.addRegistrationToken, onSuccess: onMade });
  const seconds = (numberIn(lifetime) ?? 0) * UNITS[unit];
  const count = numberIn(clients);
  const lifetimeProblem =
    seconds === 0
      ? text('registration.wrongnumber')
      : seconds > LONGEST
        ? text('registration.toolong')
        : undefined;
  const isReady = label.trim() !== '' && lifetimeProblem === undefined && count !== undefined && !isWrong;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isReady) return;
        mutate({
          label: label.trim(),
          lifetime: seconds,
          clients: count,
          ...(group.trim() !== '' && { group: group.trim() }),
        });
      }}
    >
      <div className="dialog-body">
        <TextField
          label={text('registration.label')}
          hint={text('registration.labelhint')}
          value={label}
          maxLength={200}
          required
          onChange={(event) => setLabel(event.target.value)}
        />
        <div className="row">
          <TextField
            label={text('registration.lifetime')}
            inputMode="numeric"
            value={lifetime}
            error={lifetimeProblem}
            onChange={(event) => setLifetime(event.target.value)}
          />
          <SelectField
            label={text('registration.unit')}
            value={unit}
            onChange={(event) => setUnit(event.target.value === 'days' ? 'days' : 'hours')}
          >
            <option value="hours">{text('registration.hours')}</option>
            <option value="days">{text('registration.days')}</option>
          </SelectField>
        </div>
        <TextField
          label={text('registration.clients')}
          inputMode="numeric"
          value={clients}
          error={count === undefined ? text('registration.wrongnumber') : undefined}
          onChange={(event) => setClients(event.target.value)}
        />
        <TextField
          label={text('registration.group')}
          optional
          list="registration-groups"
          hint={text('registration.grouphint')}
          error={isWrong || error?.field === 'group' ? text('registration.nogroup') : undefined}
          value={group}
          maxLength={200}
          onChange={(event) => setGroup(event.target.value)}
        />
        <datalist id="registration-groups">
          {offered.map(({ group_id, name }) => (
            <option key={group_id} value={name} />
          ))}
        </datalist>
        {error && error.field !== 'group' && (
          <Notice kind="error">
            <span lang="en">{error.message}</span>
          </Notice>
        )}
      </div>
      <footer>
        <Button onClick={onClose}>{text('common.cancel')}</Button>
        <Button type="submit" look="primary" busy={isPending} disabled={!isReady}>
          {text('registration.make')}
        </Button>
      </footer>
    </form>
  );
}

function Made({
  token: { initial_access_token: value, label },
  onClose,
}: {
  readonly token: IssuedInitialAccessToken;
  readonly onClose: () => void;
}) {
  const { issuer } = useMe();
  const request = [
    `curl --cacert server.pem ${issuer}/oauth2/register \\`,
    `  -H 'Authorization: Bearer ${value}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '{"client_name": "…", "redirect_uris": ["https://app.example.com/callback"]}'`,
  ].join('\n');
  return (
    <>
      <div className="dialog-body">
        <Notice kind="warning" title={text('registration.onlytime')}>
          <p>{text('registration.hand', { label })}</p>
        </Notice>
        <CopyValue value={value} what={text('registration.token')} />
        <CodeBlock code={request} what={text('registration.request')} />
      </div>
      <footer>
        <Button look="primary" onClick={onClose}>
          {text('registration.copied')}
        </Button>
      </footer>
    </>
  );
}
