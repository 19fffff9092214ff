import type { CertificateCredential, PasskeyCredential, TotpCredential } from '../../user/credential.ts';
import { hasSecondFactor, type SecondFactorList } from '../../user-authentication/second-factor.ts';
import { postForm } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { certificateSteps } from './certificate-steps.ts';
import { ACCOUNT_PATHS } from './page-paths.ts';

/** Whether the certificate of this browser can be registered. */
export type CertificateRegistration =
  /** Nobody signs in by certificate here. */
  | { readonly kind: 'off' }
  | { readonly kind: 'registered' }
  | { readonly kind: 'no-certificate' }
  /** @property subject undefined where it is only known on the listener that the form goes to */
  | { readonly kind: 'possible'; readonly action: string; readonly subject: string | undefined };

/** What a person proves who they are with. */
export type AccountSecurity = {
  readonly factors: SecondFactorList;
  readonly registration: CertificateRegistration;
};

type SecurityCard = {
  readonly language: Language;
  /** See `Pages.path`. */
  readonly path: (path: string) => string;
  readonly formToken: string;
  readonly security: AccountSecurity;
};

/** Password, second factors and certificates, each with the way to add and to remove it. */
export function securityCard(card: SecurityCard): Html {
  const { language, path, formToken } = card;
  const { factors, registration } = card.security;
  return html`<section class="card" aria-labelledby="security">
<h2 id="security">${language.text('account.security')}</h2>
<div class="part">
<h3>${language.text('account.password')}</h3>
<p class="quiet">${language.text('account.passwordtext')}</p>
${link(path(ACCOUNT_PATHS.password), language.text('account.passwordchange'))}
</div>
${passkeysPart(card, factors.passkeys)}
${totpPart(card, factors.totp)}
${
  hasSecondFactor(factors) &&
  html`<div class="part">
<h3>${language.text('account.recovery')}</h3>
<p class="quiet">${language.text('account.recoverytext')} ${language.text('account.recoveryleft', { count: factors.recoveryCodesLeft })}.</p>
${postForm({ action: path(ACCOUNT_PATHS.recoveryCodes), formToken }, html`<button type="submit" class="second">${language.text('account.recoveryrenew')}</button>`)}
</div>`
}
${registration.kind !== 'off' && certificatesPart(card, factors.certificates, registration)}
</section>`;
}

function totpPart(card: SecurityCard, totp: TotpCredential | undefined): Html {
  const { language, path } = card;
  return html`<div class="part">
<h3>${language.text('account.totp')}</h3>
${
  totp
    ? html`<div class="list"><div class="item"><div><p>${language.markup('account.totpon', { time: language.time(totp.created_at) })}</p></div>${removal(card, totp, language.text('account.totp'))}</div></div>`
    : html`<p class="quiet">${language.text('account.totpoff')}</p>${link(path(ACCOUNT_PATHS.totp), language.text('account.totpadd'))}`
}
</div>`;
}

function passkeysPart(card: SecurityCard, passkeys: readonly PasskeyCredential[]): Html {
  const { language, path } = card;
  return html`<div class="part">
<h3>${language.text('account.passkeys')}</h3>
${
  passkeys.length === 0
    ? html`<p class="quiet">${language.text('account.passkeysoff')}</p>`
    : html`<ul class="list">${passkeys.map(
        (passkey) =>
          html`<li class="item"><div><strong>${passkey.label}</strong>${usedAndAdded(language, passkey)}</div>${removal(card, passkey, passkey.label)}</li>`,
      )}</ul>`
}
${link(path(ACCOUNT_PATHS.passkey), language.text('account.passkeyadd'))}
</div>`;
}

function certificatesPart(
  card: SecurityCard,
  certificates: readonly CertificateCredential[],
  registration: CertificateRegistration,
): Html {
  const { language } = card;
  return html`<div class="part">
<h3>${language.text('account.certificates')}</h3>
${
  certificates.length === 0
    ? html`<p class="quiet">${language.text('account.certificatesoff')}</p>`
    : html`<ul class="list">${certificates.map(
        (known) =>
          html`<li class="item"><div><strong>${known.subject}</strong><p class="quiet small">${language.markup('account.certificateends', { time: language.time(known.not_after) })}</p>${usedAndAdded(language, known)}</div>${removal(card, known, known.subject)}</li>`,
      )}</ul>`
}
${registrationForm(card, registration)}
${certificateSteps(language)}
</div>`;
}

/** The way to register the certificate of this browser, where there is one. */
function registrationForm(
  { language, formToken }: SecurityCard,
  registration: CertificateRegistration,
): Html | undefined {
  if (registration.kind === 'no-certificate') {
    return html`<p class="quiet small">${language.text('account.certificatenone')}</p>`;
  }
  if (registration.kind !== 'possible') return undefined;
  const { action, subject } = registration;
  return postForm(
    { action, formToken },
    html`${subject && html`<p class="hint">${language.text('account.certificatesees', { subject })}</p>`}<button type="submit" class="second">${language.text('account.certificateadd')}</button>`,
  );
}

const link = (href: string, text: string): Html =>
  html`<p><a class="button second" href="${href}">${text}</a></p>`;

function removal(
  { language, path, formToken }: SecurityCard,
  { kind, credential_id }: TotpCredential | PasskeyCredential | CertificateCredential,
  name: string,
): Html {
  return postForm(
    { action: path(ACCOUNT_PATHS.removeFactor), formToken },
    html`<input type="hidden" name="kind" value="${kind}"><input type="hidden" name="id" value="${credential_id}"><button type="submit" class="second" aria-label="${language.text('account.removename', { name })}">${language.text('account.remove')}</button><label class="small"><input type="checkbox" name="keep_sessions" value="yes"> ${language.text('account.keep')}</label>`,
  );
}

function usedAndAdded(
  language: Language,
  { created_at, last_used_at }: PasskeyCredential | CertificateCredential,
): Html {
  return html`<p class="quiet small">${language.markup('account.added', { time: language.time(created_at) })}, ${
    last_used_at === undefined
      ? language.text('account.neverused')
      : language.markup('account.lastused', { time: language.time(last_used_at) })
  }</p>`;
}
