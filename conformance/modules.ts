import { CIBA } from './modules/ciba.ts';
import { FAPI1, FAPI2 } from './modules/fapi.ts';
import { LOGOUT, OPENID } from './modules/openid.ts';
import type { Module } from './modules/table.ts';

/** The modules of the plans, a family after the other. */
export const FAMILIES: readonly { readonly title: string; readonly modules: readonly Module[] }[] = [
  { title: 'OpenID Connect: config, basic, form post, dynamic, third-party login', modules: OPENID },
  { title: 'OpenID Connect: RP-initiated and back-channel logout', modules: LOGOUT },
  { title: 'FAPI 2.0: Security Profile and Message Signing', modules: FAPI2 },
  { title: 'FAPI 1.0 Advanced', modules: FAPI1 },
  { title: 'FAPI-CIBA', modules: CIBA },
];

/** Every module of the plans. */
export const MODULES: readonly Module[] = FAMILIES.flatMap(({ modules }) => modules);
