import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { holdsReference } from '../../config/references.ts';
import { UsageError } from '../run-command.ts';
import type { Deployment } from './deployment.ts';
import { KINDS } from './kinds.ts';
import { type Fields, type Kind, RESOURCE_KINDS, type ResourceKind } from './resource.ts';

/** The folder of each kind. */
const FOLDERS: Readonly<Record<ResourceKind, string>> = {
  attribute: 'attributes',
  role: 'roles',
  group: 'groups',
  trusted_certificate: 'trusted-certificates',
  client: 'clients',
  claim_rule: 'claim-rules',
};

/** How many files were written, a kind. */
export type WrittenFiles = Readonly<Record<ResourceKind, number>>;

/** A name of a file that no other of its folder has, whatever its case. */
function fileNames() {
  const taken = new Set<string>();
  return (name: string): string => {
    const plain =
      name
        .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
        .replace(/^[.-]+/, '')
        .slice(0, 100) || 'unnamed';
    for (let number = 1; ; number++) {
      const free = number === 1 ? plain : `${plain}-${number}`;
      if (taken.has(free.toLowerCase())) continue;
      taken.add(free.toLowerCase());
      return free;
    }
  };
}

/** A value in which texts that `apply` would take for references stand in files of their own. */
function withoutReferences(value: unknown, keep: (text: string) => string): unknown {
  if (typeof value === 'string') return holdsReference(value) ? keep(value) : value;
  if (Array.isArray(value)) return value.map((item) => withoutReferences(item, keep));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, item]) => [member, withoutReferences(item, keep)]),
  );
}

/** One resource as a file has it, and the texts beside it. */
function fileOf(kind: ResourceKind, name: string, body: Fields, stem: string) {
  const texts = new Map<string, string>();
  const keep = (text: string) => {
    const file = `${stem}.${texts.size + 1}.txt`;
    // Of several newlines at the end the last is taken off again.
    texts.set(file, `${text}\n`);
    return `$file{${file}}`;
  };
  const members = Object.entries(body).map(([member, value]) => [member, withoutReferences(value, keep)]);
  const whole = { kind, name, ...Object.fromEntries(members) };
  return { text: stringify(whole, { lineWidth: 0, version: '1.2', schema: 'core' }), texts };
}

async function writeKind(
  kind: Kind,
  folder: string,
  deployment: Deployment,
  onWritten: (kind: string, done: number) => void,
): Promise<number> {
  const nameOf = fileNames();
  let written = 0;
  for await (const present of kind.all(deployment)) {
    const stem = nameOf(present.name);
    if (written === 0) await mkdir(join(folder, FOLDERS[kind.kind]), { recursive: true });
    const path = (file: string) => join(folder, FOLDERS[kind.kind], file);
    const { text, texts } = fileOf(kind.kind, present.name, await kind.bodyOf(present, deployment), stem);
    await writeFile(path(`${stem}.yaml`), text, { flag: 'wx' });
    for (const [file, content] of texts) await writeFile(path(file), content, { flag: 'wx' });
    written++;
    onWritten(FOLDERS[kind.kind], written);
  }
  return written;
}

/**
 * Writes what there is as files that `apply` reads, one resource each, without secrets: what a file leaves out is as the
 * server has it by default. People are none of it.
 * @param folder a new one, or an empty one
 * @throws UsageError
 */
export async function writeFolder(
  folder: string,
  deployment: Deployment,
  onWritten: (kind: string, done: number) => void,
): Promise<WrittenFiles> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new UsageError(`the folder ${folder} is not empty: name a new one`);
  const written = { attribute: 0, role: 0, group: 0, trusted_certificate: 0, client: 0, claim_rule: 0 };
  for (const kind of RESOURCE_KINDS)
    written[kind] = await writeKind(KINDS[kind], folder, deployment, onWritten);
  return written;
}
