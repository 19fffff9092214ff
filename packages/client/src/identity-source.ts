import { setTimeout as pause } from 'node:timers/promises';
import type { TellEvent } from './client-event.ts';
import { type CredentialFiles, credentialsOf, readCredentialFiles } from './credential-files.ts';
import { type Identity, identityOf } from './identity.ts';
import { TokenUnavailable } from './token-unavailable.ts';

/** The newest credentials that can be used, as the files of a client are renewed. */
export type IdentitySource = {
  newest(): Promise<Identity>;
  /** What is wrong with the files now, when what was read before goes on. */
  problem(): string | undefined;
  readonly held: Identity;
  /** Looks no more, and ends all connections: gracefully within the milliseconds, then at once. */
  close(within: number): Promise<void>;
};

export type IdentitySourceOptions = {
  readonly files: CredentialFiles;
  /** Milliseconds. */
  readonly lookEvery: number;
  readonly clock: () => number;
  readonly tell: TellEvent;
};

/** Files that are renewed one after the other do not fit together meanwhile. */
const SETTLES_WITHIN_MS = 1_000;
const UNSETTLED_LOOK_MS = 100;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function firstCredentials({ files, clock }: IdentitySourceOptions) {
  const until = performance.now() + SETTLES_WITHIN_MS;
  for (;;) {
    try {
      const contents = await readCredentialFiles(files);
      return { digest: contents.digest, credentials: credentialsOf(files, contents, clock()) };
    } catch (error) {
      if (performance.now() > until) {
        throw new TokenUnavailable('certificate_unusable', messageOf(error), { cause: error });
      }
      await pause(UNSETTLED_LOOK_MS);
    }
  }
}

/**
 * Reads the files, waiting up to a second for them to fit together, and goes on looking at them.
 * @throws TokenUnavailable with `certificate_unusable`
 */
export async function identitySource(options: IdentitySourceOptions): Promise<IdentitySource> {
  const { files, lookEvery, clock, tell } = options;
  const alive = new Set<Identity>();
  const make = (credentials: Parameters<typeof identityOf>[0]): Identity => {
    const identity = identityOf(credentials, (ended) => alive.delete(ended));
    alive.add(identity);
    return identity;
  };

  const first = await firstCredentials(options);
  let digest = first.digest;
  let held = make(first.credentials);
  let release = held.hold();
  let problem: { readonly message: string; readonly since: number; isTold: boolean } | undefined;
  let lookedAt = clock();
  let underWay: Promise<void> | undefined;
  let isClosed = false;
  const loaded = (replaced: string | undefined) => {
    const { thumbprint, notAfter } = held;
    tell({ type: 'certificate_loaded', thumbprint, notAfter, replaced });
  };
  loaded(undefined);

  const reject = (message: string) => {
    if (problem?.message !== message) {
      problem = { message, since: problem?.since ?? performance.now(), isTold: false };
    }
    if (problem.isTold || performance.now() - problem.since < SETTLES_WITHIN_MS) return;
    problem.isTold = true;
    tell({ type: 'certificate_rejected', because: message, kept: held.thumbprint });
  };

  const read = async () => {
    try {
      const contents = await readCredentialFiles(files);
      if (contents.digest !== digest) {
        const credentials = credentialsOf(files, contents, clock());
        if (isClosed) return;
        const next = make(credentials);
        const [replaced, releaseReplaced] = [held.thumbprint, release];
        [held, release, digest] = [next, next.hold(), contents.digest];
        releaseReplaced();
        loaded(replaced);
      }
      problem = undefined;
    } catch (error) {
      reject(messageOf(error));
    }
  };
  const look = (): Promise<void> => {
    underWay ??= read().finally(() => {
      underWay = undefined;
      lookedAt = clock();
      schedule();
    });
    return underWay;
  };
  let timer: NodeJS.Timeout | undefined;
  const schedule = () => {
    clearTimeout(timer);
    if (isClosed) return;
    const isUnsettled = problem !== undefined && !problem.isTold;
    timer = setTimeout(look, isUnsettled ? UNSETTLED_LOOK_MS : lookEvery).unref();
  };
  schedule();

  return {
    async newest() {
      // The machine slept, or the process was stopped: what is known may be long out of date.
      if (Math.abs(clock() - lookedAt) > 2 * lookEvery + 1_000) await look();
      return held;
    },
    problem: () => problem?.message,
    get held() {
      return held;
    },
    async close(within) {
      isClosed = true;
      clearTimeout(timer);
      await Promise.all(Array.from(alive, (identity) => identity.end(within)));
      alive.clear();
    },
  };
}
