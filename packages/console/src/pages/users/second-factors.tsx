import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Credential } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { ListTable } from '../../components/list/list-table.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { rich, text } from '../../words/words.tsx';
import { FACTOR_KINDS, type Factor, factorOf } from './factor.ts';
import { RemoveFactorDialog } from './remove-factor-dialog.tsx';

/** What a person proves who they are with beside the password, each with the way to remove it. */
export function SecondFactors({
  username,
  editable,
}: {
  readonly username: string;
  readonly editable: boolean;
}) {
  const { data, error, refetch } = useQuery(queries.credentials(username));
  const [removing, setRemoving] = useState<Factor>();
  if (error && !data) return <Failed error={error} retry={refetch} />;
  if (!data) return <Loading rows={2} />;
  const codes = data.items.filter(({ kind }) => kind === 'recovery_code');
  const factors = data.items.filter(({ kind }) => kind !== 'recovery_code');
  const hasFactor = factors.some(({ kind }) => kind !== 'certificate');
  // Recovery codes go together, and are one row.
  const rows = [...factors, ...codes.slice(0, 1)];
  const calledOf = ({ kind, label }: Credential): string | undefined =>
    kind === 'recovery_code' ? text('users.codesleft', { count: codes.length }) : label;
  return (
    <>
      {!hasFactor && <p className="quiet">{text('users.factorsnone')}</p>}
      {rows.length > 0 && (
        <ListTable<Credential>
          caption={text('users.factors')}
          items={rows}
          keyOf={({ kind, credential_id }) => `${kind} ${credential_id}`}
          nameOf={(credential) => factorOf(credential).name}
          columns={[
            { id: 'kind', label: text('common.kind'), show: ({ kind }) => FACTOR_KINDS[kind] },
            {
              id: 'label',
              label: text('users.called'),
              show: (credential) => {
                const label = calledOf(credential);
                return label && <Called label={label} until={credential.expires_at} />;
              },
            },
            {
              id: 'created_at',
              label: text('users.setup'),
              show: ({ created_at }) => <Time at={created_at} />,
            },
            {
              id: 'last_used_at',
              label: text('common.lastused'),
              show: ({ last_used_at }) =>
                last_used_at === undefined ? (
                  <span className="quiet">{text('common.never')}</span>
                ) : (
                  <Time at={last_used_at} />
                ),
            },
          ]}
          {...(editable && {
            rowActions: (credential: Credential) => (
              <Button
                small
                aria-label={text('users.removefactor', { factor: factorOf(credential).name })}
                onClick={() => setRemoving(factorOf(credential))}
              >
                {text('common.remove')}
              </Button>
            ),
          })}
        />
      )}
      {removing && (
        <RemoveFactorDialog username={username} factor={removing} onClose={() => setRemoving(undefined)} />
      )}
    </>
  );
}

/** What a factor is called, and until when it counts. */
function Called({ label, until }: { readonly label: string; readonly until: string | undefined }) {
  return (
    <>
      {label}
      {until !== undefined && (
        <span className="quiet"> {rich('users.endstime', { time: <Time at={until} /> })}</span>
      )}
    </>
  );
}
