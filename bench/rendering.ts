import type { Step, Variables } from './step.ts';

/** A request ready to be sent: the same octets each time, or made anew of the variables. */
export type Rendering =
  | { readonly kind: 'fixed'; readonly request: Buffer }
  | { readonly kind: 'varying'; readonly request: (variables: Variables) => string };

type Template = { readonly isFixed: boolean; readonly render: (variables: Variables) => string };

const VARIABLE = /\{([a-z_]+)\}/;
const asIs = (text: string) => text;

function template(text: string, encode: (text: string) => string): Template {
  const parts = text.split(VARIABLE);
  const literals = parts.filter((_, index) => index % 2 === 0).map(encode);
  const names = parts.filter((_, index) => index % 2 === 1);
  const [first = ''] = literals;
  return {
    isFixed: names.length === 0,
    render(variables) {
      let rendered = first;
      for (const [index, name] of names.entries()) {
        const value = variables[name];
        if (value === undefined) throw new Error(`nothing is known of {${name}}`);
        rendered += encode(value) + (literals[index + 1] ?? '');
      }
      return rendered;
    },
  };
}

/** Several texts as one. */
const joined = (templates: readonly Template[]): Template => ({
  isFixed: templates.every(({ isFixed }) => isFixed),
  render: (variables) => templates.map(({ render }) => render(variables)).join(''),
});

/** Names and values as application/x-www-form-urlencoded. */
const pairs = (values: Readonly<Record<string, string>>): Template =>
  joined(
    Object.entries(values).map(([name, value], index) =>
      joined([
        template(`${index === 0 ? '' : '&'}${encodeURIComponent(name)}=`, asIs),
        template(value, encodeURIComponent),
      ]),
    ),
  );

/**
 * Readies the requests of a step.
 * @param host as the Host header has it
 * @param connection what the client says of the connection
 */
export function render(step: Step, host: string, connection: 'keep-alive' | 'close'): Rendering {
  const { method, path, query, headers, form } = step;
  const target = joined([
    template(path, asIs),
    ...(Object.keys(query).length === 0 ? [] : [template('?', asIs), pairs(query)]),
  ]);
  const lines = joined(
    Object.entries(headers).map(([name, value]) => template(`${name}: ${value}\r\n`, asIs)),
  );
  const body = pairs(form);
  const always = `Host: ${host}\r\nAccept: application/json\r\nConnection: ${connection}\r\n`;
  const isPost = method === 'POST';
  const whole = (variables: Variables): string => {
    const text = isPost ? body.render(variables) : '';
    const content = isPost
      ? `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${text.length}\r\n`
      : '';
    const head = `${method} ${target.render(variables)} HTTP/1.1\r\n${always}`;
    return `${head}${content}${lines.render(variables)}\r\n${text}`;
  };
  return target.isFixed && lines.isFixed && body.isFixed
    ? { kind: 'fixed', request: Buffer.from(whole({})) }
    : { kind: 'varying', request: whole };
}
