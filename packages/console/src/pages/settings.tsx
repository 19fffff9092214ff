import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Setting } from '../api/admin-api.ts';
import { queries } from '../api/queries.ts';
import { Checkbox } from '../components/field.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { SearchBox } from '../components/search-box.tsx';
import { Badge, Empty, Failed, Loading } from '../components/states.tsx';

/** Every setting in force, with where it comes from; it is changed in the file. */
export function SettingsPage() {
  const { data, error, isPending, refetch } = useQuery(queries.settings());
  const [search, setSearch] = useState('');
  const [setOnly, setSetOnly] = useState(false);
  const matches = ({ key, description, source }: Setting) =>
    (!setOnly || source === 'deployment.toml') &&
    `${key} ${description}`.toLowerCase().includes(search.toLowerCase());
  const sections = data?.sections
    .map((section) => ({ ...section, settings: section.settings.filter(matches) }))
    .filter(({ settings }) => settings.length > 0);
  return (
    <>
      <PageHeader
        title="Settings"
        about={
          data && (
            <>
              Read only. They are changed in <code className="break">{data.file}</code>
            </>
          )
        }
      />
      <div className="filters">
        <SearchBox label="Search settings" value={search} onSearch={setSearch} />
        <Checkbox
          label="Only what the file sets"
          checked={setOnly}
          onChange={(event) => setSetOnly(event.target.checked)}
        />
      </div>
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading rows={8} />}
      {sections?.length === 0 && <Empty title="Nothing matches." icon="settings" />}
      {sections?.map((section) => (
        <section key={section.section} className="card">
          <h2>
            <code>{section.repeated ? `[[${section.section}]]` : `[${section.section}]`}</code>
          </h2>
          <p className="quiet">{section.description}</p>
          <dl className="settings">
            {section.settings.map((setting) => (
              <SettingRow key={setting.key} setting={setting} section={section.section} />
            ))}
          </dl>
        </section>
      ))}
    </>
  );
}

function SettingRow({ setting, section }: { readonly setting: Setting; readonly section: string }) {
  const name = setting.key.slice(section.length).replace(/^\./, '');
  return (
    <div>
      <dt>
        <code>{name}</code>
        <span className="chips">
          {setting.source === 'deployment.toml' ? <Badge kind="accent">set</Badge> : <Badge>default</Badge>}
          <Badge kind={setting.reload === 'live' ? 'good' : 'plain'}>
            {setting.reload === 'live' ? 'live' : 'needs a restart'}
          </Badge>
        </span>
      </dt>
      <dd>
        {setting.secret ? (
          <code className="quiet">
            {setting.source === 'deployment.toml' ? 'a secret, not shown' : 'a secret'}
          </code>
        ) : setting.value !== undefined ? (
          <code className="value">{setting.value}</code>
        ) : (
          <span className="quiet">{setting.otherwise ?? 'not set'}</span>
        )}
        <p className="hint">{setting.description}</p>
      </dd>
    </div>
  );
}
