import type { FastifyReply } from 'fastify';
import { isOutdated, type TellClaims } from '../../claim/told-claims.ts';
import { Scope } from '../../client/scope.ts';
import type { ClientDirectory } from '../../client-authentication/client-directory.ts';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { Refusal } from '../../refusal/refusal.ts';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import type { SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { Endpoint } from '../endpoint.ts';
import { recordShownRefusal } from '../oauth-replies.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import type { Pages } from '../page/pages.ts';
import type { Interaction } from '../sign-in/interaction.ts';
import type { PageRequest, PageRoutes } from '../sign-in/page-routes.ts';
import type { SignedInHandler, SignedInPage, SignedInRequest } from '../sign-in/signed-in-page.ts';
import { DEVICE_PATH } from './device-authorize.ts';
import { deviceCodePage, deviceConfirmationPage, deviceDecidedPage } from './device-page.ts';
import { canonicalUserCode } from './user-code.ts';
import type { CarryOutVerdict } from './verdict.ts';
import { type FindWaitingDevice, noDeviceWaits } from './waiting-device.ts';

export type DeviceVerificationOptions = {
  readonly pageRoutes: PageRoutes;
  readonly signedInPage: SignedInPage;
  readonly pages: Pages;
  readonly events: EventRecorder;
  readonly formTokens: FormTokens;
  readonly directory: ClientDirectory;
  readonly tellClaims: TellClaims;
  readonly findWaitingDevice: FindWaitingDevice;
  readonly carryOut: CarryOutVerdict;
};

const EVENT = 'device.refused';

/** Only the session that saw a page can answer it; a confirmation is for one code. */
const formScope = ({ session }: SignedIn, user_code = ''): FormScope => [
  DEVICE_PATH,
  session.session_id,
  user_code,
];

/** The code survives the sign-in. */
function forDevice({ query, form }: PageRequest): Interaction {
  const user_code = query.get('user_code') ?? form.get('user_code');
  return { kind: 'device', user_code: user_code?.slice(0, 40) };
}

/** `/oauth2/device`: a person signs in, types the code of a device and says whether it is theirs (RFC 8628 §3.3). */
export function deviceVerificationEndpoint(options: DeviceVerificationOptions): Endpoint {
  const { pageRoutes, signedInPage, pages, events, formTokens, directory } = options;
  const { findWaitingDevice, tellClaims, carryOut } = options;

  const sendCodePage = (request: SignedInRequest, refusal?: Refusal): FastifyReply => {
    const { http, reply, language, signedIn } = request;
    if (refusal) recordShownRefusal(refusal, reply, EVENT, { events });
    const title = language.text('device.title');
    return pages.send(reply, {
      status: refusal?.status ?? 200,
      language,
      title: refusal ? language.text('problem.title', { title }) : title,
      body: deviceCodePage({
        language,
        action: pages.path(DEVICE_PATH),
        formToken: formTokens.issue(http, reply, formScope(signedIn)),
        username: signedIn.user.username,
        problem: refusal && (refusal.because === 'user_codes_limited' ? 'device.limited' : 'device.wrong'),
      }),
    });
  };

  const toldOf = ({ client_id, scope }: DeferredAuthorization) => tellClaims(client_id, [...Scope.of(scope)]);

  const sendConfirmation = async (
    { http, reply, language, signedIn }: SignedInRequest,
    asked: DeferredAuthorization,
  ): Promise<FastifyReply> => {
    const { client_id, user_code = '', scope } = asked;
    const client = await directory.find(client_id);
    return pages.send(reply, {
      language,
      title: language.text('device.confirm'),
      body: deviceConfirmationPage({
        language,
        action: pages.path(DEVICE_PATH),
        formToken: formTokens.issue(http, reply, formScope(signedIn, user_code)),
        username: signedIn.user.username,
        clientName: client?.client.metadata.client_name ?? client_id,
        userCode: user_code,
        scope,
        told: await toldOf(asked),
      }),
    });
  };

  const sendDecided = async (
    request: SignedInRequest,
    asked: DeferredAuthorization,
  ): Promise<FastifyReply> => {
    const { http, reply, form, language, signedIn: by } = request;
    // Whatever is not clearly a yes is a no.
    const allowed = form.get('decision') === 'allow';
    if (allowed && isOutdated(form.get('told'), await toldOf(asked))) return sendConfirmation(request, asked);
    if (!(await carryOut(asked, { allowed, by, remote_address: http.origin.remote_address }))) {
      const evidence = { client_id: asked.client_id, why: 'decided or expired in the meantime' };
      return sendCodePage(request, noDeviceWaits(evidence));
    }
    return pages.send(reply, {
      language,
      title: language.text(allowed ? 'device.allowed' : 'device.denied'),
      body: deviceDecidedPage(language, allowed),
    });
  };

  const find = ({ http, signedIn }: SignedInRequest, typed: string): Promise<DeferredAuthorization> =>
    findWaitingDevice(typed, signedIn.user, http.origin.remote_address);

  const show: SignedInHandler = async (request) => {
    const typed = request.query.get('user_code');
    return typed === undefined
      ? sendCodePage(request)
      : sendConfirmation(request, await find(request, typed));
  };

  const answer: SignedInHandler = async (request) => {
    const { form, http, signedIn } = request;
    const typed = form.get('user_code') ?? '';
    const decides = form.get('decision') !== undefined;
    const scope = decides ? formScope(signedIn, canonicalUserCode(typed)) : formScope(signedIn);
    formTokens.check(http, form.get('form_token'), scope);
    const asked = await find(request, typed);
    return decides ? sendDecided(request, asked) : sendConfirmation(request, asked);
  };

  /** A refused code leads back to where it is typed. */
  const typedAgain =
    (handle: SignedInHandler): SignedInHandler =>
    async (request) => {
      try {
        return await handle(request);
      } catch (error) {
        const ofCode =
          error instanceof Refusal && ['user_code_unknown', 'user_codes_limited'].includes(error.because);
        if (!ofCode) throw error;
        return sendCodePage(request, error);
      }
    };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, DEVICE_PATH, EVENT, {
        GET: signedInPage(forDevice, typedAgain(show)),
        POST: signedInPage(forDevice, typedAgain(answer)),
      });
    },
  };
}
