import type { FastifyInstance, FastifyReply } from 'fastify';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { Refusal } from '../../refusal/refusal.ts';
import { recordShownRefusal } from '../oauth-replies.ts';
import type { MessageName } from '../page/catalogue/en.ts';
import type { PageScript } from '../page/content-security-policy.ts';
import type { FormScope, FormTokens } from '../page/form-token.ts';
import type { Html } from '../page/html.ts';
import type { Language } from '../page/language.ts';
import type { Pages } from '../page/pages.ts';
import { type Interaction, type Interactions, queryFor } from './interaction.ts';
import type { PageRequest, PageRoutes } from './page-routes.ts';
import type { PendingSignIn, PendingSignIns, Stage } from './pending-sign-in.ts';
import { SIGN_IN_REFUSED } from './sign-in-attempts.ts';
import type { SingleSignOn } from './single-sign-on.ts';

/** A request for the page of a stage, by somebody who is at it. */
export type StageRequest = PageRequest & {
  readonly interaction: Interaction;
  readonly pending: PendingSignIn;
  readonly language: Language;
};

/** What is wrong with what was sent, and in which field where it is one. */
export type StageProblem = { readonly name: MessageName; readonly field?: string };

/** The form of a page: where it goes, and the token that shows that it came from there. */
export type StageForm = { readonly action: string; readonly formToken: string };

export type StagePage<Problem extends StageProblem = StageProblem> = {
  readonly path: string;
  readonly stage: Stage;
  readonly title: MessageName;
  readonly script?: PageScript;
  /** The problem of this name and field, where the page has one. */
  problemOf(name: string, field: string | undefined): Problem | undefined;
  /** That the page was out of date. */
  readonly formProblem: Problem;
  body(request: StageRequest, form: StageForm, problem: Problem | undefined): Html | Promise<Html>;
  /**
   * Takes what was sent.
   * @returns the answer, or what is wrong with it
   * @throws Refusal, which `problemOfRefusal` says on the page
   */
  submit(request: StageRequest): Promise<FastifyReply | { readonly wrong: Problem }>;
  problemOfRefusal?(refusal: Refusal): Problem;
};

/** Pages of a sign-in on its way, each for one stage of it. */
export type StagePages = {
  register<Problem extends StageProblem>(root: FastifyInstance, page: StagePage<Problem>): void;
};

export function createStagePages(context: {
  readonly pageRoutes: PageRoutes;
  readonly pages: Pages;
  readonly events: EventRecorder;
  readonly formTokens: FormTokens;
  readonly interactions: Interactions;
  readonly singleSignOn: Pick<SingleSignOn, 'goOnOrSignInAgain'>;
  readonly pendingSignIns: Pick<PendingSignIns, 'find'>;
}): StagePages {
  const { pageRoutes, pages, events, formTokens, interactions, singleSignOn, pendingSignIns } = context;

  const scopeOf = (path: string, { id }: PendingSignIn): FormScope => [path, id];

  const requestOf = (interaction: Interaction) =>
    interaction.kind === 'request' ? interaction.pending : undefined;

  const send = async <Problem extends StageProblem>(
    page: StagePage<Problem>,
    request: StageRequest,
    status: number,
    problem: Problem | undefined,
  ): Promise<FastifyReply> => {
    const { http, reply, interaction, pending, language } = request;
    const title = language.text(page.title);
    const form = {
      action: pages.path(`${page.path}${queryFor(interaction)}`),
      formToken: formTokens.issue(http, reply, scopeOf(page.path, pending)),
    };
    const body = await page.body(request, form, problem);
    return pages.send(reply, {
      status,
      language,
      title: problem ? language.text('problem.title', { title }) : title,
      policy: {
        formTargets: [requestOf(interaction)?.redirect_uri],
        ...(page.script && { script: page.script }),
      },
      body,
    });
  };

  /** @returns undefined for somebody who is not at this stage */
  const stageRequest = async (
    request: PageRequest,
    interaction: Interaction,
    stage: Stage,
  ): Promise<StageRequest | undefined> => {
    const { http } = request;
    const pending = await pendingSignIns.find(http, interaction, stage);
    const language = pages.language(http, requestOf(interaction)?.ui_locales);
    return pending && { ...request, interaction, pending, language };
  };

  /** A browser is led to the page again; another program is answered with it. */
  const tell = <Problem extends StageProblem>(
    page: StagePage<Problem>,
    request: StageRequest,
    problem: Problem,
  ): FastifyReply | Promise<FastifyReply> => {
    const { name, field } = problem;
    return (
      interactions.leadToProblem(request, page.path, request.interaction, {
        problem: name,
        ...(field !== undefined && { field }),
      }) ?? send(page, request, 400, problem)
    );
  };

  const show = async <Problem extends StageProblem>(
    page: StagePage<Problem>,
    request: PageRequest,
  ): Promise<FastifyReply> => {
    const interaction = await interactions.of(request);
    const staged = await stageRequest(request, interaction, page.stage);
    if (!staged) return singleSignOn.goOnOrSignInAgain(request, interaction);
    const told = interactions.problemToTell(request, page.path, interaction);
    return send(page, staged, 200, told && page.problemOf(told.problem, told.field));
  };

  const submit = async <Problem extends StageProblem>(
    page: StagePage<Problem>,
    request: PageRequest,
  ): Promise<FastifyReply> => {
    const { http, reply, form } = request;
    const interaction = await interactions.of(request);
    const staged = await stageRequest(request, interaction, page.stage);
    // Nobody may think that what they sent was taken.
    if (!staged) return interactions.signInAgain(reply, interaction);
    const refused = (refusal: Refusal, problem: Problem) => {
      recordShownRefusal(refusal, reply, SIGN_IN_REFUSED, { events });
      return tell(page, staged, problem);
    };
    try {
      formTokens.check(http, form.get('form_token'), scopeOf(page.path, staged.pending));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refused(error, page.formProblem);
    }
    try {
      const answer = await page.submit(staged);
      return 'wrong' in answer ? tell(page, staged, answer.wrong) : answer;
    } catch (error) {
      if (!(error instanceof Refusal) || !page.problemOfRefusal) throw error;
      return refused(error, page.problemOfRefusal(error));
    }
  };

  return {
    register(root, page) {
      pageRoutes(root, page.path, SIGN_IN_REFUSED, {
        GET: (request) => show(page, request),
        POST: (request) => submit(page, request),
      });
    },
  };
}
