import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { AddGroupDialog } from './group-dialog.tsx';
import { GroupList } from './group-list.tsx';

export function GroupsPage() {
  const may = useMay();
  const [adding, setAdding] = useState(false);
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
      <GroupList empty={text('groups.none')} />
      {adding && <AddGroupDialog onClose={() => setAdding(false)} />}
    </>
  );
}
