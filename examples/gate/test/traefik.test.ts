import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import test from 'node:test';
import { parse } from 'yaml';

const read = (path: string): string => readFileSync(resolve(import.meta.dirname, '..', path), 'utf8');
/** Whatever stands at a path of names, or an error. */
const at = (value: unknown, ...names: readonly string[]): unknown =>
  names.reduce((inner: unknown, name) => {
    assert.ok(typeof inner === 'object' && inner !== null && name in inner, `${name} is missing`);
    return Object.entries(inner).find(([key]) => key === name)?.[1];
  }, value);

/** The headers that the file of nginx hands to the API, which every test run tries. */
const TOLD = Array.from(
  read('nginx/nginx.conf').matchAll(/proxy_set_header (X-Auth-\S+)/g),
  ([, name]) => name,
);

test('the files of Traefik name what they use, ask before they let through, and hand on every header', () => {
  const dynamic: unknown = parse(read('traefik/dynamic.yaml'));
  const order = at(dynamic, 'http', 'routers', 'api', 'middlewares');
  assert.deepEqual(order, ['certificate', 'gate', 'bare']);
  assert.deepEqual(Object.keys(Object(at(dynamic, 'http', 'middlewares'))), order);
  assert.ok(at(dynamic, 'http', 'services', String(at(dynamic, 'http', 'routers', 'api', 'service'))));
  const entryPoints: unknown = at(parse(read('traefik/static.yaml')), 'entryPoints');
  assert.deepEqual(at(dynamic, 'http', 'routers', 'api', 'entryPoints'), Object.keys(Object(entryPoints)));
  const gate = at(dynamic, 'http', 'middlewares', 'gate', 'forwardAuth');
  assert.equal(at(gate, 'trustForwardHeader'), false);
  assert.deepEqual(at(gate, 'authResponseHeaders'), TOLD);
  assert.equal(TOLD.length, 9);
  const asked = at(gate, 'authRequestHeaders');
  assert.deepEqual(asked, ['Authorization', 'DPoP', 'X-Forwarded-Tls-Client-Cert']);
  assert.deepEqual(
    Object.keys(Object(at(dynamic, 'http', 'middlewares', 'bare', 'headers', 'customRequestHeaders'))),
    asked,
  );
});

test('the file of Caddy hands on the same headers', () => {
  assert.deepEqual(/copy_headers (.*)/.exec(read('caddy/Caddyfile'))?.[1]?.split(' '), TOLD);
});
