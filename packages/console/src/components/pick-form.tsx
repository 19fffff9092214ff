import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { Reading } from '../api/queries.ts';
import { text } from '../words/words.tsx';
import { Button } from './button.tsx';
import { ErrorText } from './server-text.tsx';
import { useSettled } from './settled.ts';
import { Notice } from './states.tsx';

const PAUSE_MS = 200;
const OFFERED = 20;

/** What can be picked: how it is looked for, what is typed for it, and how people tell it from others. */
export type Picked<T> = {
  readonly read: (page: { readonly limit: number; readonly search: string }) => Reading<{
    readonly items: readonly T[];
  }>;
  readonly wordFor: (item: T) => string;
  readonly hintOf?: (item: T) => string | undefined;
};

/** One of many, found by a part of its name while it is typed; offered by the browser's own list. */
export function PickForm<T>({
  label,
  action,
  what: { read, wordFor, hintOf },
  onPick,
}: {
  readonly label: string;
  readonly action: string;
  readonly what: Picked<T>;
  /** Does what is asked; what it throws is shown. */
  readonly onPick: (item: T) => Promise<unknown>;
}) {
  const id = useId();
  const [written, setWritten] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const search = useSettled(written.trim(), PAUSE_MS);
  const { data } = useQuery({ ...read({ limit: OFFERED, search }), enabled: search !== '' });
  const items = data?.items ?? [];
  const found = items.find((item) => wordFor(item) === written.trim());
  const pick = async (event: FormEvent) => {
    event.preventDefault();
    if (found === undefined) return;
    setBusy(true);
    setError(undefined);
    try {
      await onPick(found);
      setWritten('');
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  return (
    <form className="pick-form" onSubmit={(event) => void pick(event)}>
      <label className="unseen" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        type="text"
        list={`${id}-list`}
        placeholder={label}
        value={written}
        maxLength={255}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setWritten(event.target.value);
          setError(undefined);
        }}
      />
      <datalist id={`${id}-list`}>
        {items.map((item) => (
          <option key={wordFor(item)} value={wordFor(item)} label={hintOf?.(item)} />
        ))}
      </datalist>
      <Button type="submit" small icon="plus" busy={busy} disabled={found === undefined}>
        {action}
      </Button>
      {search !== '' && search === written.trim() && data && items.length === 0 && (
        <p className="quiet">{text('common.nomatch')}</p>
      )}
      {error !== undefined && (
        <Notice kind="error">
          <ErrorText error={error} />
        </Notice>
      )}
    </form>
  );
}
