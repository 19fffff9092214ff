import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InvalidInput } from '../admin/route.ts';
import type { NewSettings, SettingsChanges, SettingsPreview } from '../admin/settings-resource.ts';
import { settingNamed, whyFixed } from '../config/changeable-settings.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import { decodeDeploymentText, valueAt } from '../config/deployment.ts';
import { UnusableStore } from '../config/deployment-stores.ts';
import { CannotEdit, changedLines, type Edit, editedText } from '../config/edited-text.ts';
import { InvalidDeployment } from '../config/invalid-deployment.ts';
import { holdsReference } from '../config/references.ts';
import { NotToml } from '../config/toml-source.ts';
import { isForbidden, replaceWhole } from '../config/whole-file.ts';
import { type Changes, REDACTED } from '../event/changes.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { UnchangeableDeployment } from '../registration/unchangeable-deployment.ts';
import { checkRevision, type Expected, RevisionMismatch } from '../registration/unit-of-change.ts';
import type { Shared } from './shared.ts';

/** By what one sees that the file is another. */
export const versionOfFile = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('base64url');

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EBUSY';

const WHERE = 'change it where it is made, for instance in the ConfigMap that is mounted';

/** Why the file cannot be changed by this process, whatever the change is; undefined where it can. */
export async function whyReadOnly(file: string): Promise<string | undefined> {
  try {
    const found = await lstat(file);
    if (found.isSymbolicLink()) return `is a link to another file: ${WHERE}`;
    await access(file, constants.W_OK);
    await access(dirname(file), constants.W_OK);
    return undefined;
  } catch (error) {
    return `cannot be written (${error instanceof Error ? error.message : String(error)}): ${WHERE}`;
  }
}

/** The changes as edits of the file. @throws InvalidInput for a setting that is not changed this way */
function editsOf(changes: NewSettings): readonly (Edit & { readonly key: string })[] {
  return Object.entries(changes).map(([key, value]) => {
    const named = settingNamed(key);
    if (!named) throw new InvalidInput(key, `${key} is no setting`);
    const fixed = whyFixed(named.known, named.section);
    if (fixed) {
      throw new InvalidInput(key, `${key} is changed in deployment.toml alone (${fixed})`);
    }
    for (const each of [value].flat()) {
      if (typeof each === 'string' && holdsReference(each)) {
        throw new InvalidInput(
          key,
          `${key} may not refer to a variable or file: write that in deployment.toml`,
        );
      }
    }
    return { key, path: named.path, value: value ?? undefined };
  });
}

/** What the parser of the file says of a change, as an error of the input. */
function refused(error: unknown, keys: readonly string[]): unknown {
  if (error instanceof CannotEdit) {
    const key = keys.find((each) => JSON.stringify(settingNamed(each)?.path) === JSON.stringify(error.path));
    return new InvalidInput(key ?? 'changes', `${key ?? 'the key'} ${error.message}`);
  }
  if (error instanceof InvalidDeployment) {
    const plain = keys.map((key) => key.replaceAll(/\[\d+\]/g, ''));
    const about = error.problems.findIndex(({ key }) => key !== undefined && plain.includes(key));
    const named = error.problems[Math.max(about, 0)]?.key;
    const key = keys[plain.indexOf(named ?? '')] ?? 'changes';
    return new InvalidInput(key, error.problems.map(({ message }) => message).join('; '));
  }
  if (error instanceof UnusableStore) return new InvalidInput('changes', error.message);
  return error;
}

/** A setting as the trail tells it: what a file gave is shown nowhere. */
function changesOf(
  configuration: Pick<FollowedConfiguration, 'now' | 'isFromFile'>,
  before: Readonly<Record<string, unknown>>,
  edits: readonly (Edit & { readonly key: string })[],
): Changes {
  const now = { ...configuration.now() };
  return Object.fromEntries(
    edits.map(({ key, path }) => [
      key,
      { old: configuration.isFromFile(path) ? REDACTED : before[key], new: valueAt(now, path) },
    ]),
  );
}

/** Changes the deployment.toml of this node: read as it is followed, judged by its parser, written whole. */
export function createSettingsChanges(
  configuration: FollowedConfiguration,
  node: string,
  events: EventRecorder,
  { turns, writing }: Pick<Shared, 'turns' | 'writing'>,
): SettingsChanges {
  const { file } = configuration;

  const read = async (): Promise<{
    readonly bytes: Uint8Array;
    readonly text: string;
    readonly version: string;
  }> => {
    try {
      const bytes = await readFile(file);
      return { bytes, text: decodeDeploymentText(bytes), version: versionOfFile(bytes) };
    } catch (error) {
      throw new UnchangeableDeployment(
        file,
        `cannot be read: ${error instanceof Error ? error.message : error}`,
        error,
      );
    }
  };

  const judged = async (changes: NewSettings, expected: Expected<string>) => {
    const edits = editsOf(changes);
    const present = await read();
    checkRevision('deployment.toml', present.version, expected);
    try {
      await configuration.judge(present.text);
    } catch (error) {
      throw new UnchangeableDeployment(file, 'cannot be used as it is: mend it there first', error);
    }
    try {
      const text = editedText(present.text, edits);
      if (text !== present.text) await configuration.judge(text);
      return { ...present, edits, changed: text };
    } catch (error) {
      if (error instanceof NotToml)
        throw new UnchangeableDeployment(file, 'is not TOML: mend it there first', error);
      throw refused(error, Object.keys(changes));
    }
  };
  const keysChanging = ({ text, edits }: Awaited<ReturnType<typeof judged>>) =>
    edits.filter((edit) => editedText(text, [edit]) !== text);

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const leave = await turns.enter('deployment.toml', Number.POSITIVE_INFINITY);
    try {
      return await work();
    } finally {
      if (typeof leave === 'function') leave();
    }
  };

  return {
    async preview(changes, expected) {
      const change = await judged(changes, expected);
      const preview: SettingsPreview = {
        file,
        node,
        keys: keysChanging(change).map(({ key }) => key),
        lines: changedLines(change.text, change.changed).map(({ line, removed, added }) => ({
          line,
          removed: [...removed],
          added: [...added],
        })),
      };
      return { preview, version: change.version };
    },

    change: (changes, by, expected) =>
      inTurn(async () => {
        const change = await judged(changes, expected);
        const { text, changed, bytes } = change;
        if (changed === text) return;
        const why = await whyReadOnly(file);
        if (why !== undefined) throw new UnchangeableDeployment(file, why);
        const edits = keysChanging(change);
        const inForce = { ...configuration.now() };
        const before = Object.fromEntries(edits.map(({ key, path }) => [key, valueAt(inForce, path)]));
        const isUnchanged = async () => Buffer.from(await readFile(file)).equals(bytes);
        let isWritten = false;
        await writing(configuration, file, async () => {
          isWritten = await replaceWhole(file, Buffer.from(changed), isUnchanged);
        }).catch((error) => {
          if (!isForbidden(error) && !isBusy(error)) throw error;
          throw new UnchangeableDeployment(file, `cannot be written: ${WHERE}`, error);
        });
        if (!isWritten) throw new RevisionMismatch('deployment.toml', versionOfFile(await readFile(file)));
        events.record({
          type: 'configuration.changed',
          outcome: 'success',
          actor: by,
          object: { kind: 'configuration', id: file },
          changes: changesOf(configuration, before, edits),
          detail: { file, node, changed: edits.map(({ key }) => key) },
        });
      }),
  };
}
