import type { Endpoint } from '../endpoint.ts';
import { postForm, problemSummary } from '../page/form.ts';
import { html } from '../page/html.ts';
import type { Interactions } from './interaction.ts';
import { UNVERIFIED_EMAIL_PATH } from './page-paths.ts';
import type { PendingSignIns } from './pending-sign-in.ts';
import type { CompleteSignIn } from './sign-in-completion.ts';
import type { StagePage, StagePages, StageProblem } from './stage-pages.ts';

export type UnverifiedEmailOptions = {
  readonly stagePages: StagePages;
  readonly interactions: Pick<Interactions, 'signInAgain'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'finish'>;
  readonly complete: CompleteSignIn;
};

const STILL: StageProblem = { name: 'email.still' };
const FORM: StageProblem = { name: 'problem.form' };

/**
 * `/oauth2/sign-in/email`: whoever has an e-mail address that is yet to be verified waits here. This server sends no mail:
 * an administrator verifies the address, and the sign-in goes on.
 */
export function unverifiedEmailEndpoint(options: UnverifiedEmailOptions): Endpoint {
  const { stagePages, interactions, pendingSignIns, complete } = options;

  const page: StagePage = {
    path: UNVERIFIED_EMAIL_PATH,
    stage: 'email',
    title: 'email.title',
    formProblem: FORM,
    problemOf: (name) => [STILL, FORM].find((known) => known.name === name),
    body({ pending, language }, form, problem) {
      const { username, claims } = pending.user;
      const { email } = claims;
      return html`<div class="card">
<h1>${language.text('email.title')}</h1>
<p class="quiet">${language.text('factor.as', { username })}</p>
${problem && problemSummary(language, language.text(problem.name))}
<p>${typeof email === 'string' ? language.text('email.text', { email }) : language.text('email.none')}</p>
<p>${language.text('email.administrator')}</p>
${postForm(form, html`<button type="submit" class="whole">${language.text('email.again')}</button>`)}
</div>`;
    },
    async submit({ http, reply, pending, interaction }) {
      const { user, amr } = pending;
      if (user.required_actions?.includes('verify_email')) return { wrong: STILL };
      if (!(await pendingSignIns.finish(http, reply, pending)))
        return interactions.signInAgain(reply, interaction);
      return complete(http, reply, user, amr, interaction);
    },
  };

  return {
    metadata: {},
    register: (root) => stagePages.register(root, page),
  };
}
