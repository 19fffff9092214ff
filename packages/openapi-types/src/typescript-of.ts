import openapiTS, { astToString } from 'openapi-typescript';

const HEADER = `/**
 * What the admin API takes and answers. GENERATED from the OpenAPI description of the server: change that, and then
 * run \`npm run generate -w @countersign/openapi-types\`.
 */

`;

/**
 * TypeScript of an OpenAPI 3.1 document: every named schema as a type of its name, `paths` and `operations`.
 * @param description the document as JSON
 */
export async function typescriptOf(description: string): Promise<string> {
  const nodes = await openapiTS(description, {
    immutable: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    // A default is what holds when a member is left out: what is sent may leave it out.
    defaultNonNullable: false,
    silent: true,
  });
  return `${HEADER}${astToString(nodes)}`;
}
