import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { setQuery, useRoute } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { AddGroupDialog } from './group-dialog.tsx';
import { GroupList } from './group-list.tsx';

export function GroupsPage() {
  const { query } = useRoute();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const search = query.get('search') ?? '';
  return (
    <>
      <PageHeader
        title={text('groups.title')}
        about={text('groups.about')}
        actions={
          may('people:write') && (
            <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
              {text('common.add')}
            </Button>
          )
        }
      />
      <div className="filters">
        <SearchBox
          label={text('groups.searchlabel')}
          value={search}
          onSearch={(sought) => setQuery({ search: sought })}
        />
      </div>
      <GroupList search={search} empty={search === '' ? text('groups.none') : text('groups.nomatch')} />
      {adding && <AddGroupDialog onClose={() => setAdding(false)} />}
    </>
  );
}
