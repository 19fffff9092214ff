import { useEffect, useState } from 'react';
import { text } from '../words/words.tsx';
import { Button } from './button.tsx';

/** Walks through keyset pages: forward by the cursor of the last page, back by those remembered. */
export function useCursor(resetOn: string): {
  readonly after: string | undefined;
  readonly page: number;
  readonly forward: (next: string) => void;
  readonly backward: () => void;
} {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search begins at its first page
  useEffect(() => setCursors([]), [resetOn]);
  return {
    after: cursors.at(-1),
    page: cursors.length + 1,
    forward: (next) => setCursors((before) => [...before, next]),
    backward: () => setCursors((before) => before.slice(0, -1)),
  };
}

export function Pager({
  cursor,
  next,
  shown,
  about,
}: {
  readonly cursor: ReturnType<typeof useCursor>;
  readonly next: string | undefined;
  readonly shown: number;
  readonly about?: string;
}) {
  if (next === undefined && cursor.page === 1) {
    return (
      <p className="pager">
        {about === undefined
          ? text('component.shown', { count: shown })
          : text('component.shownabout', { count: shown, about })}
      </p>
    );
  }
  return (
    <nav className="pager" aria-label={text('component.pages')}>
      <span>
        {about === undefined
          ? text('component.page', { page: cursor.page, count: shown })
          : text('component.pageabout', { page: cursor.page, count: shown, about })}
      </span>
      <span className="spread" />
      <Button small icon="back" disabled={cursor.page === 1} onClick={cursor.backward}>
        {text('common.previous')}
      </Button>
      <Button small disabled={next === undefined} onClick={() => next !== undefined && cursor.forward(next)}>
        {text('common.next')}
      </Button>
    </nav>
  );
}
