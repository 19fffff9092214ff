import { existsSync, globSync, realpathSync, statSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { run } from '../../interop/program.ts';
import { type ImageConfiguration, makeStage, type Stage, stagesOf } from './containerfile.ts';
import { unpackDebian } from './debian-root.ts';

/** What an image is made of: the root of its file system, and how it is run. */
export type ContainerImage = ImageConfiguration & { readonly root: string };

const HERE = { cwd: import.meta.dirname };
/** What every program has that Docker and Podman start. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const require = createRequire(import.meta.url);

/** The npm that is on the way here: official images of Node.js bring one. */
async function npmFolder(): Promise<string> {
  const npm = realpathSync((await run('sh', ['-c', 'command -v npm'], HERE)).trim());
  return dirname(dirname(npm));
}

/** The root that stands for an official image: the same Debian, and of `node` the program and npm at the same places. */
async function unpackBase(image: string, folder: string): Promise<void> {
  const [, name = '', tag = ''] = /^docker\.io\/library\/(\w+):(\S+)$/.exec(image) ?? [];
  const suite = /(?:^|-)(bookworm|trixie)-slim$/.exec(tag)?.[1];
  if (suite === undefined) throw new Error(`${image} is no Debian that is known here`);
  await unpackDebian(suite, folder);
  if (name === 'debian') return;
  if (name !== 'node' || !tag.startsWith(`${process.versions.node.split('.')[0]}-`)) {
    throw new Error(`${image} is not the Node.js that runs this, ${process.versions.node}`);
  }
  const local = join(folder, 'usr/local');
  await cp(require.resolve('node/bin/node'), join(local, 'bin/node'));
  await chmod(join(local, 'bin/node'), 0o755);
  await cp(await npmFolder(), join(local, 'lib/node_modules/npm'), { recursive: true });
  await run('ln', ['-s', '../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm')], HERE);
}

/** As COPY does: of a folder what is in it, of a link in a folder the link. */
async function copyInto(source: string, target: string, root: string): Promise<void> {
  const into = target.endsWith('/') ? join(root, target, basename(source)) : join(root, target);
  await mkdir(dirname(into), { recursive: true });
  await cp(source, into, { recursive: true, verbatimSymlinks: true });
}

/**
 * Carries out a Containerfile without a container engine: each stage in the root of a Debian of its own, each RUN in
 * there with processes, mounts and a network of its own, which leads nowhere.
 * @param file the Containerfile
 * @param context the folder that is built
 * @param work a folder for the roots
 */
export async function makeImage(file: string, context: string, work: string): Promise<ContainerImage> {
  const roots = new Map<string, string>();
  const stages = stagesOf(await readFile(file, 'utf8'));
  const make = async (stage: Stage, root: string): Promise<ContainerImage> => {
    await unpackBase(stage.image, root);
    const configuration = await makeStage(stage, {
      async copy(from, sources, target, mode) {
        const base = from === undefined ? context : (roots.get(from) ?? '');
        const found = sources.flatMap((source) => globSync(source.replace(/^\//, ''), { cwd: base }));
        if (found.length === 0) throw new Error(`COPY ${sources.join(' ')}: nothing is there`);
        if (found.length > 1 && !target.endsWith('/')) throw new Error(`COPY to ${target}: it is one file`);
        for (const source of found) await copyInto(join(base, source), target, root);
        if (mode !== undefined) await chmod(join(root, target), Number.parseInt(mode, 8));
      },
      async run(command, environment, workingFolder) {
        const variables = Object.entries({ PATH, HOME: '/root', ...environment });
        await run(
          'unshare',
          [
            ...[
              '--mount',
              '--pid',
              '--fork',
              '--net',
              '--kill-child',
              `--mount-proc=${root}/proc`,
              'chroot',
              root,
            ],
            ...[
              '/usr/bin/env',
              '--ignore-environment',
              ...variables.map(([name, value]) => `${name}=${value}`),
            ],
            ...['/bin/sh', '-c', `cd '${workingFolder}' && ${command}`],
          ],
          HERE,
        );
      },
      async workingFolder(folder) {
        await mkdir(join(root, folder), { recursive: true });
      },
    });
    if (stage.name !== undefined) roots.set(stage.name, root);
    return { ...configuration, root };
  };
  let image: ContainerImage | undefined;
  for (const [index, stage] of stages.entries()) image = await make(stage, join(work, `stage-${index}`));
  if (image === undefined) throw new Error(`${file} has no stage`);
  // As an engine leaves them: nothing of the stages before is in the image.
  for (const root of roots.values()) await rm(root, { recursive: true });
  return image;
}

/** The size of a file or of all files of a folder, in bytes. */
export async function sizeOf(path: string): Promise<number> {
  if (!existsSync(path)) throw new Error(`${path} is not there`);
  if (statSync(path).isFile()) return statSync(path).size;
  const told = await run('du', ['--summarize', '--bytes', path], HERE);
  return Number(told.split('\t')[0]);
}
