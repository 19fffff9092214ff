import { field, hidden, problemSummary, reference } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import { certificateSteps } from './certificate-steps.ts';
import { clientLinks, clientLogo } from './client-introduction.ts';
import type { Interaction } from './interaction.ts';
import { SIGNED_IN_FIELD } from './single-sign-on.ts';

/** What went wrong with an attempt, in words for the person. */
export const SIGN_IN_PROBLEMS = [
  'sign.wrong',
  'sign.limited',
  'sign.certificateabsent',
  'sign.certificaterefused',
  'problem.busy',
  'problem.form',
  'factor.over',
] as const;
export type SignInProblem = (typeof SIGN_IN_PROBLEMS)[number];

export type SignInPage = {
  readonly language: Language;
  readonly interaction: Interaction;
  /** Where the form goes, and where the certificate's does when that way is open. */
  readonly action: string;
  readonly certificateAction: string | undefined;
  readonly formToken: string;
  /** See `SIGNED_IN_FIELD`. */
  readonly signedInMark: string;
  readonly username: string | undefined;
  /** Somebody is signed in already, and must prove it again. */
  readonly again: boolean;
  /** Somebody is signed in already, which is enough, and where they go on. */
  readonly already: { readonly username: string; readonly next: string } | undefined;
  readonly problem: SignInProblem | undefined;
  readonly event_id: string | undefined;
};

/** Who asks, and that somebody may go on as they are. */
function introduction({ language, interaction, already }: SignInPage): Html {
  const purpose =
    interaction.kind === 'request'
      ? language.markup('sign.to', {
          client: html`<strong>${interaction.pending.client.client_name}</strong>`,
        })
      : language.text(`sign.${interaction.kind}`);
  const logo = interaction.kind === 'request' && clientLogo(interaction.pending.client);
  return html`${logo ? html`<div class="client">${logo}<p>${purpose}</p></div>` : html`<p class="quiet">${purpose}</p>`}
${
  already &&
  html`<p>${language.markup('sign.already', { username: html`<strong>${already.username}</strong>` })}</p>
<p><a class="button whole" href="${already.next}">${language.text('sign.goon', { username: already.username })}</a></p>
<p class="or">${language.text('or')}</p>
<p>${language.text('sign.other')}</p>`
}`;
}

/** The page for username and password. */
export function signInPage(page: SignInPage): Html {
  const { language, interaction, action, certificateAction, formToken, username, problem, event_id } = page;
  const wrong = problem === 'sign.wrong' || undefined;
  const token = hidden({ form_token: formToken, [SIGNED_IN_FIELD]: page.signedInMark });
  return html`<div class="card">
<h1>${language.text('sign.title')}</h1>
${introduction(page)}
${problem && problemSummary(language, language.text(problem), wrong && 'username')}
${event_id !== undefined && reference(language, event_id)}
${page.again && problem === undefined && html`<p>${language.text('sign.again')}</p>`}
<form method="post" action="${action}">
${token}
${field({
  name: 'username',
  label: language.text('sign.username'),
  autocomplete: 'username',
  value: username,
  maxlength: 255,
  autofocus: username === undefined && problem === undefined && !page.already,
})}
${field({
  name: 'password',
  label: language.text('sign.password'),
  type: 'password',
  autocomplete: 'current-password',
  autofocus: username !== undefined && problem === undefined,
})}
<div class="actions">
<button type="submit">${language.text('sign.submit')}</button>
${
  interaction.kind === 'request' &&
  html`<button type="submit" class="second" name="action" value="cancel" formnovalidate>${language.text('cancel')}</button>`
}
</div>
</form>
${
  certificateAction !== undefined &&
  html`<p class="or">${language.text('or')}</p>
<form method="post" action="${certificateAction}">
${token}
<p class="hint" id="certificate-hint">${language.text('sign.certificatehint')}</p>
<button type="submit" class="second whole" aria-describedby="certificate-hint">${language.text('sign.certificate')}</button>
</form>
${certificateSteps(language)}`
}
${interaction.kind === 'request' && clientLinks(interaction.pending.client, language)}
</div>`;
}
