import { useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import type { Difference } from './difference.ts';
import { Notice } from './states.tsx';

/** PEM and whatever else is long is told apart by its end. */
function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(shown).join(', ');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const certificate = /^-----BEGIN CERTIFICATE-----([\s\S]*)-----END/.exec(text)?.[1];
  if (certificate !== undefined) return `certificate …${certificate.replaceAll(/\s/g, '').slice(-12)}`;
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
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
  const [error, setError] = useState<string>();
  const keep = async () => {
    setBusy(true);
    try {
      await onKeepMine();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={`${name} was changed meanwhile`} onClose={onClose} wide>
      <div className="dialog-body">
        <p>
          Somebody else changed it while this form was open. Nothing of yours is saved yet. What you did not
          touch stays as it is stored, whichever you choose.
        </p>
        <div className="card table-card">
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">When you opened it</th>
                <th scope="col">Stored now</th>
                <th scope="col">Yours</th>
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
                      <span className="quiet">not touched</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {error !== undefined && <Notice kind="error">{error}</Notice>}
      </div>
      <footer>
        <Button onClick={onClose}>Go on editing</Button>
        <Button onClick={onTakeStored}>Take what is stored</Button>
        <Button look="primary" busy={busy} onClick={() => void keep()}>
          Save mine over it
        </Button>
      </footer>
    </Dialog>
  );
}
