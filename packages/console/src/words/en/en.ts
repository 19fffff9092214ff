import type { Message } from '../message.ts';
import { client } from './client.ts';
import { clientform } from './clientform.ts';
import { common } from './common.ts';
import { component } from './component.ts';
import { guard } from './guard.ts';
import { registration } from './registration.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';
import { users } from './users.ts';

/** The English words of the console: those of all areas. */
export const en = {
  ...client,
  ...clientform,
  ...common,
  ...component,
  ...guard,
  ...registration,
  ...session,
  ...shell,
  ...users,
} as const;

export type MessageName = keyof typeof en;
/** The words of one language. */
export type Catalogue = Readonly<Record<MessageName, Message>>;
