import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { Claims } from './used-identifiers.ts';

const database = new DatabaseSync(String(workerData));
database.exec(`pragma journal_mode = wal; pragma synchronous = full;
  create table if not exists used (jti text primary key, exp integer not null) strict, without rowid;`);
const insert = database.prepare('insert into used (jti, exp) values (?, ?) on conflict do nothing');
const begin = database.prepare('begin immediate');
const commit = database.prepare('commit');

parentPort?.on('message', (claims: readonly Claims[]) => {
  begin.run();
  const fresh = claims.filter(({ jti, exp }) => Number(insert.run(jti, exp).changes) === 1);
  commit.run();
  parentPort?.postMessage(fresh.map(({ jti }) => jti));
});
