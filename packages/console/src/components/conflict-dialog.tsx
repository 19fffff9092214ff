import { useState } from 'react';
import { text } from '../words/words.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import type { Difference } from './difference.ts';
import { ErrorText } from './server-text.tsx';
import { Notice } from './states.tsx';

/** PEM and whatever else is long is told apart by its end. */
function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return text('common.none');
  if (Array.isArray(value)) return value.length === 0 ? text('common.none') : value.map(shown).join(', ');
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  const certificate = /^-----BEGIN CERTIFICATE-----([\s\S]*)-----END/.exec(written)?.[1];
  if (certificate !== undefined) {
    return text('component.certificateend', { end: certificate.replaceAll(/\s/g, '').slice(-12) });
  }
  return written.length <= 200 ? written : `${written.slice(0, 200)}…`;
}

/** Somebody else changed it while the form was open: both versions, and the choice between them. */
export function ConflictDialog({
  name,
  differences,
  onKeepMine,
  onTakeStored,
  onClose,
}: {
  readonly name: string;
  readonly differences: readonly Difference[];
  readonly onKeepMine: () => Promise<void>;
  readonly onTakeStored: () => void;
  readonly onClose: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const keep = async () => {
    setBusy(true);
    try {
      await onKeepMine();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={text('component.conflict', { name })} onClose={onClose} wide>
      <div className="dialog-body">
        <p>{text('component.conflicttext')}</p>
        <div className="card table-card">
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">{text('component.field')}</th>
                <th scope="col">{text('component.whenopened')}</th>
                <th scope="col">{text('component.storednow')}</th>
                <th scope="col">{text('component.yours')}</th>
              </tr>
            </thead>
            <tbody>
              {differences.map((difference) => (
                <tr key={difference.field}>
                  <th scope="row">{difference.field}</th>
                  <td>{shown(difference.opened)}</td>
                  <td>{shown(difference.stored)}</td>
                  <td>
                    {'mine' in difference ? (
                      shown(difference.mine)
                    ) : (
                      <span className="quiet">{text('component.nottouched')}</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {error !== undefined && (
          <Notice kind="error">
            <ErrorText error={error} />
          </Notice>
        )}
      </div>
      <footer>
        <Button onClick={onClose}>{text('component.goon')}</Button>
        <Button onClick={onTakeStored}>{text('component.takestored')}</Button>
        <Button look="primary" busy={busy} onClick={() => void keep()}>
          {text('component.savemine')}
        </Button>
      </footer>
    </Dialog>
  );
}
