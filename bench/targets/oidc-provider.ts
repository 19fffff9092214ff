import { fileURLToPath } from 'node:url';
import type { Target } from './target.ts';

const PROCESS = fileURLToPath(new URL('oidc-provider-process.ts', import.meta.url));

/** oidc-provider set up for the same work, in memory. */
export const oidcProvider: Target = {
  name: 'oidc-provider',
  answers: 'bound-token',
  path: '/token',
  async prepare({ folder }, port) {
    return { script: [PROCESS, folder, String(port)], client_id: 'bench' };
  },
};
