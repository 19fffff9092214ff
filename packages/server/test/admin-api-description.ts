import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { z } from 'zod';
import { type Answer, call } from './token-client.ts';

/** A part of the OpenAPI document; more stands beside what is read here. */
const Content = z.looseObject({ content: z.looseObject({ 'application/json': z.unknown() }).optional() });
const Operation = z.looseObject({
  operationId: z.string(),
  security: z.tuple([z.object({ bearer: z.array(z.string()) })]).rest(z.unknown()),
  requestBody: Content.optional(),
  responses: z.record(z.string(), Content),
});
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

/** The admin API as it describes itself. */
export type AdminApiDescription = {
  readonly document: z.infer<typeof Document>;
  /**
   * Holds an exchange against the description: status and every member of the answer, and of a body that was taken.
   * @param path below `/api/admin/v1`, with its query
   * @throws AssertionError
   */
  check(method: string, path: string, body: string | undefined, answer: Answer): void;
};

const ID = 'admin-api';
/** Answered before an operation is found, or to whatever cannot be one of its requests. */
const OF_NO_OPERATION = [404, 405, 413, 415];

function readDescription(text: string): AdminApiDescription {
  const json: unknown = JSON.parse(text);
  const document = Document.parse(json);
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  ajv.addVocabulary(Object.keys(document));
  ajv.addSchema(document, ID);
  const compiled = new Map<string, ValidateFunction>();
  const validatorOf = (...pointer: readonly string[]): ValidateFunction => {
    const escaped = pointer.map((part) =>
      encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
    );
    const $ref = `${ID}#/${escaped.join('/')}`;
    const validate = compiled.get($ref) ?? ajv.compile({ $ref });
    compiled.set($ref, validate);
    return validate;
  };
  const hold = (validate: ValidateFunction, value: unknown, what: string) => {
    if (validate(value)) return;
    assert.fail(`${what} is not as described: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`);
  };
  const templates = Object.keys(document.paths)
    .map((template) => ({ template, pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
    // One without parameters comes before one whose parameter it would fit.
    .toSorted((one, other) => one.template.split('{').length - other.template.split('{').length);

  return {
    document,
    check(method, pathAndQuery, body, answer) {
      const [path = ''] = pathAndQuery.split('?');
      const verb = method.toLowerCase();
      const what = `${method} ${path}: ${answer.status}`;
      const template = templates.find(({ pattern }) => pattern.test(path))?.template ?? '';
      const operation = document.paths[template]?.[verb];
      const response = operation?.responses[answer.status];
      if (!response) {
        assert.ok(OF_NO_OPERATION.includes(answer.status), `${what} is not described`);
        hold(validatorOf('components', 'schemas', 'Error'), answer.json(), what);
        return;
      }
      const at = ['paths', template, verb];
      const json = ['content', 'application/json', 'schema'];
      if (response.content) {
        hold(validatorOf(...at, 'responses', String(answer.status), ...json), answer.json(), what);
      } else assert.equal(answer.text, '', what);
      if (answer.status >= 300 || !operation?.requestBody) return;
      assert.ok(body !== undefined, `${what} without the body it describes`);
      hold(validatorOf(...at, 'requestBody', ...json), JSON.parse(body), `${what}, what was sent,`);
    },
  };
}

const known = new Map<string, AdminApiDescription>();

/** The description by the server with this issuer, asked for once. */
export async function adminApiDescription(issuer: string): Promise<AdminApiDescription> {
  const held = known.get(issuer);
  if (held) return held;
  const { text } = await call(`${issuer}/api/admin/v1/openapi.json`);
  const description = readDescription(text);
  known.set(issuer, description);
  return description;
}
