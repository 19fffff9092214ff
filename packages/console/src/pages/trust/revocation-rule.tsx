import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { ChangeDialog } from '../settings/change-dialog.tsx';
import { canChange } from '../settings/settings.tsx';

/** Changes how a trust group checks revocation: it stands in deployment.toml, and is changed as any setting there. */
export function RevocationRule({ group }: { readonly group: string }) {
  const may = useMay();
  const [changing, setChanging] = useState(false);
  const { data } = useQuery(queries.settings());
  const settings = data?.sections.flatMap((section) => section.settings) ?? [];
  const named = settings.find(
    ({ key, value }) => /^trust_group\[\d+\]\.name$/.test(key) && value === JSON.stringify(group),
  );
  const table = named?.key.replace(/\.name$/, '');
  const rules = settings.filter(
    ({ key }) => key === `${table}.revocation` || key === `${table}.revocation_stale`,
  );
  if (!data || rules.length === 0 || !rules.every((rule) => canChange(rule, data, may))) return null;
  return (
    <>
      <Button icon="edit" onClick={() => setChanging(true)}>
        {text('trust.revocationchange')}
      </Button>
      {changing && (
        <ChangeDialog
          title={`${text('trust.group', { group })}: ${text('trust.revocationchange')}`}
          settings={rules}
          etag={data.etag}
          onClose={() => setChanging(false)}
        />
      )}
    </>
  );
}
