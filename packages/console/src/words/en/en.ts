import type { Message } from '../message.ts';
import { clientList } from './client-list.ts';
import { common } from './common.ts';
import { component } from './component.ts';
import { list } from './list.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';
import { userList } from './user-list.ts';

/** The English words of the console: those of all areas. */
export const en = {
  ...clientList,
  ...common,
  ...list,
  ...component,
  ...session,
  ...shell,
  ...userList,
} as const;

export type MessageName = keyof typeof en;
/** The words of one language. */
export type Catalogue = Readonly<Record<MessageName, Message>>;
