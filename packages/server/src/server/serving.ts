/** What `countersign serve` is made of, in one piece to load. */
export { CLOSE_DEADLINE_MS } from '../transport/closing-door.ts';
export { awaitStorage } from './await-storage.ts';
export { endingBySignals } from './ending.ts';
export { createSingleProcess } from './front.ts';
export { guardProcess } from './guard-process.ts';
export { watchParent } from './parent-watch.ts';
export { runWorker } from './run-worker.ts';
export { createServiceNotices } from './service-notices.ts';
export { createWorkers } from './start-workers.ts';
