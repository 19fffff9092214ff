import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Credential } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Cell } from '../../components/cell.tsx';
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
  const [newest] = codes;
  const hasFactor = factors.some(({ kind }) => kind !== 'certificate');
  return (
    <>
      {!hasFactor && <p className="quiet">{text('users.factorsnone')}</p>}
      {data.items.length > 0 && (
        <div className="card table-card">
          <table className="rows">
            <caption className="unseen">{text('users.factors')}</caption>
            <thead>
              <tr>
                <th scope="col">{text('common.kind')}</th>
                <th scope="col">{text('users.called')}</th>
                <th scope="col">{text('users.setup')}</th>
                <th scope="col">{text('common.lastused')}</th>
                {editable && (
                  <th scope="col">
                    <span className="unseen">{text('common.actions')}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {factors.map((credential) => (
                <FactorRow
                  key={`${credential.kind} ${credential.credential_id}`}
                  credential={credential}
                  onRemove={editable ? setRemoving : undefined}
                />
              ))}
              {newest && (
                <FactorRow
                  credential={newest}
                  label={text('users.codesleft', { count: codes.length })}
                  onRemove={editable ? setRemoving : undefined}
                />
              )}
            </tbody>
          </table>
        </div>
      )}
      {removing && (
        <RemoveFactorDialog username={username} factor={removing} onClose={() => setRemoving(undefined)} />
      )}
    </>
  );
}

function FactorRow({
  credential,
  label = credential.label,
  onRemove,
}: {
  readonly credential: Credential;
  readonly label?: string | undefined;
  readonly onRemove: ((factor: Factor) => void) | undefined;
}) {
  const factor = factorOf(credential);
  const { kind, created_at, last_used_at, expires_at } = credential;
  return (
    <tr>
      <th scope="row">{FACTOR_KINDS[kind]}</th>
      <Cell label={text('users.called')}>
        {label !== undefined && (
          <>
            {label}
            {expires_at !== undefined && (
              <span className="quiet"> {rich('users.endstime', { time: <Time at={expires_at} /> })}</span>
            )}
          </>
        )}
      </Cell>
      <td data-label={text('users.setup')}>
        <Time at={created_at} />
      </td>
      <td data-label={text('common.lastused')}>
        {last_used_at === undefined ? (
          <span className="quiet">{text('common.never')}</span>
        ) : (
          <Time at={last_used_at} />
        )}
      </td>
      {onRemove && (
        <td className="row-actions">
          <Button
            small
            aria-label={text('users.removefactor', { factor: factor.name })}
            onClick={() => onRemove(factor)}
          >
            {text('common.remove')}
          </Button>
        </td>
      )}
    </tr>
  );
}
