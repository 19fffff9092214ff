#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const fileOf = (path) => fileURLToPath(new URL(path, import.meta.url));

// The clone has the sources, which Node.js runs as they are, and what `npm install` compiled of them; an installed package
// has a bundle alone. While the published form is being made both are there, and then the sources count.
const source = fileOf('../src/main.ts');
const isClone = existsSync(source);

async function mainFile() {
  if (!isClone) return fileOf('../dist/main.js');
  const { compiledMain } = await import('../../../tools/compiled-clone.mjs');
  return compiledMain(fileOf('../../..')) ?? source;
}

/** The Node.js that the clone depends on; an installed package brings none. */
function nodeOfWorkspace() {
  try {
    return module.createRequire(import.meta.url).resolve('node/bin/node');
  } catch {
    return undefined;
  }
}

if (Number(process.versions.node.split('.')[0]) >= 24) {
  // Compiling takes longer than most commands do; what came of it is kept for the next, in the clone's own folder alone:
  // in one that others write to they could leave code. Where it cannot be written to, nothing is kept.
  if (isClone) module.enableCompileCache(fileOf('../../../node_modules/.cache/countersign'));
  await import(pathToFileURL(await mainFile()).href);
} else {
  const node = nodeOfWorkspace();
  if (node === undefined) {
    process.stderr.write(`Countersign needs Node.js 24 or later; this is ${process.version}.
Install it from https://nodejs.org or with a version manager (nvm install 24), and start again; or take the
executable of a release, which needs no Node.js.
`);
    process.exitCode = 1;
  } else {
    // An older Node.js found this first; the one the workspace depends on runs it.
    const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
      stdio: 'inherit',
      // A server ends when this process is killed without being able to say so.
      env: { ...process.env, COUNTERSIGN_LAUNCHER: String(process.pid) },
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'])
      process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal ? 1 : 0);
    });
  }
}
