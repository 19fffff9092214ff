import { isDeepStrictEqual } from 'node:util';
import { Refused } from '../run-command.ts';
import { comparable } from './belonging.ts';
import type { Deployment } from './deployment.ts';
import { type FileProblem, InvalidFiles } from './folder.ts';
import { KINDS } from './kinds.ts';
import {
  type Fields,
  InvalidResource,
  type Kind,
  type Present,
  RESOURCE_KINDS,
  type ResourceFile,
  type ResourceKind,
  type Wanted,
} from './resource.ts';

/** One thing to be done. */
export type Step =
  | { readonly action: 'create'; readonly wanted: Wanted }
  | {
      readonly action: 'change';
      readonly wanted: Wanted;
      readonly present: Present;
      readonly changed: readonly string[];
      /** Whose it was: undefined where no files keep it yet. */
      readonly from: string | undefined;
    }
  | { readonly action: 'remove'; readonly kind: ResourceKind; readonly present: Present };

/** Something that stays though the files say otherwise. */
export type Left = {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly file?: string;
  readonly why: string;
};

export type Plan = {
  /** How many resources the files have. */
  readonly resources: number;
  readonly steps: readonly Step[];
  /** What the label is on and no file has, where nothing is to be removed. */
  readonly left: readonly Left[];
  /** What is in the way of all of it. */
  readonly blocked: readonly Left[];
};

export type PlanOptions = {
  readonly label: string;
  readonly prune: boolean;
  /** Whether what is there without the label is taken over. */
  readonly adopt: boolean;
};

/** Each name once. @throws InvalidFiles */
function checkNames(files: readonly ResourceFile[]): void {
  const first = new Map<string, ResourceFile>();
  const problems: FileProblem[] = [];
  for (const resource of files) {
    const key = `${resource.kind} ${KINDS[resource.kind].keyOf(resource.name)}`;
    const other = first.get(key);
    if (other)
      problems.push({
        file: resource.file,
        problem: `is the ${resource.kind} ${JSON.stringify(resource.name)}, which ${other.file} is already`,
      });
    else first.set(key, resource);
  }
  if (problems.length > 0) throw new InvalidFiles(problems);
}

/** What the files want, judged. @throws InvalidFiles */
async function wantedOf(files: readonly ResourceFile[], deployment: Deployment): Promise<readonly Wanted[]> {
  const wanted: Wanted[] = [];
  const problems: FileProblem[] = [];
  for (const resource of files) {
    try {
      wanted.push({ ...resource, fields: await KINDS[resource.kind].fieldsOf(resource, deployment) });
    } catch (error) {
      if (!(error instanceof InvalidResource)) throw error;
      problems.push({ file: resource.file, problem: error.message });
    }
  }
  if (problems.length > 0) throw new InvalidFiles(problems);
  return wanted;
}

/** Names of groups or roles that a resource needs to be there. */
const namesNeeded = ({ fields }: Wanted): readonly (readonly ['group' | 'role', string, string])[] => {
  const listed = (member: string) => {
    const names = fields[member];
    return Array.isArray(names) ? names.map(String) : [];
  };
  return [
    ...(typeof fields.parent === 'string' ? ([['group', 'parent', fields.parent]] as const) : []),
    ...listed('member_of').map((name) => ['group', 'member_of', name] as const),
    ...listed('holds').map((name) => ['role', 'holds', name] as const),
  ];
};

/** What is named has to be there, or in the files. @throws InvalidFiles */
async function checkReferences(wanted: readonly Wanted[], { groups, roles }: Deployment): Promise<void> {
  const given = new Set(wanted.map(({ kind, name }) => `${kind} ${KINDS[kind].keyOf(name)}`));
  const problems: FileProblem[] = [];
  for (const each of wanted) {
    for (const [kind, member, name] of namesNeeded(each)) {
      if (given.has(`${kind} ${KINDS[kind].keyOf(name)}`)) continue;
      const isThere = await (kind === 'group' ? groups : roles).id(name);
      if (isThere === undefined)
        problems.push({
          file: each.file,
          problem: `${member} names the ${kind} ${JSON.stringify(name)}, which is neither there nor in a file`,
        });
    }
  }
  if (problems.length > 0) throw new InvalidFiles(problems);
}

