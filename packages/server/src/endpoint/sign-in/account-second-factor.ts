import type { FastifyReply } from 'fastify';
import { encode } from 'uqr';
import { certificateOf } from '../../client-authentication/origin.ts';
import { Refusal } from '../../refusal/refusal.ts';
import { type CredentialStore, StorageConflict } from '../../storage/storage.ts';
import { checkValidity } from '../../user-authentication/certificate-sign-in.ts';
import type { Passkeys } from '../../user-authentication/passkey.ts';
import type { SecondFactors } from '../../user-authentication/second-factor.ts';
import { totpUri } from '../../user-authentication/totp.ts';
import type { Endpoint } from '../endpoint.ts';
import { recordRefusal } from '../oauth-replies.ts';
import { field, problemSummary } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import { ACCOUNT_PATH, type AccountPages, type AccountRequest, type Notice } from './account-pages.ts';
import { type PageContext, pageRoutes } from './page-routes.ts';

export type AccountSecondFactorOptions = PageContext & {
  readonly account: AccountPages;
  readonly secondFactors: SecondFactors;
  readonly passkeys: Passkeys;
  readonly credentials: CredentialStore;
  /** The name an authenticator app shows. */
  readonly serverName: () => string;
  readonly certificatesAllowed: () => boolean;
};

const EVENT = 'account.refused';
const TOTP_PATH = `${ACCOUNT_PATH}/authenticator`;
const PASSKEY_PATH = `${ACCOUNT_PATH}/passkey`;
const RECOVERY_PATH = `${ACCOUNT_PATH}/recovery-codes`;
const CERTIFICATE_PATH = `${ACCOUNT_PATH}/certificate`;
/** Of passkeys, and of certificates. */
const MOST = 20;
const LONGEST_LABEL = 60;

/** A QR code as a drawing: one path of squares. */
function qrCode(text: string, label: string): Html {
  const { size, data } = encode(text, { ecc: 'M', border: 3 });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#ffffff"/><path d="${squares.join('')}" fill="#000000"/></svg>`;
}

