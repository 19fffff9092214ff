import { fileURLToPath } from 'node:url';
import type { Target } from './target.ts';

const PROCESS = fileURLToPath(new URL('bare-process.ts', import.meta.url));

const bareServer = (name: string, answers: Target['answers'], flags: readonly string[]): Target => ({
  name,
  answers,
  path: '/token',
  async prepare({ folder, clientThumbprint }, port) {
    return {
      script: [PROCESS, folder, String(port), clientThumbprint, ...flags],
      client_id: 'bench',
    };
  },
});

/** `node:https` that answers a fixed body: what TLS and HTTP alone cost. */
export const bare = bareServer('bare', 'fixed-body', []);

/** The same with one ES256 JWT a request: the least a server that issues JWTs can cost. */
export const bareAndSign = bareServer('bare+sign', 'bound-token', ['--sign']);
