import { useEffect, useState } from 'react';
import { Link } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { TextField } from '../field.tsx';
import { Notice } from '../states.tsx';
import { useToasts } from '../toast.tsx';
import { type BulkResult, useBulkRun } from './bulk-run.ts';
import type { BulkAction } from './list-definition.ts';
import type { WholeList } from './whole-list.ts';

/** Asks before an action on several, shows how far it is, and names what was refused and why. */
export function BulkDialog<Item>({
  list,
  action,
  onClose,
}: {
  readonly list: WholeList<Item>;
  readonly action: BulkAction<Item>;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [typed, setTyped] = useState('');
  const { run, begin, stop } = useBulkRun(list, action);
  const { selection } = list;
  const result = run.step === 'ended' ? run.result : undefined;
  const isWhole = result !== undefined && result.refused.length === 0 && result.untouched === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: said once, when it has ended
  useEffect(() => {
    // What is gone cannot stay chosen.
    if (result !== undefined && action.forGood) selection.clear();
    if (!isWhole) return;
    toasts.done(action.done(result.done));
    onClose();
  }, [result]);
  const close = () => {
    stop();
    // What is under way ends with what it has begun, and is told of.
    if (run.step !== 'working') onClose();
  };
  const count = run.step === 'asking' || run.step === 'working' ? run.items.length : 0;
  const isTyped = !action.forGood || typed.trim() === String(count);
  return (
    <Dialog
      title={count > 0 ? action.question(count) : action.label}
      onClose={close}
      wide={result !== undefined}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isTyped && count > 0) begin();
        }}
      >
        <div className="dialog-body">
          {run.step === 'reading' && <p role="status">{text('list.reading', { count: run.count })}</p>}
          {run.step === 'unread' && <Notice kind="error">{run.why}</Notice>}
          {run.step === 'asking' && (
            <>
              <p>{count === 0 ? text('common.nomatch') : action.consequence(count)}</p>
              {action.forGood && count > 0 && (
                <TextField
                  label={text('list.bulk.type', { typed: String(count) })}
                  inputMode="numeric"
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              )}
            </>
          )}
          {run.step === 'working' && (
            <p role="status">
              <progress max={count} value={run.count} aria-label={action.label} />{' '}
              {text('list.bulk.working', { count: run.count, total: count })}
            </p>
          )}
          {result && <BulkOutcomes result={result} action={action} />}
        </div>
        <footer>
          {run.step === 'working' ? (
            <Button onClick={stop}>{text('list.bulk.stop')}</Button>
          ) : (
            <Button onClick={onClose}>{text(result ? 'common.close' : 'common.cancel')}</Button>
          )}
          {(run.step === 'asking' || run.step === 'working') && count > 0 && (
            <Button
              type="submit"
              look={action.forGood ? 'danger' : 'primary'}
              busy={run.step === 'working'}
              disabled={!isTyped}
            >
              {action.label}
            </Button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

function BulkOutcomes<Item>({
  result: { done, refused, untouched, broke },
  action,
}: {
  readonly result: BulkResult;
  readonly action: BulkAction<Item>;
}) {
  return (
    <>
      {done > 0 && <Notice kind="success">{action.done(done)}</Notice>}
      {untouched > 0 && (
        <Notice kind="warning">
          {text('list.bulk.untouched', { count: untouched })} {broke}
        </Notice>
      )}
      {refused.length > 0 && (
        <>
          <Notice kind="error">{text('list.bulk.refused', { count: refused.length })}</Notice>
          <div className="refused-items">
            <table className="rows">
              <caption className="unseen">{text('common.refused')}</caption>
              <thead>
                <tr>
                  <th scope="col">{text('common.name')}</th>
                  <th scope="col">{text('list.bulk.why')}</th>
                </tr>
              </thead>
              <tbody>
                {refused.map(({ name, why, event_id }, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: they never change places, and names may be alike
                  <tr key={index}>
                    <th scope="row">{name}</th>
                    <td data-label={text('list.bulk.why')}>
                      <span>
                        {why}{' '}
                        {event_id !== undefined && (
                          <Link to={`/live/${encodeURIComponent(event_id)}`}>{text('common.event')}</Link>
                        )}
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </>
  );
}
