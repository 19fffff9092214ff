import { registerHooks } from 'node:module';
import { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { importFile } from '../own-files.ts';
import { ownMember } from '../own-member.ts';
import type { PlugInAuthenticator, PlugInClaims, PlugInGrant } from '../plug-in.ts';
import { createLineReader } from './line-reader.ts';
import {
  CHANNEL,
  type FromPlugIn,
  type GrantRequestData,
  LONGEST_TEXT,
  type PlugInNames,
  type Question,
  type ToPlugIn,
} from './messages.ts';

/**
 * The program that a plug-in runs in, a process of its own: loads one file and asks it what the server asks.
 * Its arguments are the file, the process id of the server and the bytes this process may take.
 * @module
 */

const [, , file = '', server = '', mostBytes = ''] = process.argv;

/** What is said of a refusal that nobody needs whole. */
const LONGEST_REASON = 2000;
const LONGEST_CAUSE = 2000;
const VERDICT = [
  'outcome',
  'client_id',
  'reason',
  'username',
  'scope',
  'lifetime',
  'error',
  'value',
] as const;
const LAST_WORDS_MS = 200;

const channel = new Socket({ fd: CHANNEL });
const say = (message: FromPlugIn, said?: () => void): void => {
  channel.write(`${JSON.stringify(message)}\n`, said);
};

/** Whatever was thrown, in words; reading it may throw too. */
function inWords(thrown: unknown, { stack = false } = {}): string {
  try {
    const text = thrown instanceof Error ? (stack && thrown.stack) || thrown.message : String(thrown);
    return text.slice(0, LONGEST_CAUSE);
  } catch {
    return 'something that cannot be told';
  }
}

/**
 * Looks from a thread of its own after what a blocked main thread does not notice: that the server is gone, and that
 * the process takes more memory than it may, buffers and all. Runs as text there, so that it uses nothing around it.
 */
function watch(server: number, mostBytes: number): void {
  setInterval(() => {
    const tooMuch = process.memoryUsage.rss() > mostBytes;
    if (process.ppid === server && !tooMuch) return;
    try {
      if (tooMuch) process.getBuiltinModule('node:fs').writeSync(2, '\nThe process is out of memory\n');
    } finally {
      process.kill(process.pid, 'SIGKILL');
    }
  }, 100);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isGrant = (value: unknown): value is PlugInGrant =>
  isObject(value) &&
  'kind' in value &&
  value.kind === 'grant' &&
  'grant_type' in value &&
  typeof value.grant_type === 'string' &&
  'plan' in value &&
  typeof value.plan === 'function';

const isAuthenticator = (value: unknown): value is PlugInAuthenticator =>
  isObject(value) &&
  (!('kind' in value) || value.kind === undefined || value.kind === 'authenticator') &&
  'name' in value &&
  typeof value.name === 'string' &&
  value.name !== '' &&
  'authenticate' in value &&
  typeof value.authenticate === 'function';

const isClaims = (value: unknown): value is PlugInClaims =>
  isObject(value) &&
  'kind' in value &&
  value.kind === 'claims' &&
  'name' in value &&
  typeof value.name === 'string' &&
  value.name !== '' &&
  'give' in value &&
  typeof value.give === 'function';

type PlugIn = PlugInAuthenticator | PlugInGrant | PlugInClaims;

const plugInOf = (exported: unknown): PlugIn | undefined =>
  isGrant(exported) || isClaims(exported) || isAuthenticator(exported) ? exported : undefined;

function namesOf(exported: unknown): PlugInNames | null {
  if (isGrant(exported)) return { kind: 'grant', grant_type: exported.grant_type };
  if (isClaims(exported)) return { kind: 'claims', name: exported.name };
  return isAuthenticator(exported) ? { kind: 'authenticator', name: exported.name } : null;
}

const isPlain = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value);

/** A list of plain values, with its characters in all. @throws TypeError where it is none, or too long */
function plainList(name: string, list: readonly unknown[]): readonly unknown[] {
  if (!list.every(isPlain)) throw new TypeError(`${name} is a list of what are no plain values`);
  const characters = list.reduce<number>((sum, each) => sum + String(each).length + 1, 0);
  if (characters > LONGEST_TEXT)
    throw new TypeError(`${name} has ${characters} characters, more than ${LONGEST_TEXT}`);
  return [...list];
}

/** The parts of a verdict, for the server to judge. @throws TypeError where a part is no plain value */
function plainVerdict(verdict: unknown): unknown {
  if (!isObject(verdict)) return null;
  const plain: Record<string, unknown> = {};
  for (const name of VERDICT) {
    const value: unknown = Reflect.get(verdict, name);
    if (typeof value === 'string' && value.length > LONGEST_TEXT && name !== 'reason') {
      throw new TypeError(`${name} has ${value.length} characters, more than ${LONGEST_TEXT}`);
    }
    if (name === 'value' && Array.isArray(value)) {
      plain[name] = plainList(name, value);
      continue;
    }
    if (!isPlain(value)) {
      throw new TypeError(`${name} is a value of type ${typeof value}`);
    }
    plain[name] = typeof value === 'string' && name === 'reason' ? value.slice(0, LONGEST_REASON) : value;
  }
  return plain;
}

/** JSON leaves out what is undefined; a plug-in is given it. */
const CERTIFICATE = { not_before: undefined, not_after: undefined };
const REQUEST = {
  client_id: undefined,
  client_assertion: undefined,
  client_assertion_type: undefined,
  client_secret: undefined,
  certificate: undefined,
};

const withCertificate = <T extends Pick<GrantRequestData, 'certificate'>>(request: T): T => ({
  ...request,
  certificate: request.certificate && { ...CERTIFICATE, ...request.certificate },
});

function asked(plugIn: PlugIn, question: Question): unknown {
  if (question.ask === 'authenticate' && 'authenticate' in plugIn) {
    return plugIn.authenticate({ ...REQUEST, ...withCertificate(question.request) }, question.properties);
  }
  if (question.ask === 'plan' && 'plan' in plugIn) {
    const { parameters, ...request } = withCertificate(question.request);
    return plugIn.plan({
      ...request,
      parameter: (name) => ownMember(parameters, name),
    });
  }
  if (question.ask === 'give' && 'give' in plugIn) return plugIn.give(question.request);
  throw new TypeError('the plug-in is of another kind');
}

async function answer(plugIn: PlugIn, id: number, question: Question) {
  say({ say: 'begun', id });
  try {
    say({ say: 'answered', id, verdict: plainVerdict(await asked(plugIn, question)) });
  } catch (error) {
    say({ say: 'threw', id, message: inWords(error) });
  }
}

function follow(plugIn: PlugIn): void {
  const read = createLineReader(Number.POSITIVE_INFINITY, (line) => {
    const message: ToPlugIn = JSON.parse(line);
    if (message.say === 'alive?') say({ say: 'alive' });
    else void answer(plugIn, message.id, message.question);
  });
  channel.on('data', read);
}

/** What it kept in memory is in doubt after that, as in any program. */
function failing(cause: string): void {
  const end = () => process.exit(1);
  say({ say: 'failing', cause: cause.slice(0, LONGEST_CAUSE) }, end);
  setTimeout(end, LAST_WORDS_MS);
}

/** The contract is types alone, and found wherever the file is; nothing needs to be installed beside it. */
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'countersign/plug-in'
      ? { url: 'data:text/javascript,', shortCircuit: true }
      : next(specifier, context),
});

async function exportOf(path: string): Promise<unknown> {
  const module = await importFile(path);
  return typeof module === 'object' && module !== null ? Reflect.get(module, 'default') : undefined;
}

async function load(path: string): Promise<void> {
  try {
    const exported = await exportOf(path);
    say({ say: 'loaded', plugIn: namesOf(exported) });
    const plugIn = plugInOf(exported);
    if (plugIn) follow(plugIn);
  } catch (error) {
    say({ say: 'not loaded', message: inWords(error) });
  }
}

// The server says when it is over; a terminal and systemd tell both at once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
channel.on('error', () => {}).on('close', () => process.exit(0));
// An end is seen by whoever reads alone.
channel.on('end', () => process.exit(0)).resume();
process.on('uncaughtException', (error, origin) => {
  const what =
    origin === 'unhandledRejection'
      ? 'a promise nobody waited for was rejected'
      : 'it threw where nobody waited';
  failing(`${what}: ${inWords(error, { stack: true })}`);
});
new Worker(`(${watch})(${Number(server)}, ${Number(mostBytes)})`, {
  eval: true,
  resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
}).unref();

// Not awaited: in the executable, which is no module, nothing can be.
void load(file);
