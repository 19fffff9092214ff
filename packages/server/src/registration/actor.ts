export type { Actor } from '../event/actor.ts';
