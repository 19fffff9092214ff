import { recordName } from '../record-name.ts';
import {
  type InputFile,
  type MovedItem,
  type Source,
  type SourceInput,
  UnreadableSource,
} from '../source.ts';
import { isEncrypted, readExport } from './export-format.ts';

/** The beginning of a file, as much as tells whether it is encrypted. */
async function startOf({ octets }: InputFile): Promise<Uint8Array> {
  let start = Buffer.alloc(0);
  for await (const piece of octets()) {
    start = Buffer.concat([start, piece]);
    if (start.length >= 64) break;
  }
  return start;
}

/** The file as it was before it was encrypted. */
async function plain(file: InputFile, password: SourceInput['password']): Promise<InputFile> {
  if (!isEncrypted(await startOf(file))) return file;
  if (!password) {
    throw new UnreadableSource(
      `${file.name} is encrypted, and no password is given: the command countersign import takes one`,
    );
  }
  const given = await password();
  const { CannotDecrypt, decrypted } = await import('./encrypted-file.ts');
  return {
    name: file.name,
    async *octets() {
      try {
        yield* decrypted(file.octets(), given);
      } catch (error) {
        if (!(error instanceof CannotDecrypt)) throw error;
        throw new UnreadableSource(`${file.name} cannot be opened: ${error.message}`, { cause: error });
      }
    },
  };
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

/** What is configured there and otherwise here, a finding each: no import writes deployment.toml. */
function settingsItem(
  values: Readonly<Record<string, unknown>>,
  here: SourceInput['settings'] = {},
): MovedItem | undefined {
  const differing = Object.entries(values).filter(([key, value]) => shown(here[key]) !== shown(value));
  if (differing.length === 0) return undefined;
  return {
    kind: 'server',
    name: 'deployment.toml',
    findings: differing.map(([key, value]) => ({
      field: key,
      ours: key,
      outcome: 'lost' as const,
      why: `it is ${shown(value)} there and ${shown(here[key])} here: deployment.toml is yours to change`,
    })),
  };
}

/** An export of a server of this kind. */
export const countersignSource: Source = {
  async *read({ files, password, settings }) {
    const [file, ...others] = files;
    if (!file || others.length > 0) {
      throw new UnreadableSource(`an export is one file, and ${files.length} are given`);
    }
    for await (const read of readExport(await plain(file, password))) {
      if ('header' in read) continue;
      const { record } = read;
      if (record.kind === 'settings') {
        const item = settingsItem(record.values, settings);
        if (item) yield item;
      } else yield { kind: record.kind, name: recordName(record), record, findings: [] };
    }
  },
};
