import type { Place } from '../place.ts';
import { missingProgram, run, type Started, start } from '../program.ts';

export type Environment = Readonly<Record<string, string>>;

/** What a program in Java is started with. */
export type Launch = {
  readonly jar: string;
  /** Options of the JVM, besides the trust store. */
  readonly options?: readonly string[];
  readonly arguments?: readonly string[];
  readonly environment: Environment;
};

/** `java -jar`, with the server's certificate as the JVM's trust store. */
const parametersOf = (place: Place, { jar, options = [], arguments: parameters = [] }: Launch) => [
  // Starts sooner.
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  `-Djavax.net.ssl.trustStore=${place.trustStoreFile}`,
  '-Djavax.net.ssl.trustStorePassword=wso2carbon',
  ...options,
  '-jar',
  jar,
  ...parameters,
];

const callOf = (place: Place, { environment }: Launch) => ({
  cwd: place.folder,
  env: environment,
  signal: place.signal,
});

/** Runs a program to its end; returns its standard output. */
export const runJava = (place: Place, launch: Launch): Promise<string> =>
  run('java', parametersOf(place, launch), callOf(place, launch));

/** Starts an application and waits until it has printed `ready`. */
export const startJava = (place: Place, launch: Launch, ready: RegExp): Promise<Started> =>
  start('java', parametersOf(place, launch), { ...callOf(place, launch), ready });

/** Starts an application, does `work` once it has printed `ready`, and ends it. What it printed is in what is thrown. */
export async function whileServing(
  place: Place,
  launch: Launch,
  ready: RegExp,
  work: () => Promise<void>,
): Promise<void> {
  await using application = await startJava(place, launch, ready);
  try {
    await work();
  } catch (error) {
    const said = application.output().slice(-6000);
    throw new Error(`${error instanceof Error ? error.message : error}\n${said}`, { cause: error });
  }
}

/** What of Java 17 and Maven is not here, in words. */
export async function missingTools(): Promise<string | undefined> {
  const missing =
    (await missingProgram('java', ['-version'])) ??
    (await missingProgram('javac', ['-version'])) ??
    (await missingProgram('mvn'));
  if (missing !== undefined) return missing;
  const version = (await run('javac', ['-version'], { cwd: import.meta.dirname })).trim();
  return Number(/\d+/.exec(version)?.[0]) >= 17 ? undefined : `${version} is here, 17 is needed`;
}

/** Builds the Maven project in a folder. All versions stand in its pom.xml; a second build fetches nothing. */
export async function buildWithMaven(folder: string): Promise<void> {
  await run('mvn', ['--batch-mode', '--quiet', 'package'], { cwd: folder });
}
