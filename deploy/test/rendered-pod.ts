import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const Items = z.array(z.object({ key: z.string(), path: z.string() })).optional();
const Named = z.object({ name: z.string(), items: Items });

const ConfigMap = z.object({
  kind: z.literal('ConfigMap'),
  metadata: z.object({ name: z.string() }),
  data: z.record(z.string(), z.string()).default({}),
  /** In base64. */
  binaryData: z.record(z.string(), z.string()).default({}),
});

const Deployment = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      spec: z.object({
        terminationGracePeriodSeconds: z.number(),
        containers: z.tuple([
          z.object({
            args: z.array(z.string()),
            volumeMounts: z.array(
              z.object({ name: z.string(), mountPath: z.string(), readOnly: z.literal(true) }),
            ),
          }),
        ]),
        volumes: z.array(
          z.union([
            z.object({ name: z.string(), configMap: Named }),
            z.object({
              name: z.string(),
              projected: z.object({
                sources: z.array(z.union([z.object({ configMap: Named }), z.object({ secret: Named })])),
              }),
            }),
          ]),
        ),
      }),
    }),
  }),
});

type Files = Readonly<Record<string, string | Buffer>>;

/** The Secrets that a cluster has, by name and key. */
export type Secrets = Readonly<Record<string, Files>>;

/** What a chart rendered, as far as a pod is concerned. */
export type RenderedPod = {
  readonly replicas: number;
  readonly args: readonly string[];
  readonly graceSeconds: number;
  /** What each volume holds, by where it is mounted. */
  volumes(secrets: Secrets): ReadonlyMap<string, Files>;
};

/** @param text what `helm template` printed */
export function renderedPod(text: string): RenderedPod {
  const objects = parseAllDocuments(text).map((document): unknown => document.toJS());
  const configMaps = new Map<string, Files>();
  for (const object of objects) {
    const { data } = ConfigMap.safeParse(object);
    if (data === undefined) continue;
    const binary = Object.entries(data.binaryData).map(
      ([name, value]) => [name, Buffer.from(value, 'base64')] as const,
    );
    configMaps.set(data.metadata.name, { ...data.data, ...Object.fromEntries(binary) });
  }
  const kind = z.looseObject({ kind: z.literal('Deployment') });
  const { spec } = Deployment.parse(objects.find((object) => kind.safeParse(object).success));
  const { terminationGracePeriodSeconds, containers, volumes } = spec.template.spec;
  const [{ args, volumeMounts }] = containers;
  const taken = (from: Files | undefined, { name, items }: z.infer<typeof Named>): Files => {
    if (from === undefined) throw new Error(`nothing is called ${name}`);
    if (items === undefined) return from;
    return Object.fromEntries(
      items.map(({ key, path }) => {
        const value = from[key];
        if (value === undefined) throw new Error(`${name} has no ${key}`);
        return [path, value];
      }),
    );
  };
  return {
    replicas: spec.replicas,
    args,
    graceSeconds: terminationGracePeriodSeconds,
    volumes(secrets) {
      const contentOf = (volume: (typeof volumes)[number]): Files => {
        if ('configMap' in volume) return taken(configMaps.get(volume.configMap.name), volume.configMap);
        return Object.assign(
          {},
          ...volume.projected.sources.map((source) =>
            'secret' in source
              ? taken(secrets[source.secret.name], source.secret)
              : taken(configMaps.get(source.configMap.name), source.configMap),
          ),
        );
      };
      return new Map(
        volumeMounts.map(({ name, mountPath }) => {
          const volume = volumes.find((each) => each.name === name);
          if (volume === undefined) throw new Error(`no volume is called ${name}`);
          return [mountPath, contentOf(volume)];
        }),
      );
    },
  };
}

/** Where the image has its home. */
const HOME = '/var/lib/countersign';
const DATA = '..data';

/** Puts files into a volume as the kubelet does: all of them appear, and are replaced, at one moment. */
async function project(folder: string, files: Files): Promise<void> {
  const before = (await readdir(folder)).filter((name) => name.startsWith('..2'));
  const version = `..${new Date().toISOString().replace(/[-:TZ]/g, '_')}`;
  await mkdir(join(folder, version));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, version, name), content, { mode: 0o440 });
    await symlink(join(DATA, name), join(folder, name)).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  await symlink(version, join(folder, `${DATA}_tmp`));
  await rename(join(folder, `${DATA}_tmp`), join(folder, DATA));
  for (const name of before) await rm(join(folder, name), { recursive: true });
}

/** The home of one pod on this machine: the image's folders, and the volumes in their places. */
export async function layOutHome(home: string, volumes: ReadonlyMap<string, Files>): Promise<void> {
  for (const name of ['conf', 'database', 'logs', 'resources/security', 'components/dropins']) {
    await mkdir(join(home, 'repository', name), { recursive: true });
  }
  for (const [mountPath, files] of volumes) {
    await project(join(home, relative(HOME, mountPath)), files);
  }
}

/** Has every folder of the home for reading alone, where mounts cannot be had. */
export async function forbidWriting(home: string, forbid: boolean): Promise<void> {
  const folders = (await readdir(home, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const folder of [home, ...folders]) await chmod(folder, forbid ? 0o555 : 0o755);
}
