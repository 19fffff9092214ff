import type { ClientAuthenticator } from './client-authenticator.ts';

/** `none`: a public client names itself and proves nothing (RFC 6749 §2.1, RFC 7591 §2). */
export const none: ClientAuthenticator = {
  kind: 'method',
  name: 'none',
  methods: ['none'],
  async authenticate() {},
};
