import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { ownMember } from '../own-member.ts';
import { CONSOLE_PATH } from './console-client.ts';

/** Gives the files that a build made, by their path; throws where there was none. */
type Built = () => Promise<ReadonlyMap<string, Buffer>>;

type File = { readonly type: string; readonly body: Buffer; readonly gzipped: Buffer };

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Nothing but its own files and this server's endpoints; no inline code, no frames, no forms, no eval. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const CHUNK = 16_384;

/** Below them are files alone, and no places within the app. */
const FOLDERS = ['assets/', 'help/'] as const;

const compress = promisify(gzip);

/** @param base the path of the issuer */
async function asSent(built: Built, base: string): Promise<ReadonlyMap<string, File>> {
  const files = Array.from(await built(), async ([path, content]): Promise<[string, File]> => {
    const body = extname(path) === '.html' ? pageBelow(base, content) : content;
    const type = ownMember(TYPES, extname(path)) ?? 'application/octet-stream';
    return [path, { type, body, gzipped: await compress(body) }];
  });
  return new Map(await Promise.all(files));
}

/** In pieces, so that whoever does not read holds one of them and not the whole. */
function* chunksOf(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += CHUNK) yield content.subarray(at, at + CHUNK);
}

function send(request: FastifyRequest, reply: FastifyReply, { type, body, gzipped }: File, caching: string) {
  const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const content = zipped ? gzipped : body;
  return reply
    .headers({ ...HEADERS, 'cache-control': caching, vary: 'accept-encoding' })
    .type(type)
    .headers(zipped ? { 'content-encoding': 'gzip' } : {})
    .header('content-length', content.length)
    .send(Readable.from(chunksOf(content)));
}

/** `="./` of what the page loads, and the place for the path of the issuer, as the build leaves them. */
const LOADED = /="\.\//g;
const PLACE = 'data-base=""';

/** The page with the path of the issuer in it. */
function pageBelow(base: string, page: Buffer): Buffer {
  const attribute = base.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const text = page
    .toString()
    .replace(PLACE, () => `data-base="${attribute}"`)
    .replaceAll(LOADED, () => `="${attribute}${CONSOLE_PATH}/`);
  return Buffer.from(text);
}

/**
 * `/console`: the built single-page app. Files whose names carry a hash are cached for good, everything else is
 * asked for again; a path without a file is a place within the app. WSO2's `/carbon` leads there.
 * @param built asked when it is first asked for
 * @param issuer its path, if any, is where browsers find the console
 */
export function consoleEndpoint(built: Built, issuer: string): Endpoint {
  const base = new URL(issuer).pathname.replace(/\/$/, '');
  let reading: Promise<ReadonlyMap<string, File>> | undefined;
  const files = async () => {
    reading ??= asSent(built, base);
    try {
      return await reading;
    } catch {
      // Not built yet; it may be by the next request.
      reading = undefined;
      return new Map<string, File>();
    }
  };

  const answer = async (request: FastifyRequest, reply: FastifyReply, path: string) => {
    const known = await files();
    const file = known.get(path);
    if (file && path !== 'index.html') {
      const hashed = path.startsWith('assets/');
      return send(request, reply, file, hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    }
    const index = known.get('index.html');
    if (!index || FOLDERS.some((folder) => path.startsWith(folder))) {
      return reply
        .code(index ? 404 : 503)
        .headers({ ...HEADERS, 'cache-control': 'no-store' })
        .type('text/plain; charset=utf-8')
        .send(
          index
            ? 'There is no such file.\n'
            : 'The console is not built. Run: npm run build --workspace packages/console\n',
        );
    }
    return send(request, reply, index, 'no-cache');
  };

  return {
    metadata: {},
    register(app) {
      app.get(CONSOLE_PATH, (request, reply) => answer(request, reply, 'index.html'));
      app.get<{ Params: { '*': string } }>(`${CONSOLE_PATH}/*`, (request, reply) =>
        answer(request, reply, request.params['*']),
      );
      for (const elsewhere of ['/carbon', '/carbon/*']) {
        app.get(elsewhere, (_request, reply) => reply.redirect(`${base}${CONSOLE_PATH}`, 302));
      }
    },
  };
}
