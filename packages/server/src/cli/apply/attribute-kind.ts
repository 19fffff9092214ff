import { AttributeAnswer } from '../../admin/attribute-resource.ts';
import { AttributeSpecification } from '../../user/attribute-definition.ts';
import { listedKind } from './listed-kind.ts';
import { fileOf } from './resource-schema.ts';

/** What people can have beside their names. */
export const attributeKind = listedKind({
  kind: 'attribute',
  File: fileOf('attribute', AttributeSpecification.shape),
  Specification: AttributeSpecification,
  Answer: AttributeAnswer,
  nameOf: ({ name }) => name,
  named: (name) => ({ name }),
  path: '/attributes',
  reads: 'people:read',
  writes: 'people:write',
  defaults: { list: false },
});
