import { systemClock } from '../../src/clock.ts';
import { createPushedRequests } from '../../src/endpoint/authorize/pushed-request.ts';
import { hashOpaqueToken } from '../../src/token/opaque-token.ts';
import { obtainCode, pkce, redirected, type TestClient } from '../authorization-server.ts';
import { HeldTokens, postAs, refresh, SCOPE, type Scene, tokenFor, type Worker } from './worker.ts';

type Code = { readonly code: string; readonly verifier: string };

/** A code asked for in the browser. */
const askedInBrowser = ({ sender, server, browser }: Scene, client: TestClient): Promise<Code> =>
  sender.eventually(() => obtainCode(server, browser, client));

/** A code asked for by a pushed request, whose `request_uri` the browser presents until it is answered. */
async function pushed(scene: Scene, client: TestClient): Promise<Code | undefined> {
  const { sender, server, browser } = scene;
  const { client_id, redirect_uri } = client;
  const { verifier, challenge } = pkce();
  const form = {
    response_type: 'code',
    redirect_uri,
    scope: SCOPE,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  const push = await sender.until(() => postAs(scene, client, 'par', form), 201);
  if (push.answer.status !== 201) {
    sender.refused('a pushed request', push);
    return undefined;
  }
  const request_uri = String(push.answer.json().request_uri);
  const query = new URLSearchParams({ client_id, request_uri });
  const present = async () => {
    const answer = await browser.get(`${server.issuer}/oauth2/authorize?${query}`);
    // What another endpoint says by its status is said by redirect here (RFC 6749 §4.1.2.1).
    const { error } = answer.status === 303 ? redirected(answer).parameters : {};
    return error === 'temporarily_unavailable' ? { ...answer, status: 503 } : answer;
  };
  const use = await sender.until(present, 303);
  const code = use.answer.status === 303 ? redirected(use.answer).parameters.code : undefined;
  if (code !== undefined) return { code, verifier };
  const requests = createPushedRequests(server.opened.storage.ephemerals, systemClock);
  const isThere = await sender.eventually(() =>
    requests.find(request_uri, client_id).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && error.name === 'Refusal') return false;
        throw error;
      },
    ),
  );
  sender.refusedAsUsed('a request_uri', !isThere, use);
  return undefined;
}

/** @returns the refresh token; undefined when a use was committed and its answer lost */
async function redeemed(
  scene: Scene,
  client: TestClient,
  obtain: typeof pushed = askedInBrowser,
): Promise<string | undefined> {
  const { sender, server } = scene;
  const obtained = await obtain(scene, client);
  if (!obtained) return undefined;
  const { code, verifier } = obtained;
  const { redirect_uri } = client;
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri };
  const final = await tokenFor(scene, client, form);
  if (final.answer.status === 200) return String(final.answer.json().refresh_token);
  const { authorizationCodes } = server.opened.storage;
  const stored = await sender.eventually(() => authorizationCodes.find(hashOpaqueToken(code)));
  sender.refusedAsUsed('a code', stored?.used_at !== undefined, final);
  return undefined;
}

/** One family, refreshed for ever; now and then a token that was replaced is presented once more. */
export function refreshing(scene: Scene, client: TestClient): Worker {
  const { sender } = scene;
  const kept = new HeldTokens(scene, client);
  let held: string | undefined;
  return {
    async turn() {
      held ??= await redeemed(scene, client);
      if (held === undefined) return;
      const before = held;
      const final = await refresh(scene, client, before);
      held = final.answer.status === 200 ? String(final.answer.json().refresh_token) : undefined;
      kept.replace(held);
      if (held === undefined) return sender.refused('a refresh token', final);
      if (Math.random() < 0.8) return undefined;
      const again = await refresh(scene, client, before);
      if (again.answer.status === 200)
        sender.expectSame('a refresh token', held, again.answer.json().refresh_token, final.at);
      else sender.refused('a refresh token', { ...again, wasRepeated: true });
      return undefined;
    },
    verify: () => kept.verify(),
  };
}

/** One sign-in after the other, asked for in the browser or pushed. */
export function signingIn(scene: Scene, client: TestClient, how: 'in the browser' | 'pushed'): Worker {
  const kept = new HeldTokens(scene, client);
  return {
    async turn() {
      const token = await redeemed(scene, client, how === 'pushed' ? pushed : askedInBrowser);
      if (token !== undefined) kept.add(token);
    },
    verify: () => kept.verify(),
  };
}
