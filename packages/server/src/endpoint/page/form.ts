import { type Html, html, verbatim } from './html.ts';
import type { Language } from './language.ts';

/** One text field of a form. */
export type Field = {
  /** The name of the parameter and the id of the element. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with what was typed. */
  readonly problem?: string | undefined;
  readonly type?: 'text' | 'password';
  readonly value?: string | undefined;
  /** HTML §4.10.18.7, for password stores. */
  readonly autocomplete: string;
  readonly autofocus?: boolean;
  readonly inputmode?: 'numeric';
  readonly code?: true;
  readonly maxlength?: number;
  /** Whether the form can be sent without it. */
  readonly optional?: true;
};

/** A labelled field; hint and problem are read out with it. */
export function field(of: Field): Html {
  const { name, label, hint, problem, type = 'text', value, autocomplete } = of;
  const described = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ');
  return html`<div class="field">
<label for="${name}">${label}</label>
${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${problem && html`<p class="wrong" id="${name}-problem">${problem}</p>`}
<input type="${type}" id="${name}" name="${name}" autocomplete="${autocomplete}"${
    value !== undefined && html` value="${value}"`
  } maxlength="${of.maxlength ?? 1024}"${of.inputmode && html` inputmode="${of.inputmode}"`}${
    of.code && html` class="code" spellcheck="false"`
  }${(type === 'text' || undefined) && html` autocapitalize="none" autocorrect="off"`}${
    described !== '' && html` aria-describedby="${described}"`
  }${(problem !== undefined || undefined) && html` aria-invalid="true"`}${
    (!of.optional || undefined) && html` required`
  }${(of.autofocus || undefined) && html` autofocus`}>
</div>`;
}

/** A box to tick, sent as `yes`; the hint is read out with it. */
export const choice = (of: {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly isTicked?: true;
}): Html => html`<div class="choice">
<input type="checkbox" id="${of.name}" name="${of.name}" value="yes"${of.isTicked && html` checked`} aria-describedby="${of.name}-hint">
<label for="${of.name}">${of.label}</label>
<p class="hint" id="${of.name}-hint">${of.hint}</p>
</div>`;

/** Hidden parameters of a form; those without a value are left out. */
export const hidden = (values: Readonly<Record<string, string | undefined>>): Html =>
  html`${Object.entries(values).map(
    ([name, value]) =>
      value !== undefined && html`<input type="hidden" name="${name}" value="${verbatim(value)}">`,
  )}`;

/**
 * A form that is sent with its token.
 * @param content its fields and buttons
 */
export const postForm = (
  { action, formToken }: { readonly action: string; readonly formToken: string },
  content: Html,
): Html => html`<form method="post" action="${action}">${hidden({ form_token: formToken })}${content}</form>`;

/**
 * What went wrong, read out and focused when the page loads.
 * @param field the id of the field to mend
 */
export const problemSummary = (language: Language, problem: string, fieldId?: string): Html =>
  html`<div class="notice problem" role="alert" tabindex="-1" autofocus>
<h2>${language.text('problem.heading')}</h2>
<p>${fieldId === undefined ? problem : html`<a href="#${fieldId}">${problem}</a>`}</p>
</div>`;

/** What a person can tell an administrator about what went wrong. */
export const reference = (language: Language, event_id: string): Html =>
  html`<p class="quiet small">${language.markup('problem.reference', {
    id: html`<span class="unbroken">${event_id}</span>`,
  })}</p>`;

/** What went well. */
export const notice = (text: string): Html => html`<p class="notice" role="status">${text}</p>`;
