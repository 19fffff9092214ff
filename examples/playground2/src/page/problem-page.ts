import type { Outcome } from '../outcome.ts';
import { html } from './html.ts';
import { layout } from './layout.ts';
import { facts } from './outcome-panel.ts';

/** The page for a sign-in, which may be tried again, or for another request that came to nothing. */
export function problemPage(base: string, problem: Outcome, of: 'sign-in' | 'request'): string {
  return layout({
    base,
    title: `${problem.title} – playground2`,
    body: html`<section class="card problem">
<h1>${problem.title}</h1>
<p role="alert">${problem.text}</p>
${problem.facts.length > 0 && facts(problem.facts)}
<p class="actions">${of === 'sign-in' && html`<a class="button" href="${base}sign-in">Try again</a> `}<a class="button second" href="${base}">Back to the start</a></p>
</section>`,
  });
}
