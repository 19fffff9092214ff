/** What `countersign serve` is made of, in one piece to load. */
export { CLOSE_DEADLINE_MS } from '../transport/closing-door.ts';
export { awaitStorage } from './await-storage.ts';
export { endingBySignals } from './ending.ts';
export { createFrontage } from './frontage.ts';
export { guardProcess } from './guard-process.ts';
export { startServer } from './start-server.ts';
