import { join, resolve } from 'node:path';
import { buildWithMaven, missingTools, startJava } from '../../../interop/java/jvm.ts';
import { missingProgram, run, type Started, start } from '../../../interop/program.ts';
import { freePort } from '../../../packages/server/test/free-port.ts';
import { PROXY, type RunningApi } from './binding-rules.ts';
import { AUDIENCE, type OrdersIssuer } from './orders-issuer.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** What a registry that cannot be reached makes the build tools say. */
const OUT_OF_REACH =
  /could not transfer artifact|non-resolvable parent|unknown host|no such host|dial tcp|failed to establish a new connection|no matching distribution|name or service not known|temporary failure in name resolution/i;

/** A program of one of the folders. */
export type ExampleProgram = {
  readonly name: string;
  /** What of the toolchain is not here, in words. */
  missing(): Promise<string | undefined>;
  build(): Promise<void>;
  start(issuer: OrdersIssuer): Promise<Started & RunningApi>;
};

/**
 * Builds a program.
 * @returns why it cannot be built on this machine: no toolchain, or no registry
 * @throws Error when it is the program's own fault
 */
export async function built({ missing, build, name }: ExampleProgram): Promise<string | undefined> {
  const without = await missing();
  if (without !== undefined) return without;
  try {
    await build();
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (!OUT_OF_REACH.test(said)) throw error;
    return `what ${name} needs cannot be fetched:\n${said.slice(0, 500)}`;
  }
}

const common = async ({ place, api }: OrdersIssuer) => ({
  PORT: String(await freePort()),
  ISSUER: place.issuer,
  AUDIENCE,
  API_CERTIFICATE: api.certificateFile,
  API_KEY: api.keyFile,
  PROXY,
});

const GO = join(ROOT, 'go');
const GO_BINARY = join(GO, 'bin/orders');

export const go: ExampleProgram = {
  name: 'Go with net/http and go-oidc',
  missing: () => missingProgram('go', ['version']),
  async build() {
    const env = { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' };
    await run('go', ['build', '-o', GO_BINARY, '.'], { cwd: GO, env });
    await run('go', ['vet', '.'], { cwd: GO, env });
  },
  async start(issuer) {
    const env = { ...(await common(issuer)), SSL_CERT_FILE: issuer.place.serverCertificateFile };
    const origin = `https://localhost:${env.PORT}`;
    const started = await start(GO_BINARY, [], { cwd: GO, env, ready: /^.*listening/m });
    return { ...started, url: `${origin}/orders`, takesEveryCertificate: true, leeway: 0, proxy: true };
  },
};

const PYTHON = join(ROOT, 'python');
const INTERPRETER = join(PYTHON, '.venv/bin/python');
const MODULES = 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))';

/** @param program which of the folder */
async function startPython(issuer: OrdersIssuer, program: string): Promise<Started & RunningApi> {
  const env = {
    ...(await common(issuer)),
    CLIENT_CERTIFICATES: issuer.clientCertificatesFile,
    SSL_CERT_FILE: issuer.place.serverCertificateFile,
  };
  const started = await start(INTERPRETER, [program], { cwd: PYTHON, env, ready: /running on https/i });
  const url = `https://localhost:${env.PORT}/orders`;
  return { ...started, url, takesEveryCertificate: false, leeway: 0, proxy: true };
}

/** A program, and the same set up so that it takes stolen tokens. */
export type WithTrap = ExampleProgram & {
  startTrap(issuer: OrdersIssuer): Promise<Started & RunningApi>;
};

export const python: WithTrap = {
  name: 'Python with FastAPI and Authlib',
  missing: () => missingProgram('python3', ['-c', MODULES]),
  async build() {
    const call = { cwd: PYTHON };
    await run('python3', ['-m', 'venv', '.venv'], call);
    await run(INTERPRETER, ['-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt'], call);
  },
  start: (issuer) => startPython(issuer, 'orders.py'),
  startTrap: (issuer) => startPython(issuer, 'trap.py'),
};

const SPRING_STARTED = /: Started \w+ in /;

/** The program for Spring, built for one of its generations, and the traps beside it. */
export type SpringProgram = ExampleProgram & {
  /** Starts what tutorials have; the paths are `/tutorial`, `/recipe` and `/opaque`. */
  startTraps(issuer: OrdersIssuer): Promise<Started & { readonly origin: string }>;
};

function spring(name: string, folder: string, jar: string): SpringProgram {
  const launch = async (issuer: OrdersIssuer, main: string) => {
    const { PORT, ...environment } = await common(issuer);
    const started = await startJava(
      issuer.place,
      {
        jar: join(folder, 'target', jar),
        options: [`-Dloader.main=${main}`],
        environment: {
          ...environment,
          SERVER_PORT: PORT,
          CLIENT_CERTIFICATES: issuer.clientCertificatesFile,
          CLIENT_ID: issuer.clientId,
          INTROSPECTION_CLIENT_ID: issuer.introspector.clientId,
          INTROSPECTION_CLIENT_SECRET: issuer.introspector.clientSecret,
        },
      },
      SPRING_STARTED,
    );
    return { ...started, origin: `https://localhost:${PORT}` };
  };
  return {
    name,
    missing: missingTools,
    build: () => buildWithMaven(folder),
    async start(issuer) {
      const { origin, ...started } = await launch(issuer, 'orders.OrdersApplication');
      return { ...started, url: `${origin}/orders`, takesEveryCertificate: false, leeway: 60, proxy: true };
    },
    startTraps: (issuer) => launch(issuer, 'traps.TrapsApplication'),
  };
}

const SPRING = join(ROOT, 'java/spring');

export const SPRING_PROGRAMS: readonly SpringProgram[] = [
  spring('Spring Security 7, Spring Boot 4', SPRING, 'orders-spring-boot-4-0.jar'),
  spring('Spring Security 6, Spring Boot 3', join(SPRING, 'boot-3'), 'orders-spring-boot-3-0.jar'),
];

const QUARKUS = join(ROOT, 'java/quarkus');

/** @param binding the switch; left as the program has it when absent */
async function startQuarkus(issuer: OrdersIssuer, binding?: 'false'): Promise<Started & RunningApi> {
  const { PORT, ...environment } = await common(issuer);
  const launch = {
    jar: join(QUARKUS, 'target/quarkus-app/quarkus-run.jar'),
    environment: {
      ...environment,
      QUARKUS_HTTP_SSL_PORT: PORT,
      CLIENT_CERTIFICATES: issuer.clientCertificatesFile,
      ...(binding && { QUARKUS_OIDC_TOKEN_BINDING_CERTIFICATE: binding }),
    },
  };
  const started = await startJava(issuer.place, launch, /Listening on: /);
  const url = `https://localhost:${PORT}/orders`;
  return { ...started, url, takesEveryCertificate: false, leeway: 0, proxy: false };
}

/** The program for Quarkus, and the same with its switch off. */
export const quarkus: WithTrap = {
  name: 'Quarkus',
  missing: missingTools,
  build: () => buildWithMaven(QUARKUS),
  start: (issuer) => startQuarkus(issuer),
  startTrap: (issuer) => startQuarkus(issuer, 'false'),
};
