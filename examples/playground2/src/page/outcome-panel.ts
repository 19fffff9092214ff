import type { Facts, Outcome } from '../outcome.ts';
import { type Html, html } from './html.ts';

/** Names and values, one below the other. */
export const facts = (pairs: Facts): Html =>
  html`<dl class="facts">${pairs.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd><code>${value}</code></dd></div>`,
  )}</dl>`;

/** What came of the last thing the person did. */
export const outcomePanel = (
  outcome: Outcome,
): Html => html`<section id="outcome" class="card outcome ${outcome.verdict}"
 aria-labelledby="outcome-title" tabindex="-1">
<h2 id="outcome-title"><span class="badge ${outcome.verdict}">${
  outcome.verdict === 'good' ? '✓ Accepted' : '✕ Refused'
}</span> ${outcome.title}</h2>
<p role="status">${outcome.text}</p>
${outcome.facts.length > 0 && facts(outcome.facts)}
${outcome.otherSide && html`<h3>${outcome.otherSide.label}</h3>${facts(outcome.otherSide.facts)}`}
${
  outcome.document &&
  html`<h3>${outcome.document.label}</h3>
<pre tabindex="0" role="region" aria-label="${outcome.document.label}">${outcome.document.text}</pre>`
}
</section>`;