/** The pages on which a person sets up what they prove who they are with. */
export function accountSecondFactorEndpoint(options: AccountSecondFactorOptions): Endpoint {
  const { account, secondFactors, passkeys, credentials, pages } = options;

  const cancel = ({ language }: AccountRequest): Html =>
    html`<a class="button second" href="${pages.path(ACCOUNT_PATH)}">${language.text('cancel')}</a>`;

  const sendCodes = (request: AccountRequest, codes: readonly string[]): FastifyReply => {
    const { language, reply } = request;
    const title = language.text('account.recoverytitle');
    return pages.send(reply, {
      language,
      title,
      body: html`<div class="card">
<h1>${title}</h1>
<p>${language.text('account.recoverytext')} ${language.text('account.recoverykeep')}</p>
<ul class="codes">${codes.map((code) => html`<li>${code}</li>`)}</ul>
<p><a class="button whole" href="${pages.path(ACCOUNT_PATH)}">${language.text('account.recoverykept')}</a></p>
</div>`,
    });
  };

  /** The first second factor brings recovery codes with it. */
  const added = async (request: AccountRequest, notice: Notice): Promise<FastifyReply> => {
    const { sub } = request.signedIn.user;
    const { recoveryCodesLeft } = await secondFactors.list(sub);
    if (recoveryCodesLeft > 0) return account.done(request.reply, notice);
    return sendCodes(request, await secondFactors.renewRecoveryCodes(sub));
  };

  const sendTotp = async (request: AccountRequest, wrong: boolean): Promise<FastifyReply> => {
    const { language, reply, signedIn } = request;
    const { sub, username } = signedIn.user;
    const secret = await secondFactors.beginTotp(sub, signedIn.session.session_id);
    const title = language.text('account.totpadd');
    const problem = wrong ? language.text('account.totpwrong') : undefined;
    return pages.send(reply, {
      status: wrong ? 400 : 200,
      language,
      title: wrong ? language.text('problem.title', { title }) : title,
      body: html`<div class="card">
<h1>${title}</h1>
${problem && problemSummary(language, problem, 'code')}
<p>${language.text('account.totpscan')}</p>
${qrCode(totpUri(secret, options.serverName(), username), language.text('account.totpqr'))}
<p>${language.text('account.totptype')}</p>
<p class="secret">${secret.match(/.{4}/g)?.join(' ')}</p>
${account.formTo(
  request,
  pages.path(TOTP_PATH),
  html`${field({
    name: 'code',
    label: language.text('account.totpcode'),
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    code: true,
    maxlength: 20,
    problem,
  })}
<div class="actions">
<button type="submit">${language.text('account.totpsubmit')}</button>
${cancel(request)}
</div>`,
)}
</div>`,
    });
  };

  const addTotp = async (request: AccountRequest): Promise<FastifyReply> => {
    const { form, http, reply, signedIn } = request;
    const { sub, username } = signedIn.user;
    const { session_id } = signedIn.session;
    const result = await secondFactors.confirmTotp(sub, session_id, form.get('code') ?? '');
    if (result === 'over') return reply.redirect(pages.path(ACCOUNT_PATH), 303);
    if (result === 'wrong') {
      const refusal = new Refusal('access_denied', 'The code is wrong.', 'second_factor_wrong', { username });
      recordRefusal(refusal, http, EVENT, options);
      return sendTotp(request, true);
    }
    account.record(request, 'credential.added', { kind: 'totp' });
    return added(request, 'account.totpdone');
  };

  const sendPasskey = async (request: AccountRequest, failed: boolean): Promise<FastifyReply> => {
    const { language, reply, signedIn } = request;
    const title = language.text('account.passkeyadd');
    const creation = await passkeys.registrationOptions(signedIn.user, signedIn.session.session_id);
    return pages.send(reply, {
      status: failed ? 400 : 200,
      language,
      title: failed ? language.text('problem.title', { title }) : title,
      policy: { script: true },
      body: html`<div class="card">
<h1>${title}</h1>
<p>${language.text('account.passkeytext')}</p>
${failed && problemSummary(language, language.text('account.passkeywrong'))}
<noscript><p>${language.text('account.passkeynoscript')}</p></noscript>
<p class="notice problem" role="alert" id="passkey-failed" tabindex="-1" hidden>${language.text('account.passkeywrong')}</p>
<form method="post" action="${pages.path(PASSKEY_PATH)}" data-passkey="create" data-failed="passkey-failed" data-options="${JSON.stringify(creation)}" hidden>
${account.token(request)}
<input type="hidden" name="credential" value="">
${field({
  name: 'label',
  label: language.text('account.passkeyname'),
  hint: language.text('account.passkeynamehint'),
  autocomplete: 'off',
  maxlength: LONGEST_LABEL,
  optional: true,
})}
<button type="submit" class="whole">${title}</button>
</form>
<p><a href="${pages.path(ACCOUNT_PATH)}">${language.text('back')}</a></p>
</div>`,
    });
  };

  const addPasskey = async (request: AccountRequest): Promise<FastifyReply> => {
    const { form, http, signedIn, language } = request;
    const label =
      form.get('label')?.trim().slice(0, LONGEST_LABEL) || language.text('account.passkeydefault');
    try {
      const { passkeys: have } = await secondFactors.list(signedIn.user.sub);
      if (have.length >= MOST) {
        throw new Refusal('invalid_request', 'There are too many passkeys.', 'passkey_not_accepted', {
          expected: `at most ${MOST}`,
        });
      }
      await passkeys.register(
        signedIn.user,
        signedIn.session.session_id,
        form.get('credential') ?? '',
        label,
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      recordRefusal(error, http, EVENT, options);
      return sendPasskey(request, true);
    }
    account.record(request, 'credential.added', { kind: 'passkey', label });
    return added(request, 'account.passkeydone');
  };

  /** @throws Refusal */
  const addCertificate = async (request: AccountRequest): Promise<FastifyReply> => {
    const { http, reply, signedIn } = request;
    const { sub } = signedIn.user;
    const refuse = (why: string) =>
      new Refusal('invalid_request', 'The certificate cannot be registered.', 'certificate_of_no_account', {
        username: signedIn.user.username,
        why,
      });
    const presented = certificateOf(http.origin);
    if (!options.certificatesAllowed()) throw refuse('signing in by certificate is off');
    if (!presented) throw refuse('the browser presents no certificate');
    checkValidity(presented, Date.now());
    const { certificate } = presented;
    if ((await secondFactors.list(sub)).certificates.length >= MOST)
      throw refuse(`there are ${MOST} already`);
    try {
      await credentials.insert({
        kind: 'certificate',
        credential_id: certificate.thumbprint,
        sub,
        created_at: Date.now(),
        subject: certificate.x509.subject.split('\n').reverse().join(', ').slice(0, 500),
        not_after: certificate.notAfter,
      });
    } catch (error) {
      if (error instanceof StorageConflict) throw refuse('it is registered already');
      throw error;
    }
    account.record(request, 'credential.added', {
      kind: 'certificate',
      'x5t#S256': certificate.thumbprint,
    });
    return account.done(reply, 'account.certificatedone');
  };

  return {
    metadata: {},
    register(root) {
      pageRoutes(root, TOTP_PATH, EVENT, options, {
        GET: account.guardedPage(async (request) => {
          const { totp } = await secondFactors.list(request.signedIn.user.sub);
          return totp ? request.reply.redirect(pages.path(ACCOUNT_PATH), 303) : sendTotp(request, false);
        }),
        POST: account.guardedForm(addTotp),
      });
      pageRoutes(root, PASSKEY_PATH, EVENT, options, {
        GET: account.guardedPage((request) => sendPasskey(request, false)),
        POST: account.guardedForm(addPasskey),
      });
      pageRoutes(root, RECOVERY_PATH, EVENT, options, {
        POST: account.guardedForm(async (request) => {
          const codes = await secondFactors.renewRecoveryCodes(request.signedIn.user.sub);
          account.record(request, 'credential.added', { kind: 'recovery_code', count: codes.length });
          return sendCodes(request, codes);
        }),
      });
      pageRoutes(root, CERTIFICATE_PATH, EVENT, options, { POST: account.certificateForm(addCertificate) });
    },
  };
}
