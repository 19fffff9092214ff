import { createHash } from 'node:crypto';
import { ownText } from '../../own-files.ts';
import type { Endpoint } from '../endpoint.ts';
import { type Branding, brandingRules, readLogo } from './branding.ts';
import type { PageScript } from './content-security-policy.ts';

/** The stylesheet, scripts and logo of the pages. */
export type PageAssets = {
  readonly endpoint: Endpoint;
  /** Where browsers find them; what they keep of an earlier version has another URL. */
  styleUrl(): string;
  scriptUrl(script: PageScript): string;
  readonly logoUrl: string;
};

const FOLDER = '/oauth2/pages';
const asset = (name: string) => ownText(`endpoint/page/assets/${name}`);

const versionOf = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 10);

/**
 * @param path see `Pages.path`
 * @param branding asked every time, so that a reload counts at once
 */
export function createPageAssets(path: (path: string) => string, branding: () => Branding): PageAssets {
  const style = asset('style.css');
  const scripts: Readonly<Record<PageScript, string>> = {
    passkey: asset('passkey.js'),
    'recovery-codes': asset('recovery-codes.js'),
  };
  const stylesheet = () => brandingRules(branding()) + style;
  return {
    styleUrl: () => path(`${FOLDER}/style.css?v=${versionOf(stylesheet())}`),
    scriptUrl: (script) => path(`${FOLDER}/${script}.js?v=${versionOf(scripts[script])}`),
    logoUrl: path(`${FOLDER}/logo`),
    endpoint: {
      metadata: {},
      register(app) {
        const cached = { 'cache-control': 'public, max-age=3600', 'x-content-type-options': 'nosniff' };
        app.get(`${FOLDER}/style.css`, async (_request, reply) =>
          reply.headers(cached).type('text/css; charset=utf-8').send(stylesheet()),
        );
        for (const [name, script] of Object.entries(scripts)) {
          app.get(`${FOLDER}/${name}.js`, async (_request, reply) =>
            reply.headers(cached).type('text/javascript; charset=utf-8').send(script),
          );
        }
        app.get(`${FOLDER}/logo`, async (_request, reply) => {
          const logo = await readLogo(branding());
          if (!logo) return reply.code(404).type('text/plain').send('no logo');
          return reply
            .headers({ ...cached, 'cache-control': 'public, max-age=60' })
            .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
            .type(logo.type)
            .send(logo.body);
        });
      },
    },
  };
}
