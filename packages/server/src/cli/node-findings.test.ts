import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeReport } from '../storage/node-report.ts';
import { differenceFindings } from './node-findings.ts';

const NOW = Date.UTC(2026, 0, 2, 12);

const report = (node: string, changes: Partial<NodeReport> = {}): NodeReport => ({
  node,
  host: node,
  home: '/home',
  version: '1.2.3',
  started_at: NOW - 1000,
  seen_at: NOW - 1000,
  files: { 'server.base_url of deployment.toml': 'same', 'plug-in a.mjs': 'same' },
  extra: [],
  ...changes,
});

const told = (own: NodeReport, ...others: readonly NodeReport[]) =>
  differenceFindings(own, others, NOW)
    .filter(({ outcome }) => outcome !== 'ok')
    .map(({ code, outcome, detail }) => `${outcome} ${code} ${detail}`);

test('nodes that are alike are no finding', () => {
  assert.deepEqual(told(report('a'), report('b'), report('c')), []);
});

test('what differs is told with the nodes, an issuer as a failure', () => {
  const base = { 'server.base_url of deployment.toml': 'another', 'plug-in a.mjs': 'same' };
  assert.match(
    told(report('a'), report('b', { files: base }))[0] ?? '',
    /^failed node_issuer_differs .*a: same; b: another/,
  );
  const plugIn = { 'server.base_url of deployment.toml': 'same', 'plug-in a.mjs': 'x' };
  assert.match(
    told(report('a'), report('b', { files: plugIn }))[0] ?? '',
    /^warning node_differs plug-in a\.mjs/,
  );
  const port = (hash: string) => ({ files: { 'server.port of deployment.toml': hash } });
  assert.match(
    told(report('a', port('1')), report('b', port('2')))[0] ?? '',
    /^failed node_issuer_differs server\.port/,
  );
  const behind = (hash: string) => ({
    files: { 'server.base_url of deployment.toml': 'same', 'server.port of deployment.toml': hash },
  });
  assert.match(
    told(report('a', behind('1')), report('b', behind('2')))[0] ?? '',
    /^warning node_differs server\.port/,
  );
});

test('other versions are told of, and nodes that fell silent, which differ in nothing any more', () => {
  assert.deepEqual(told(report('a'), report('b', { version: '1.3.0' })), [
    'warning node_version_differs nodes run different versions: 1.2.3 on a; 1.3.0 on b',
  ]);
  const silent = report('b', { seen_at: NOW - 60_000, version: '1.3.0', files: {} });
  assert.match(
    told(report('a'), silent).join('\n'),
    /^warning node_silent b has said nothing since 2026-01-02T11:59/,
  );
  assert.equal(told(report('a'), silent).length, 1);
});
