import { field, hidden, problemSummary, reference } from '../page/form.ts';
import { type Html, html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import type { Interaction } from './interaction.ts';

/** What went wrong with an attempt, in words for the person. */
export type SignInProblem =
  | 'sign.wrong'
  | 'sign.limited'
  | 'sign.certificateabsent'
  | 'sign.certificaterefused'
  | 'problem.busy'
  | 'problem.form'
  | 'factor.over';

export type SignInPage = {
  readonly language: Language;
  readonly interaction: Interaction;
  /** Where the form goes, and where the certificate's does when that way is open. */
  readonly action: string;
  readonly certificateAction: string | undefined;
  readonly formToken: string;
  readonly username: string | undefined;
  /** Somebody is signed in already, and must prove it again. */
  readonly again: boolean;
  readonly problem: SignInProblem | undefined;
  readonly event_id: string | undefined;
};

/** The page for username and password. */
export function signInPage(page: SignInPage): Html {
  const { language, interaction, action, certificateAction, formToken, username, problem, event_id } = page;
  const wrong = problem === 'sign.wrong' || undefined;
  const token = hidden({ form_token: formToken });
  return html`<div class="card">
<h1>${language.text('sign.title')}</h1>
<p class="quiet">${
    interaction.kind === 'request'
      ? language.markup('sign.to', {
          client: html`<strong>${interaction.pending.client.client_name}</strong>`,
        })
      : language.text(`sign.${interaction.kind}`)
  }</p>
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
  autofocus: username === undefined && problem === undefined,
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
</form>`
}
</div>`;
}
