import { useEffect, useId, useState } from 'react';
import { text } from '../../words/words.tsx';
import { IconButton } from '../button.tsx';

const PAUSE_MS = 400;

/** A moment as an input of the browser has it: to the minute, in the zone of the person. */
function localMoment(value: string): string {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return '';
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** As addresses have it: without a zone to guess. */
function moment(local: string): string {
  const time = new Date(local);
  return local === '' || Number.isNaN(time.getTime()) ? '' : `${time.toISOString().slice(0, 16)}Z`;
}

/** Narrows a list by what is written: once the writing pauses, or is ended by Enter. */
export function WrittenFilter({
  label,
  written,
  value,
  narrow,
}: {
  readonly label: string;
  readonly written: 'text' | 'time';
  readonly value: string;
  readonly narrow: (value: string) => void;
}) {
  const id = useId();
  const isTime = written === 'time';
  const given = isTime ? localMoment(value) : value;
  const [entered, setEntered] = useState(given);
  useEffect(() => setEntered(given), [given]);
  const apply = () => {
    const next = isTime ? moment(entered) : entered.trim();
    if (next !== value) narrow(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a pause in writing narrows
  useEffect(() => {
    const timer = setTimeout(apply, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [entered]);
  return (
    <div className="written-filter">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={isTime ? 'datetime-local' : 'text'}
        value={entered}
        maxLength={300}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setEntered(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply();
        }}
      />
      {value !== '' && (
        <IconButton
          icon="close"
          label={`${text('common.clear')}: ${label}`}
          onClick={() => {
            setEntered('');
            narrow('');
          }}
        />
      )}
    </div>
  );
}
