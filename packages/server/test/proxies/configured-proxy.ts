import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { freePort } from '../free-port.ts';
import { programPath, startProgram } from './program.ts';
import type { TestCertificate } from './test-certificate.ts';

const DOCUMENTED = resolve(import.meta.dirname, '../../../../docs/load-balancers');

/** One documented configuration file and how its program is run. */
export type ConfiguredProxy = {
  readonly name: string;
  readonly program: string;
  /** A part of the program that Debian packages by itself: the package and a file of it. */
  readonly module?: { readonly name: string; readonly file: string };
  /** The file in docs/load-balancers. */
  readonly file: string;
  /** Where the file expects its keys and certificates. */
  readonly tlsFolder?: string;
  /** The file's own spelling of the address it listens on. */
  readonly listens: string;
  /** Lines the program needs here and not on a server: folders it may write to. */
  readonly surround?: (configuration: string, folder: string, port: number) => string;
  readonly args: (file: string, folder: string) => readonly string[];
};

const nginxArgs = (file: string, folder: string) => [
  ...['-e', 'stderr', '-c', file],
  ...['-g', `daemon off; master_process off; error_log stderr notice; pid ${folder}/nginx.pid;`],
];

export const NGINX_STREAM: ConfiguredProxy = {
  name: 'nginx, TLS passed through',
  program: 'nginx',
  module: { name: 'libnginx-mod-stream', file: '/usr/lib/nginx/modules/ngx_stream_module.so' },
  file: 'nginx-stream.conf',
  listens: 'listen 443;',
  args: nginxArgs,
};

export const NGINX_HTTP: ConfiguredProxy = {
  name: 'nginx, TLS ended',
  program: 'nginx',
  file: 'nginx-http.conf',
  tlsFolder: '/etc/nginx/tls',
  listens: 'listen 443 ssl;',
  surround: (configuration, folder) => {
    const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const paths = kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
    return configuration.replace('http {', `http { access_log off; ${paths}`);
  },
  args: nginxArgs,
};

const haproxyArgs = (file: string) => ['-db', '-f', file];

export const HAPROXY_TCP: ConfiguredProxy = {
  name: 'HAProxy, TLS passed through',
  program: 'haproxy',
  file: 'haproxy-tcp.cfg',
  tlsFolder: '/etc/haproxy/tls',
  listens: 'bind :443',
  args: haproxyArgs,
};

export const HAPROXY_HTTP: ConfiguredProxy = {
  name: 'HAProxy, TLS ended',
  program: 'haproxy',
  file: 'haproxy-http.cfg',
  tlsFolder: '/etc/haproxy/tls',
  listens: 'bind :443 ssl',
  args: haproxyArgs,
};

const APACHE_MODULES = '/usr/lib/apache2/modules';

/**
 * What Apache needs around a site's file, which is all that the documented files hold.
 * @param modules beside those without which it serves nothing
 */
export const apacheSurround =
  (modules: readonly string[], serverName: string): NonNullable<ConfiguredProxy['surround']> =>
  (configuration, folder, port) =>
    [
      `ServerRoot ${folder}`,
      `DefaultRuntimeDir ${folder}`,
      `PidFile ${folder}/httpd.pid`,
      `ErrorLog ${folder}/error.log`,
      `ServerName ${serverName}`,
      ...['mpm_event', 'authz_core', ...modules].map(
        (name) => `LoadModule ${name}_module ${APACHE_MODULES}/mod_${name}.so`,
      ),
      ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
      `Listen 127.0.0.1:${port}`,
      configuration,
    ].join('\n');

export const APACHE: ConfiguredProxy = {
  name: 'Apache, TLS ended',
  program: 'apache2',
  file: 'apache.conf',
  tlsFolder: '/etc/apache2/tls',
  listens: '<VirtualHost *:443>',
  surround: apacheSurround(['ssl', 'headers', 'proxy', 'proxy_http'], 'login.example.com'),
  args: (file) => ['-X', '-f', file],
};

/** The file as it stands in the documentation. */
export const documentedFile = ({ file }: ConfiguredProxy): string =>
  readFileSync(join(DOCUMENTED, file), 'utf8');

/** Why the program cannot be run here, or false. With CI=true nothing is skipped. */
export function whyNoProxy({ program, module }: ConfiguredProxy): string | false {
  if (process.env.CI === 'true') return false;
  if (programPath(program) === undefined) return `${program} is not installed`;
  return module !== undefined && !existsSync(module.file) ? `${module.name} is not installed` : false;
}

/** The keys and certificates the documented files name: the server's, and the one a proxy presents to it. */
export type ProxyCertificates = { readonly server: TestCertificate; readonly proxy: TestCertificate };

/** The documented file before these servers: each line that names the second is repeated for those after it. */
function withBackends(documented: string, [first, ...others]: readonly number[]): string {
  const another = (line: string) =>
    others
      .map((port, index) =>
        line
          .replace('10.0.0.12:9443', `127.0.0.1:${port}`)
          .replace(/\btwo\b/, index === 0 ? 'two' : `another-${index}`),
      )
      .join('');
  return documented
    .replaceAll('10.0.0.11:9443', `127.0.0.1:${first}`)
    .replace(/^.*10\.0\.0\.12:.*\n/gm, another);
}

/**
 * Runs the program with its documented file, in which only ports, addresses and folders are replaced.
 * @param backends the ports of the servers behind it
 * @param port on which it listens
 * @returns what ends it
 */
export async function runProxy(
  proxy: ConfiguredProxy,
  port: number,
  backends: readonly number[],
  { server, proxy: own }: ProxyCertificates,
): Promise<() => Promise<void>> {
  const program = programPath(proxy.program);
  if (program === undefined) throw new Error(`${proxy.program} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-proxy-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    mkdirSync(join(folder, 'tls'));
    const files = {
      'login.example.com.pem': server.pem + server.keyPem,
      'login.example.com.key': server.keyPem,
      'countersign.pem': server.pem,
      'proxy.pem': own.pem + own.keyPem,
      'proxy.key': own.keyPem,
    };
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, 'tls', name), content, { mode: 0o600 });
    }
    const replacements = [
      [proxy.listens, proxy.listens.replace(/\*?:?443/, `127.0.0.1:${port}`)],
      ...(proxy.tlsFolder === undefined ? [] : [[proxy.tlsFolder, join(folder, 'tls')] as const]),
    ] as const;
    const documented = documentedFile(proxy);
    if (!documented.includes('10.0.0.11:9443')) throw new Error(`${proxy.file} has no "10.0.0.11:9443"`);
    let configuration = withBackends(documented, backends);
    for (const [said, here] of replacements) {
      if (!configuration.includes(said)) throw new Error(`${proxy.file} has no "${said}"`);
      configuration = configuration.replaceAll(said, here);
    }
    const file = join(folder, proxy.file);
    writeFileSync(file, proxy.surround?.(configuration, folder, port) ?? configuration);
    const end = await startProgram(program, proxy.args(file, folder), port);
    return async () => {
      await end();
      remove();
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * Runs the program for a test, in front of `backend`. Skips with a printed reason when the program is missing, and fails
 * instead when CI is set.
 * @returns the port clients connect to, or `undefined` when skipped
 */
export async function startProxy(
  context: TestContext,
  proxy: ConfiguredProxy,
  backend: number,
  certificates: ProxyCertificates,
): Promise<number | undefined> {
  const reason = whyNoProxy(proxy);
  if (reason !== false) {
    context.skip(reason);
    return undefined;
  }
  const port = await freePort();
  context.after(await runProxy(proxy, port, [backend], certificates));
  return port;
}
