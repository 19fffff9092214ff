import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  APACHE,
  apacheSurround,
  type ConfiguredProxy,
  HAPROXY_HTTP,
  NGINX_HTTP,
} from '../../../packages/server/test/proxies/configured-proxy.ts';
import { programPath, startProgram } from '../../../packages/server/test/proxies/program.ts';

const EXAMPLES = resolve(import.meta.dirname, '..');
/** Where `npm run gate:programs` puts what Debian does not have. */
const PROGRAMS = join(EXAMPLES, '.programs');

/** A proxy as its folder here configures it. */
export type GatedProxy = {
  readonly kind: 'nginx' | 'haproxy' | 'apache' | 'envoy' | 'caddy';
  readonly program: string;
  /** Parts of the program that Debian packages by themselves: the package, and a file of it. */
  readonly modules?: readonly { readonly name: string; readonly files: string }[];
  /** The files of its folder; the first is the one it is started with. */
  readonly files: readonly string[];
  /** The folder that its files name on a server. */
  readonly folder: string;
  /** How the first file says where it listens, and how that is said of a port of this machine. */
  readonly listens: readonly [said: string, here: (port: number) => string];
  /** Lines the program needs here and not on a server: folders it may write to. */
  readonly surround?: ConfiguredProxy['surround'];
  readonly args: ConfiguredProxy['args'];
};

export const GATED_PROXIES: readonly GatedProxy[] = [
  {
    kind: 'nginx',
    program: 'nginx',
    files: ['nginx.conf'],
    folder: '/etc/nginx',
    listens: ['listen 443 ssl;', (port) => `listen 127.0.0.1:${port} ssl;`],
    ...(NGINX_HTTP.surround && { surround: NGINX_HTTP.surround }),
    args: NGINX_HTTP.args,
  },
  {
    kind: 'haproxy',
    program: 'haproxy',
    files: ['haproxy.cfg', 'gate.lua'],
    folder: '/etc/haproxy',
    listens: ['bind :443 ssl', (port) => `bind 127.0.0.1:${port} ssl`],
    args: HAPROXY_HTTP.args,
  },
  {
    kind: 'apache',
    program: 'apache2',
    modules: [
      { name: 'apache2-bin', files: '/usr/lib/apache2/modules/mod_lua.so' },
      { name: 'lua-socket', files: '/usr/share/lua/5.*/socket.lua' },
    ],
    files: ['httpd.conf', 'gate.lua'],
    folder: '/etc/apache2',
    listens: ['<VirtualHost *:443>', (port) => `<VirtualHost 127.0.0.1:${port}>`],
    surround: apacheSurround(['lua', 'ssl', 'proxy', 'proxy_http'], 'api.example.com'),
    args: APACHE.args,
  },
  {
    kind: 'envoy',
    program: 'envoy',
    files: ['envoy.yaml'],
    folder: '/etc/envoy',
    listens: ['address: 0.0.0.0, port_value: 443', (port) => `address: 127.0.0.1, port_value: ${port}`],
    args: (file) => ['-c', file, '--concurrency', '1', '--disable-hot-restart', '--log-level', 'warning'],
  },
  {
    kind: 'caddy',
    program: 'caddy',
    files: ['Caddyfile'],
    folder: '/etc/caddy',
    listens: ['https://api.example.com:443', (port) => `https://api.example.com:${port}`],
    args: (file) => ['run', '--config', file, '--adapter', 'caddyfile'],
  },
];

/** Where the program stands here, of those that `npm run gate:programs` fetched too. */
export function programOf({ program }: GatedProxy): string | undefined {
  const fetched = join(PROGRAMS, program);
  return existsSync(fetched) ? fetched : programPath(program);
}

/** Programs of Debian, which CI installs; the others take minutes, and `npm run gate:check` fetches them. */
const OF_DEBIAN: readonly string[] = ['nginx', 'haproxy', 'apache2'];

/** Why the program cannot be run here, or false. */
export function whyNot(proxy: GatedProxy): string | false {
  const isOfDebian = OF_DEBIAN.includes(proxy.program);
  if (isOfDebian && process.env.CI === 'true') return false;
  const absent = proxy.modules?.find(({ files }) => globSync(files).length === 0);
  if (programOf(proxy) !== undefined) return absent !== undefined && `${absent.name} is not installed`;
  return isOfDebian
    ? `${proxy.program} is not installed`
    : `${proxy.program} is not here: npm run gate:check fetches it`;
}

export type Around = {
  readonly port: number;
  readonly gatePort: number;
  readonly apiPort: number;
  /** Of api.example.com; PEM. */
  readonly certificate: string;
  readonly key: string;
};

/**
 * Runs the program with the files of its folder, in which only ports, addresses and folders are replaced.
 * @returns what ends it
 */
export async function runGatedProxy(proxy: GatedProxy, around: Around): Promise<() => Promise<void>> {
  const program = programOf(proxy);
  if (program === undefined) throw new Error(`${proxy.program} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-gate-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    // Apache's workers are another user where it is started as root, and read the script.
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'tls'));
    writeFileSync(join(folder, 'tls/api.example.com.pem'), around.certificate + around.key, { mode: 0o600 });
    writeFileSync(join(folder, 'tls/api.example.com.key'), around.key, { mode: 0o600 });
    const [first = ''] = proxy.files;
    for (const name of proxy.files) {
      const written = readFileSync(join(EXAMPLES, proxy.kind, name), 'utf8');
      const replacements: readonly (readonly [string, string])[] = [
        ...(name === first ? ([[proxy.listens[0], proxy.listens[1](around.port)]] as const) : []),
        [`${proxy.folder}/`, `${folder}/`],
        ['127.0.0.1:9450', `127.0.0.1:${around.gatePort}`],
        ['address: 127.0.0.1, port_value: 9450', `address: 127.0.0.1, port_value: ${around.gatePort}`],
        ['10.0.0.21:8080', `127.0.0.1:${around.apiPort}`],
        ['address: 10.0.0.21, port_value: 8080', `address: 127.0.0.1, port_value: ${around.apiPort}`],
      ];
      if (name === first && !written.includes(proxy.listens[0])) {
        throw new Error(`${name} does not say ${proxy.listens[0]}`);
      }
      const here = replacements.reduce((text, [said, instead]) => text.replaceAll(said, instead), written);
      writeFileSync(
        join(folder, name),
        name === first ? (proxy.surround?.(here, folder, around.port) ?? here) : here,
      );
    }
    const end = await startProgram(program, proxy.args(join(folder, first), folder), around.port);
    return async () => {
      await end();
      remove();
    };
  } catch (error) {
    remove();
    throw error;
  }
}
