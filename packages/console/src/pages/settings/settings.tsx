import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Setting, Settings } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/field.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { Badge, Empty, Failed, Loading, Notice } from '../../components/states.tsx';
import { useMay } from '../../session/me.tsx';
import type { MessageName } from '../../words/en/en.ts';
import { rich, text } from '../../words/words.tsx';
import { ChangeDialog } from './change-dialog.tsx';

const EVERY_MS = 15_000;

const FIXED: Readonly<Record<NonNullable<Setting['fixed']>, MessageName>> = {
  restart: 'settings.fixed.restart',
  secret: 'settings.fixed.secret',
  machine: 'settings.fixed.machine',
  trust: 'settings.fixed.trust',
  reach: 'settings.fixed.reach',
  evidence: 'settings.fixed.evidence',
  name: 'settings.fixed.name',
  form: 'settings.fixed.form',
};

/** Whether a person may have a setting changed on the node that is asked. */
export const canChange = (
  { fixed }: Setting,
  { problem, read_only }: Pick<Settings, 'problem' | 'read_only'>,
  may: ReturnType<typeof useMay>,
): boolean =>
  fixed === undefined &&
  problem === undefined &&
  read_only === undefined &&
  may('settings:write') &&
  may('administrators:write');

/** Every setting in force on the node that is asked, with where it comes from; those that are live are changed here. */
export function SettingsPage() {
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({
    ...queries.settings(),
    refetchInterval: EVERY_MS,
  });
  const [search, setSearch] = useState('');
  const [setOnly, setSetOnly] = useState(false);
  const [changeableOnly, setChangeableOnly] = useState(false);
  const [changing, setChanging] = useState<string>();
  const matches = (setting: Setting) =>
    (!setOnly || setting.source === 'deployment.toml') &&
    (!changeableOnly || setting.fixed === undefined) &&
    `${setting.key} ${setting.description}`.toLowerCase().includes(search.toLowerCase());
  const all = data?.sections.flatMap(({ settings }) => settings);
  const changed = all?.find(({ key }) => key === changing);
  const sections = data?.sections
    .map((section) => ({ ...section, settings: section.settings.filter(matches) }))
    .filter(({ settings }) => settings.length > 0);
  return (
    <>
      <PageHeader
        title={text('settings.title')}
        about={
          data &&
          rich('settings.file', {
            file: <code className="break">{data.file}</code>,
            node: (
              <span className="break" translate="no">
                {data.node}
              </span>
            ),
          })
        }
      />
      {data && <Standing settings={data} />}
      <div className="filters">
        <SearchBox label={text('settings.search')} value={search} onSearch={setSearch} />
        <Checkbox
          label={text('settings.setonly')}
          checked={setOnly}
          onChange={(event) => setSetOnly(event.target.checked)}
        />
        <Checkbox
          label={text('settings.changeableonly')}
          checked={changeableOnly}
          onChange={(event) => setChangeableOnly(event.target.checked)}
        />
      </div>
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading rows={8} />}
      {sections?.length === 0 && <Empty title={text('common.nomatch')} icon="settings" />}
      {sections?.map((section) => (
        <section key={section.section} className="card">
          <h2>
            <code>{section.repeated ? `[[${section.section}]]` : `[${section.section}]`}</code>
          </h2>
          <p className="quiet" lang="en">
            {section.description}
          </p>
          <dl className="settings">
            {section.settings.map((setting) => (
              <SettingRow
                key={setting.key}
                setting={setting}
                section={section.section}
                onChange={data && canChange(setting, data, may) ? () => setChanging(setting.key) : undefined}
              />
            ))}
          </dl>
        </section>
      ))}
      {data && changed && (
        <ChangeDialog
          title={text('settings.change', { key: changed.key })}
          settings={[changed]}
          etag={data.etag}
          onClose={() => setChanging(undefined)}
        />
      )}
    </>
  );
}

/** What keeps the file from being in force or changed, and that other nodes have files of their own. */
function Standing({
  settings: { problem, read_only, waiting, nodes, node = '' },
}: {
  readonly settings: Settings;
}) {
  return (
    <>
      {problem !== undefined && (
        <Notice kind="error" title={text('settings.broken')}>
          <pre className="problem" lang="en">
            {problem}
          </pre>
          <p>{text('settings.brokenhint')}</p>
        </Notice>
      )}
      {read_only !== undefined && (
        <Notice kind="note" title={text('settings.readonly')}>
          <p lang="en" className="break">
            {read_only}
          </p>
        </Notice>
      )}
      {waiting !== undefined && (
        <Notice kind="note">
          <p className="break">{text('settings.waiting', { keys: waiting.join(', ') })}</p>
        </Notice>
      )}
      {nodes !== undefined && (
        <Notice kind="warning">
          <p className="break">{text('settings.nodes', { count: nodes, node })}</p>
        </Notice>
      )}
    </>
  );
}

function SettingRow({
  setting,
  section,
  onChange,
}: {
  readonly setting: Setting;
  readonly section: string;
  /** Undefined where it cannot be changed here. */
  readonly onChange: (() => void) | undefined;
}) {
  const name = setting.key.slice(section.length).replace(/^\./, '');
  return (
    <div>
      <dt>
        <code>{name}</code>
        <span className="chips">
          {setting.source === 'deployment.toml' ? (
            <Badge kind="accent">{text('settings.set')}</Badge>
          ) : (
            <Badge>{text('common.default')}</Badge>
          )}
          <Badge kind={setting.reload === 'live' ? 'good' : 'plain'}>
            {text(setting.reload === 'live' ? 'settings.live' : 'settings.restart')}
          </Badge>
        </span>
      </dt>
      <dd>
        <div className="setting-value">
          <SettingValue setting={setting} />
          {onChange && (
            <Button small icon="edit" onClick={onChange}>
              {text('common.change')}{' '}
              <span className="unseen" translate="no">
                {setting.key}
              </span>
            </Button>
          )}
        </div>
        <p className="hint" lang="en">
          {setting.description}
        </p>
        {setting.fixed !== undefined && <p className="hint">{text(FIXED[setting.fixed])}</p>}
      </dd>
    </div>
  );
}

function SettingValue({ setting: { secret, source, value, otherwise } }: { readonly setting: Setting }) {
  if (secret) {
    return (
      <span className="quiet">
        {text(source === 'deployment.toml' ? 'settings.secretset' : 'settings.secret')}
      </span>
    );
  }
  if (value !== undefined) return <code className="value">{value}</code>;
  return (
    <span className="quiet" {...(otherwise !== undefined && { lang: 'en' })}>
      {otherwise ?? text('common.notset')}
    </span>
  );
}
