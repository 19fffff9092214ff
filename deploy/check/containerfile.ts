/** One instruction of a Containerfile: its options (`--from=…`) and what stands after them, continued lines joined. */
export type Instruction = {
  readonly name: string;
  readonly options: ReadonlyMap<string, string>;
  readonly text: string;
};

/** One `FROM` with what follows it. */
export type Stage = {
  readonly image: string;
  /** What `AS` calls it. */
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
};

/** How a container of the image is run, as its last stage says. */
export type ImageConfiguration = {
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
  readonly stopSignal: string;
};

/** What takes no part in how an image of ours is made or run. */
const SAYS_ONLY = new Set(['LABEL', 'EXPOSE']);

function instructionsOf(text: string): readonly Instruction[] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line) && line.trim() !== '')
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  return lines.map((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === '') throw new SyntaxError(`no instruction: ${line}`);
    const options = new Map<string, string>();
    const said = rest.replace(/^(?:--[a-z-]+=\S+\s+)+/, (all) => {
      for (const [, option = '', value = ''] of all.matchAll(/--([a-z-]+)=(\S+)/g))
        options.set(option, value);
      return '';
    });
    return { name, options, text: said };
  });
}

/** The stages of a Containerfile, with its arguments at their defaults. @throws SyntaxError */
export function stagesOf(text: string): readonly Stage[] {
  const args = new Map<string, string>();
  const stages: { image: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsOf(text)) {
    const stage = stages.at(-1);
    if (instruction.name === 'ARG' && stage === undefined) {
      const [name = '', value = ''] = instruction.text.split('=');
      args.set(name, value);
    } else if (instruction.name === 'FROM') {
      const [, reference = '', name] = /^(\S+)(?: AS (\S+))?$/.exec(instruction.text) ?? [];
      const image = reference.replace(/\$\{(\w+)\}/g, (_, name: string) => args.get(name) ?? '');
      stages.push({ image, name, instructions: [] });
    } else if (stage !== undefined) {
      stage.instructions.push(instruction);
    } else {
      throw new SyntaxError(`${instruction.name} stands before FROM`);
    }
  }
  return stages;
}

/** A list of words in JSON: an instruction that starts no shell. @throws SyntaxError where a shell would be started */
function wordsOf(text: string): readonly string[] {
  const words: unknown = JSON.parse(text);
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  throw new SyntaxError(`not a list of words: ${text}`);
}

/** The pairs of `ENV`, whose values have no blanks. */
function pairsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from(text.matchAll(/(\w+)=(\S*)/g), ([, name = '', value = '']) => [name, value]),
  );
}

/** What making a stage does, besides what it only says. */
export type Making = {
  /** `COPY`: from the named stage, or from the folder that is built. */
  copy(from: string | undefined, sources: readonly string[], target: string, mode?: string): Promise<void>;
  /** `RUN`, which a shell reads. */
  run(command: string, environment: Readonly<Record<string, string>>, workingFolder: string): Promise<void>;
  /** `WORKDIR`, which is made where it is not there. */
  workingFolder(folder: string): Promise<void>;
};

/**
 * Carries out the instructions of a stage in their order.
 * @returns how containers of it are run
 * @throws SyntaxError at one that is not known here, so that none is passed over
 */
export async function makeStage({ instructions }: Stage, making: Making): Promise<ImageConfiguration> {
  let made: ImageConfiguration = {
    environment: {},
    workingFolder: '/',
    user: '0:0',
    entrypoint: [],
    command: [],
    healthCheck: [],
    stopSignal: 'SIGTERM',
  };
  for (const { name, options, text } of instructions) {
    if (SAYS_ONLY.has(name)) continue;
    switch (name) {
      case 'COPY': {
        const words = text.split(/\s+/);
        await making.copy(options.get('from'), words.slice(0, -1), words.at(-1) ?? '', options.get('chmod'));
        break;
      }
      case 'RUN':
        await making.run(text, made.environment, made.workingFolder);
        break;
      case 'WORKDIR':
        made = { ...made, workingFolder: text };
        await making.workingFolder(text);
        break;
      case 'ENV':
        made = { ...made, environment: { ...made.environment, ...pairsOf(text) } };
        break;
      case 'USER':
        made = { ...made, user: text };
        break;
      case 'ENTRYPOINT':
        made = { ...made, entrypoint: wordsOf(text) };
        break;
      case 'CMD':
        made = { ...made, command: wordsOf(text) };
        break;
      case 'HEALTHCHECK':
        made = { ...made, healthCheck: wordsOf(text.replace(/^CMD\s+/, '')) };
        break;
      case 'STOPSIGNAL':
        made = { ...made, stopSignal: text };
        break;
      default:
        throw new SyntaxError(`${name} is not carried out here`);
    }
  }
  return made;
}
