import { readFile } from 'node:fs/promises';
import type { DescribeSettings, Setting, SettingsSection } from '../admin/settings-resource.ts';
import { whyFixed } from '../config/changeable-settings.ts';
import type { Configuration, FollowedConfiguration } from '../config/configuration.ts';
import { SECTIONS } from '../config/deployment-schema.ts';
import type { KeyForm, KeyNotes, KnownKey, KnownSection } from '../config/key-notes.ts';
import { readToml } from '../config/toml-source.ts';
import type { NodeReport } from '../storage/node-report.ts';
import { versionOfFile, whyReadOnly } from './changing-settings.ts';

type InForce = Pick<Configuration, 'file' | 'atStart' | 'now' | 'isFromFile'>;

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (current, name) =>
      typeof current === 'object' && current !== null && Object.hasOwn(current, name)
        ? Object.entries(current).find(([key]) => key === name)?.[1]
        : undefined,
    value,
  );
}

const formAnswer = (form: KeyForm): NonNullable<Setting['form']> => ({
  kind: form.kind,
  ...(form.kind === 'choice' && { choices: [...form.choices] }),
  ...(form.kind === 'list' && { of: form.of }),
});

function settingOf(
  known: KnownKey,
  section: KnownSection,
  key: string,
  value: unknown,
  isSet: boolean,
  isFromFile: boolean,
): Setting {
  const { description, expected, secret, otherwise, reload } = known.notes;
  const fixed = whyFixed(known, section);
  return {
    key,
    description,
    expected,
    secret: secret ?? isFromFile,
    source: isSet ? 'deployment.toml' : 'default',
    reload,
    ...(secret === undefined && !isFromFile && value !== undefined && { value: JSON.stringify(value) }),
    ...(otherwise !== undefined && { otherwise }),
    ...(fixed !== undefined && { fixed }),
    ...(known.form !== undefined && { form: formAnswer(known.form) }),
  };
}

function settingsIn(section: KnownSection, configuration: InForce, written: unknown): Setting[] {
  const inForce = (reload: KeyNotes['reload'] | undefined) =>
    reload === 'live' ? configuration.now() : configuration.atStart;
  if (!section.repeated) {
    return section.keys.map((known) =>
      settingOf(
        known,
        section,
        known.path.join('.'),
        at(inForce(known.notes.reload), known.path),
        at(written, known.path) !== undefined,
        configuration.isFromFile(known.path),
      ),
    );
  }
  const entries = at(inForce(section.notes.reload), section.path);
  const tables: unknown = at(written, section.path);
  return (Array.isArray(entries) ? entries : []).flatMap((entry: unknown, index) =>
    section.keys.map((known) => {
      const name = known.path.slice(section.path.length);
      const table: unknown = Array.isArray(tables) ? tables[index] : undefined;
      return settingOf(
        known,
        section,
        `${section.path.join('.')}[${index}].${name.join('.')}`,
        at(entry, name),
        at(table, name) !== undefined,
        configuration.isFromFile([...section.path, index, ...name]),
      );
    }),
  );
}

/** The text of now, or nothing while it is half-written: then everything counts as default. */
async function writtenIn(file: string): Promise<unknown> {
  try {
    return readToml(await readFile(file, 'utf8')).table;
  } catch {
    return {};
  }
}

/** The settings in force, each with its source; secrets without their value. */
export async function describeSettings(configuration: InForce): Promise<SettingsSection[]> {
  const written = await writtenIn(configuration.file);
  return SECTIONS.map((section) => ({
    section: section.path.join('.'),
    description: section.notes.description,
    repeated: section.repeated,
    settings: settingsIn(section, configuration, written),
  }));
}

const nothingIfAbsent = async (file: string): Promise<Uint8Array | undefined> => {
  try {
    return await readFile(file);
  } catch {
    // The settings in force say that it cannot be read.
    return undefined;
  }
};

/**
 * The settings of one node as an administrator sees them, with what keeps its file from being in force or changed.
 * @param nodes those that share the database, where several do
 */
export const settingsView =
  (
    configuration: InForce & Partial<Pick<FollowedConfiguration, 'standing'>>,
    node: string,
    nodes: () => Promise<readonly Pick<NodeReport, 'node'>[]>,
  ): DescribeSettings =>
  async () => {
    const { file, standing } = configuration;
    const bytes = await nothingIfAbsent(file);
    const [sections, readOnly, sharing] = await Promise.all([
      describeSettings(configuration),
      whyReadOnly(file),
      nodes(),
    ]);
    const { broken = [], waiting = [] } = standing?.() ?? {};
    const problem = broken.find((each) => each.file === file)?.error.message;
    return {
      settings: {
        file,
        node,
        ...(sharing.length > 1 && { nodes: sharing.length }),
        ...(problem !== undefined && { problem }),
        ...(readOnly !== undefined && { read_only: readOnly }),
        ...(waiting.length > 0 && { waiting: [...waiting] }),
        sections,
      },
      version: bytes && versionOfFile(bytes),
    };
  };

/** What deployment.toml sets, by key, but for secrets. */
export async function settingsOfFile(configuration: InForce): Promise<Readonly<Record<string, unknown>>> {
  const sections = await describeSettings(configuration);
  return Object.fromEntries(
    sections
      .flatMap(({ settings }) => settings)
      .flatMap(({ key, value, source }): readonly (readonly [string, unknown])[] =>
        source === 'deployment.toml' && value !== undefined ? [[key, JSON.parse(value)]] : [],
      ),
  );
}
