import { z } from 'zod';
import { ManagedBy, ManagedByChange } from '../managed-by.ts';
import type { AttributeDefinitions } from '../registration/attribute-definitions.ts';
import { type AttributeDefinition, AttributeSpecification } from '../user/attribute-definition.ts';
import { VALUE_TYPES } from '../user/value-type.ts';
import { allOf } from './page.ts';
import { type AdminRoute, adminRoute } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

export const AttributeAnswer = z
  .object({
    name: z.string(),
    type: z.enum(VALUE_TYPES),
    list: z.boolean(),
    pattern: z.string().optional(),
    max_length: z.int().optional(),
    minimum: z.int().optional(),
    maximum: z.int().optional(),
    title: z.string().optional(),
    managed_by: ManagedBy.optional(),
    created_at: Timestamp,
    revision: z.int(),
  })
  .meta({ id: 'Attribute' });

/** The definition of an attribute as administrators see it. */
export function attributeAnswer(definition: AttributeDefinition): z.infer<typeof AttributeAnswer> {
  const { name, type, list, pattern, max_length, minimum, maximum, title } = definition;
  const { managed_by, created_at, revision } = definition;
  return {
    name,
    type,
    list,
    ...(pattern !== undefined && { pattern }),
    ...(max_length !== undefined && { max_length }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(title !== undefined && { title }),
    ...(managed_by !== undefined && { managed_by }),
    created_at: timestamp(created_at),
    revision,
  };
}

const Name = z.string().max(100).describe('As the claims of accounts have it.');
const NewAttribute = z
  .strictObject({ name: Name, ...AttributeSpecification.shape, managed_by: ManagedBy.optional() })
  .meta({ id: 'NewAttribute' });
const Body = AttributeSpecification.extend({ managed_by: ManagedByChange }).meta({
  id: 'AttributeSpecification',
});
const ByName = z.object({ name: z.string() });
const tag = 'claims';

/** `/attributes`: what values of attributes of people may be. The values themselves are claims of accounts. */
export function attributeRoutes(definitions: AttributeDefinitions): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/attributes',
      summary: 'List the attributes that people can have, by name',
      tag,
      area: 'people',
      access: 'read',
      response: allOf('Attributes', AttributeAnswer),
      handle: async () => ({ items: (await definitions.list()).map(attributeAnswer) }),
    }),
    adminRoute({
      method: 'POST',
      path: '/attributes',
      summary: 'Define an attribute of people; values that accounts have already stay as they are',
      tag,
      area: 'people',
      access: 'write',
      body: NewAttribute,
      response: AttributeAnswer,
      status: 201,
      versioned: 'shown',
      handle: async ({ body: { name, ...specification }, administrator, showRevision }) => {
        const definition = await definitions.add(name, specification, administrator);
        showRevision(definition.revision);
        return attributeAnswer(definition);
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/attributes/{name}',
      summary: 'Show the definition of an attribute',
      tag,
      area: 'people',
      access: 'read',
      params: ByName,
      response: AttributeAnswer,
      versioned: 'shown',
      handle: async ({ params, showRevision }) => {
        const definition = await definitions.find(params.name);
        showRevision(definition.revision);
        return attributeAnswer(definition);
      },
    }),
    adminRoute({
      method: 'PUT',
      path: '/attributes/{name}',
      summary: 'Define an attribute otherwise; values that accounts have already stay as they are',
      tag,
      area: 'people',
      access: 'write',
      params: ByName,
      body: Body,
      response: AttributeAnswer,
      versioned: 'conditional',
      handle: async ({ params, body, administrator, expected, showRevision }) => {
        const definition = await definitions.replace(params.name, body, administrator, expected);
        showRevision(definition.revision);
        return attributeAnswer(definition);
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/attributes/{name}',
      summary: 'Remove the definition of an attribute; the values stay, judged by nobody',
      tag,
      area: 'people',
      access: 'write',
      params: ByName,
      versioned: 'conditional',
      handle: ({ params, administrator, expected }) =>
        definitions.remove(params.name, administrator, expected),
    }),
  ];
}
