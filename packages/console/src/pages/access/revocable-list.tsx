import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Change, Owner, Reading } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { eachAlone } from '../../components/list/each-alone.ts';
import { List } from '../../components/list/list.tsx';
import type {
  BulkAction,
  ListColumn,
  ListedPage,
  ListedPart,
} from '../../components/list/list-definition.ts';
import { useToasts } from '../../components/toast.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';

const EVERY_MS = 10_000;
/** Those that are ended at the same time, each by a request of its own. */
const AT_ONCE = 5;

/** How a row is taken back, and how the person is asked. */
type Revocation<T> = {
  readonly label: string;
  readonly title: string;
  readonly body: (item: T) => string;
  /** The label of the button of one row, for who hears it without the row. */
  readonly labelOf?: (item: T) => string;
  /** What is said once it is done. */
  readonly done?: string;
  readonly change: Change<T>;
  /** Absent where only one at a time is taken back. */
  readonly several?: Pick<BulkAction<T>, 'question' | 'consequence' | 'done'>;
};

/** A listing whose every row can be taken back, one at a time or several at once. */
export function RevocableList<T>({
  name,
  read,
  owner,
  caption,
  columns,
  keyOf,
  nameOf,
  sorted,
  revoke,
  empty,
  isRevocable = true,
}: {
  readonly name: string;
  readonly read: (part: ListedPart & Owner) => Reading<ListedPage<T>>;
  readonly owner: Owner;
  readonly caption: string;
  readonly columns: readonly ListColumn<T>[];
  readonly keyOf: (item: T) => string;
  readonly nameOf: (item: T) => string;
  readonly sorted?: { readonly by: string; readonly descending?: boolean };
  readonly revoke: Revocation<T>;
  readonly empty: string;
  readonly isRevocable?: boolean;
}) {
  const may = useMay();
  const revocable = isRevocable && may('people:write');
  const [asking, setAsking] = useState<T>();
  const { several } = revoke;
  const actions: readonly BulkAction<T>[] = several
    ? [
        {
          ...several,
          label: revoke.label,
          forGood: true,
          change: eachAlone(revoke.change, (item: T) => item),
          atOnce: AT_ONCE,
        },
      ]
    : [];
  return (
    <>
      <List<T>
        name={name}
        caption={caption}
        columns={columns}
        keyOf={keyOf}
        nameOf={nameOf}
        read={(part) => read({ ...part, ...owner })}
        {...(sorted && { sorted })}
        actions={revocable ? actions : []}
        isExported={columns.some(({ exported }) => exported !== undefined)}
        inAddress={false}
        {...(revocable && {
          rowActions: (item: T) => (
            <Button small aria-label={revoke.labelOf?.(item)} onClick={() => setAsking(item)}>
              {revoke.label}
            </Button>
          ),
        })}
        every={EVERY_MS}
        icon="sessions"
        empty={empty}
        noMatch={empty}
      />
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
        toasts.done(revoke.done ?? text('access.done'));
      }}
    >
      <p>{revoke.body(item)}</p>
    </ConfirmDialog>
  );
}
