import type { Message } from '../message.ts';
import { common } from './common.ts';
import { component } from './component.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';

/** The English words of the console: those of all areas. */
export const en = {
  ...common,
  ...component,
  ...session,
  ...shell,
} as const;

export type MessageName = keyof typeof en;
/** The words of one language. */
export type Catalogue = Readonly<Record<MessageName, Message>>;
