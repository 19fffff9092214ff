import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Change, Owner, Reading } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Pager, useCursor } from '../../components/pager.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';

const LIMIT = 25;
const EVERY_MS = 10_000;

type Column<T> = { readonly label: string; readonly show: (item: T) => ReactNode };

/** How a row is taken back, and how the person is asked. */
type Revocation<T> = {
  readonly label: string;
  readonly title: string;
  readonly body: (item: T) => string;
  readonly change: Change<T>;
};

/** A listing whose every row can be taken back. */
export function RevocableList<T>({
  read,
  owner,
  caption,
  columns,
  keyOf,
  revoke,
  empty,
  isRevocable = true,
}: {
  readonly read: (
    page: { readonly limit: number; readonly after: string | undefined } & Owner,
  ) => Reading<{ readonly items: readonly T[]; readonly next?: string }>;
  readonly owner: Owner;
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly keyOf: (item: T) => string;
  readonly revoke: Revocation<T>;
  readonly empty: string;
  readonly isRevocable?: boolean;
}) {
  const may = useMay();
  const revocable = isRevocable && may('people:write');
  const cursor = useCursor(JSON.stringify(owner));
  const [asking, setAsking] = useState<T>();
  const { data, error, refetch } = useQuery({
    ...read({ limit: LIMIT, ...owner, after: cursor.after }),
    refetchInterval: EVERY_MS,
  });
  if (error && !data) return <Failed error={error} retry={refetch} />;
  if (!data) return <Loading rows={3} />;
  if (data.items.length === 0) return <Empty title={empty} icon="sessions" />;
  const [first, ...others] = columns;
  return (
    <>
      <div className="card table-card">
        <table className="rows">
          <caption className="unseen">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ label }) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
              {revocable && (
                <th scope="col">
                  <span className="unseen">{text('common.actions')}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {data.items.map((item) => (
              <tr key={keyOf(item)}>
                <th scope="row">{first?.show(item)}</th>
                {others.map(({ label, show }) => (
                  <td key={label} data-label={label}>
                    {show(item)}
                  </td>
                ))}
                {revocable && (
                  <td className="row-actions">
                    <Button small onClick={() => setAsking(item)}>
                      {revoke.label}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pager cursor={cursor} next={data.next} shown={data.items.length} />
      {asking !== undefined && (
        <RevokeDialog item={asking} revoke={revoke} onClose={() => setAsking(undefined)} />
      )}
    </>
  );
}

function RevokeDialog<T>({
  item,
  revoke,
  onClose,
}: {
  readonly item: T;
  readonly revoke: Revocation<T>;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const { mutateAsync } = useMutation(revoke.change);
  return (
    <ConfirmDialog
      title={revoke.title}
      action={revoke.label}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(item);
        toasts.done(text('access.done'));
      }}
    >
      <p>{revoke.body(item)}</p>
    </ConfirmDialog>
  );
}
