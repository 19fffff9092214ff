import assert from 'node:assert/strict';
import test from 'node:test';
import { parseDeployment } from './deployment.ts';
import { CHANGES } from './deployment-schema.ts';
import { deploymentTemplate } from './deployment-template.ts';
import { isTable } from './references.ts';
import { type LiveSettings, type StartSettings, settingsOf } from './settings.ts';
import type { Table } from './toml-source.ts';

/** A deployment in which every key has a value, those without a default too. */
const COMPLETE = parseDeployment(
  deploymentTemplate({ hostname: 'localhost', port: 9443 })
    .replaceAll(/^# (\[|[a-z_A-Z0-9]+ = )/gm, '$1')
    .replace('type = "sqlite"', 'type = "postgres"')
    .replace('tls = "off"', 'tls = "verify"')
    // The other way to name the server's key.
    .replace('file_name = "wso2carbon.jks"\n', ''),
  {
    file: 'deployment.toml',
    home: '/home',
    environment: {
      COUNTERSIGN_ADMIN_PASSWORD: 'a',
      DATABASE_PASSWORD: 'b',
      COUNTERSIGN_WEBHOOK_SECRET: 'd'.repeat(24),
      COUNTERSIGN_PREVIOUS_WEBHOOK_SECRET: 'e'.repeat(24),
      KEY_PASSWORD: 'c',
      COUNTERSIGN_ENCRYPTION_KEY: '0f'.repeat(32),
    },
    encryptionKeyFile: undefined,
  },
);

const names = (table: Table, path: readonly string[]): boolean => {
  const [name = '', ...rest] = path;
  if (!Object.hasOwn(table, name)) return false;
  const value = table[name];
  return rest.length === 0 || (isTable(value) && names(value, rest));
};

test('every key stands on the side that its note says, and on no other', () => {
  const { atStart, live } = settingsOf(COMPLETE);
  for (const { path, reload } of CHANGES) {
    assert.deepEqual(
      [names(atStart, path), names(live, path)],
      [reload === 'restart', reload === 'live'],
      path.join('.'),
    );
  }
});

/** Both sides in one; a value that stands on both counts once. */
function united(one: unknown, other: unknown): unknown {
  if (!isTable(one) || !isTable(other)) return one ?? other;
  return Object.fromEntries(
    [...Object.keys(one), ...Object.keys(other)].map((name) => [name, united(one[name], other[name])]),
  );
}

test('nothing is lost or changed on the way to the two sides', () => {
  const { atStart, live } = settingsOf(COMPLETE);
  assert.deepEqual(united(atStart, live), COMPLETE);
});

test('a key of the other side is an error of types', () => {
  const { atStart, live }: { atStart: StartSettings; live: LiveSettings } = settingsOf(COMPLETE);
  const absent: readonly unknown[] = [
    // @ts-expect-error a live section
    atStart.sign_in,
    // @ts-expect-error a live key beside keys of the start
    atStart.logging.level,
    // @ts-expect-error a live key of a section whose other keys are of the start
    atStart.console.session_lifetime,
    // @ts-expect-error a section of the start
    live.server,
    // @ts-expect-error a key of the start beside live keys
    live.oauth.signing_algorithm,
    // @ts-expect-error a key of the start deep in a live section
    live.transport.proxy.proxy_protocol,
  ];
  assert.deepEqual(
    absent,
    absent.map(() => undefined),
  );
});
