import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package whose code is in a bundle. */
type Bundled = {
  readonly name: string;
  readonly version: string;
  /** SPDX. */
  readonly license: string;
  readonly texts: readonly string[];
};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function manifestAt(folder: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? { ...manifest } : undefined;
  } catch {
    return undefined;
  }
}

/** The files that hold its licence, or where there is none what its README says under that heading. */
function licencesIn(folder: string): readonly string[] {
  const names = readdirSync(folder).sort();
  const read = (name: string) => readFileSync(join(folder, name), 'utf8').trim();
  const files = names.filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  if (files.length > 0) return files.map(read);
  return names
    .filter((name) => /^readme/i.test(name))
    .flatMap((name) => /^#+ *licen[cs]e\b.*\n+([^#]+)/im.exec(read(name))?.[1]?.trim() ?? []);
}

/** The package that a module below `node_modules` belongs to; some have manifests of folders too, without a version. */
function packageOf(module: string): Bundled {
  for (let folder = dirname(module); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = manifestAt(folder);
    const [name, version, license] = [manifest?.name, manifest?.version, manifest?.license].map(text);
    if (name === undefined || version === undefined) continue;
    const texts = licencesIn(folder);
    if (license === undefined || texts.length === 0) {
      throw new Error(`${name} ${version} has no licence in ${folder}: it cannot be part of a bundle`);
    }
    return { name, version, license, texts };
  }
  throw new Error(`${module} belongs to no package`);
}

/**
 * What has to be told of other people's code in a bundle.
 * @param modules the files whose code is in it
 * @returns Markdown: each package with its licence, word for word
 * @throws Error when a package says nothing of its licence
 */
export function thirdPartyNotices(modules: Iterable<string>): string {
  const packages = new Map<string, Bundled>();
  for (const module of modules) {
    if (!/[\\/]node_modules[\\/]/.test(module)) continue;
    const bundled = packageOf(module);
    packages.set(`${bundled.name} ${bundled.version}`, bundled);
  }
  const sections = [...packages]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([title, { license, texts }]) => `## ${title}\n\n${license}\n\n${texts.map(fenced).join('\n\n')}\n`);
  return `# What others wrote\n\nThe code in this package holds parts of these packages, under their licences.\n\n${sections.join('\n')}`;
}

const fenced = (licence: string) => `\`\`\`\`text\n${licence}\n\`\`\`\``;
