import { randomUUID } from 'node:crypto';
import { CIBA, DEVICE_CODE } from '../../src/grant/deferred-authorization.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../../src/token/opaque-token.ts';
import type { User } from '../../src/user/user.ts';
import type { TestClient } from '../authorization-server.ts';
import { HeldTokens, postAs, SCOPE, type Scene, tokenFor, type Worker } from './worker.ts';

const DAY_MS = 86_400_000;

/** What the person's page writes when they allow it. */
async function approve({ server }: Scene, secret: string, { sub }: User): Promise<void> {
  const { storage } = server.opened;
  const asked = await storage.deferredAuthorizations.find(hashOpaqueToken(secret));
  if (asked?.state !== 'pending') return;
  const now = Date.now();
  const grant_id = generateOpaqueToken();
  const { client_id, scope } = asked;
  const approval = { grant_id, scope, auth_time: Math.floor(now / 1000) };
  await storage.commit([
    storage.deferredAuthorizations.steps.decide({ ...asked, sub, state: 'approved', approval }, now),
    storage.grants.steps.insert({
      grant_id,
      client_id,
      sub,
      scope,
      created_at: now,
      expires_at: now + DAY_MS,
    }),
  ]);
}

/** Redeems what the person allowed, and once more. */
async function redeem(scene: Scene, client: TestClient, form: Readonly<Record<string, string>>) {
  const { sender } = scene;
  const final = await tokenFor(scene, client, form);
  if (final.answer.status !== 200) {
    sender.refused(form.grant_type ?? '', final);
    return undefined;
  }
  const refresh_token = String(final.answer.json().refresh_token);
  const again = await tokenFor(scene, client, form);
  if (again.answer.status === 200)
    sender.expectSame(form.grant_type ?? '', refresh_token, again.answer.json().refresh_token, final.at);
  else sender.refused(form.grant_type ?? '', { ...again, wasRepeated: true });
  return refresh_token;
}

/** One device after the other is connected (RFC 8628). */
export function connecting(scene: Scene, client: TestClient): Worker {
  const { sender, browser } = scene;
  const kept = new HeldTokens(scene, client);
  return {
    async turn() {
      const begun = await sender.until(() => postAs(scene, client, 'device_authorize', { scope: SCOPE }));
      if (begun.answer.status !== 200) return sender.refused('a device', begun);
      const device_code = String(begun.answer.json().device_code);
      await sender.eventually(() => approve(scene, device_code, browser.user));
      const token = await redeem(scene, client, { grant_type: DEVICE_CODE, device_code });
      if (token !== undefined) kept.add(token);
      return undefined;
    },
    verify: () => kept.verify(),
  };
}

/** One person after the other is asked over the backchannel (CIBA). */
export function asking(scene: Scene, client: TestClient): Worker {
  const { sender, server, browser } = scene;
  const { users } = server.opened.storage;
  const kept = new HeldTokens(scene, client);
  return {
    async turn() {
      // A person of their own each time: nobody is asked by more than ten requests at once.
      const sub = randomUUID();
      const person = { ...browser.user, sub, username: `asked-${sub}` };
      await sender.eventually(async () => (await users.find(sub)) ?? (await users.insert(person)));
      const form = { scope: SCOPE, login_hint: person.username };
      const begun = await sender.until(() => postAs(scene, client, 'bc-authorize', form));
      if (begun.answer.status !== 200) return sender.refused('a backchannel request', begun);
      const auth_req_id = String(begun.answer.json().auth_req_id);
      await sender.eventually(() => approve(scene, auth_req_id, person));
      const token = await redeem(scene, client, { grant_type: CIBA, auth_req_id });
      if (token !== undefined) kept.add(token);
      return undefined;
    },
    verify: () => kept.verify(),
  };
}
