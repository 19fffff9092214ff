import { useState } from 'react';
import { text } from '../../words/words.tsx';
import { Button } from '../button.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import { countText } from './list-bar.tsx';
import type { BulkAction } from './list-definition.ts';
import type { WholeList } from './whole-list.ts';

/** What is chosen of a list, and what can be done with it. */
export function BulkBar<Item>({
  page,
  actions,
  ...list
}: WholeList<Item> & { readonly page: readonly Item[]; readonly actions: readonly BulkAction<Item>[] }) {
  const { selection, keyOf, matching } = list;
  const [asked, setAsked] = useState<BulkAction<Item>>();
  const { chosen, isEverything } = selection;
  const hasMore = matching === undefined || matching > page.length;
  const isPage = page.every((item) => selection.has(keyOf(item)));
  return (
    <>
      <div className="bulk-bar" role="toolbar" aria-label={text('list.bulk')}>
        {!isEverything && chosen.size === 0 ? (
          <Button
            small
            look="quiet"
            onClick={() => selection.togglePage(new Map(page.map((item) => [keyOf(item), item])))}
          >
            {text('list.select.page')}
          </Button>
        ) : (
          <>
            <span role="status">
              {isEverything
                ? text('list.selected.all', {
                    count: matching === undefined ? text('common.all') : countText(matching),
                  })
                : text('common.selected', { count: chosen.size })}
            </span>
            {actions.map((action) => (
              <Button
                key={action.label}
                small
                {...(action.icon && { icon: action.icon })}
                look={action.forGood ? 'danger' : 'plain'}
                onClick={() => setAsked(action)}
              >
                {action.label}
              </Button>
            ))}
            {isPage && !isEverything && hasMore && (
              <Button small look="quiet" onClick={selection.everything}>
                {matching === undefined
                  ? text('list.select.all')
                  : text('list.select.allcounted', { count: countText(matching) })}
              </Button>
            )}
            <Button small look="quiet" onClick={selection.clear}>
              {text('list.select.none')}
            </Button>
          </>
        )}
      </div>
      {asked !== undefined && <BulkDialog list={list} action={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}