/** Groups with those before them that contain them. @throws InvalidFiles where they contain one another */
function parentsFirst(groups: readonly Wanted[]): readonly Wanted[] {
  const { keyOf } = KINDS.group;
  const byName = new Map(groups.map((group) => [keyOf(group.name), group] as const));
  const ordered = new Set<Wanted>();
  const visit = (group: Wanted, way: readonly Wanted[]): void => {
    if (ordered.has(group)) return;
    if (way.includes(group))
      throw new InvalidFiles([{ file: group.file, problem: 'the group is in one that it contains' }]);
    const { parent } = group.fields;
    const above = typeof parent === 'string' ? byName.get(keyOf(parent)) : undefined;
    if (above) visit(above, [...way, group]);
    ordered.add(group);
  };
  for (const group of groups) visit(group, []);
  return [...ordered];
}

/** Groups with those before them that they contain: as they can be removed. */
function innerFirst(groups: readonly Present[]): readonly Present[] {
  const { keyOf } = KINDS.group;
  const byName = new Map(groups.map((group) => [keyOf(group.name), group] as const));
  const depthOf = ({ fields: { parent } }: Present): number => {
    const above = typeof parent === 'string' ? byName.get(keyOf(parent)) : undefined;
    return above ? 1 + depthOf(above) : 0;
  };
  return groups.toSorted((one, other) => depthOf(other) - depthOf(one));
}

const differing = (wanted: Fields, present: Fields): readonly string[] =>
  Object.keys(wanted).filter(
    (member) => !isDeepStrictEqual(comparable(member, wanted[member]), comparable(member, present[member])),
  );

/** Thrown where a resource of the deployment is in the way of what the files want. */
const blockedBy = (kind: Kind, wanted: Wanted, { managed_by }: Present): Left => ({
  kind: kind.kind,
  name: wanted.name,
  file: wanted.file,
  why:
    managed_by === undefined
      ? 'is there and kept by no files: --adopt takes it over'
      : `is there and kept by the files labelled ${managed_by}: --adopt takes it over`,
});

type OfKind = {
  readonly steps: Step[];
  readonly removals: Step[];
  readonly left: Left[];
  readonly blocked: Left[];
};

async function planOfKind(
  kind: Kind,
  wanted: readonly Wanted[],
  deployment: Deployment,
  { label, prune, adopt }: PlanOptions,
): Promise<OfKind> {
  const present = await kind.present(deployment, { wanted, label });
  const byKey = new Map(present.map((each) => [kind.keyOf(each.name), each] as const));
  const planned: OfKind = { steps: [], removals: [], left: [], blocked: [] };
  for (const each of wanted) {
    const found = byKey.get(kind.keyOf(each.name));
    byKey.delete(kind.keyOf(each.name));
    if (!found) {
      planned.steps.push({ action: 'create', wanted: each });
      continue;
    }
    const isOurs = found.managed_by === label;
    if (!isOurs && !adopt) {
      planned.blocked.push(blockedBy(kind, each, found));
      continue;
    }
    const changed = differing(each.fields, found.fields);
    if (isOurs && changed.length === 0) continue;
    planned.steps.push({ action: 'change', wanted: each, present: found, changed, from: found.managed_by });
  }
  const orphans = [...byKey.values()].filter(({ managed_by }) => managed_by === label);
  const ordered = kind.kind === 'group' ? innerFirst(orphans) : orphans;
  for (const each of ordered) {
    if (prune) planned.removals.push({ action: 'remove', kind: kind.kind, present: each });
    else
      planned.left.push({
        kind: kind.kind,
        name: each.name,
        why: 'has the label, and no file says it: --prune removes it',
      });
  }
  return planned;
}

/**
 * What has to be done for a deployment to be as files say. Kinds that no file has are looked at only where what no file
 * says is to be removed.
 * @throws InvalidFiles; Refused, ServerAway
 */
export async function planOf(
  files: readonly ResourceFile[],
  deployment: Deployment,
  options: PlanOptions,
): Promise<Plan> {
  checkNames(files);
  const wanted = await wantedOf(files, deployment);
  await checkReferences(wanted, deployment);
  const steps: Step[] = [];
  const removals: Step[] = [];
  const left: Left[] = [];
  const blocked: Left[] = [];
  for (const name of RESOURCE_KINDS) {
    const ofKind = wanted.filter(({ kind }) => kind === name);
    if (ofKind.length === 0 && !options.prune) continue;
    const ordered = name === 'group' ? parentsFirst(ofKind) : ofKind;
    const planned = await planOfKind(KINDS[name], ordered, deployment, options).catch((error: unknown) => {
      if (!(error instanceof InvalidResource)) throw error;
      throw new Refused(error.message);
    });
    steps.push(...planned.steps);
    // What names others goes before them.
    removals.unshift(...planned.removals);
    left.push(...planned.left);
    blocked.push(...planned.blocked);
  }
  return { resources: wanted.length, steps: [...steps, ...removals], left, blocked };
}
