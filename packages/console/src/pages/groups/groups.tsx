import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { setQuery, useRoute } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
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
        title="Groups"
        about="People and clients that belong together. A group may be in another; its members belong to that one, too."
        actions={
          may('people:write') && (
            <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
              Add
            </Button>
          )
        }
      />
      <div className="filters">
        <SearchBox label="Search by name" value={search} onSearch={(text) => setQuery({ search: text })} />
      </div>
      <GroupList search={search} empty={search === '' ? 'There are no groups yet.' : 'No group matches.'} />
      {adding && <AddGroupDialog onClose={() => setAdding(false)} />}
    </>
  );
}
