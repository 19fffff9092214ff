import { z } from 'zod';
import type { Managed } from '../managed-by.ts';
import { patternProblem } from './attribute-pattern.ts';
import { typeProblem, VALUE_TYPES } from './value-type.ts';

/** Characters of a value whose definition says nothing else; the most any may say. */
const USUAL_LENGTH = 1000;
const MOST_LENGTH = 4000;
/** Values that a list may have. */
const MOST_VALUES = 1000;

/** An attribute is named as a member of an account's claims is. */
export const ATTRIBUTE_NAME = /^[A-Za-z_][A-Za-z0-9_.:/-]{0,99}$/;

/** What an operator says of an attribute of people. */
export const AttributeSpecification = z.strictObject({
  type: z.enum(VALUE_TYPES),
  /** Whether a person has a list of values rather than one. */
  list: z.boolean().default(false),
  /** A regular expression that the whole of each value matches; of texts alone. */
  pattern: z.string().min(1).max(500).optional(),
  /** Characters of a value. */
  max_length: z.int().min(1).max(MOST_LENGTH).optional(),
  /** The least and the greatest value; of integers alone. */
  minimum: z.int().optional(),
  maximum: z.int().optional(),
  /** What people read on the consent page: “see your {title}”. */
  title: z.string().min(1).max(100).optional(),
});
export type AttributeSpecification = z.infer<typeof AttributeSpecification>;

/** An attribute of people: what values of it may be. The values stand among the claims of each account. */
export type AttributeDefinition = AttributeSpecification &
  Managed & {
    readonly name: string;
    /** Milliseconds since the epoch. */
    readonly created_at: number;
    readonly revision: number;
  };

/** What is wrong with a value of an attribute, as the end of a sentence that begins with its name; undefined for nothing. */
export function valueProblem(definition: AttributeSpecification, value: unknown): string | undefined {
  if (!definition.list) {
    return Array.isArray(value) ? 'has one value, not a list' : oneValueProblem(definition, value);
  }
  if (!Array.isArray(value)) return 'is a list of values';
  if (value.length > MOST_VALUES) return `has ${MOST_VALUES} values at most, not ${value.length}`;
  for (const each of value) {
    const problem = oneValueProblem(definition, each);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function oneValueProblem(definition: AttributeSpecification, value: unknown): string | undefined {
  const { type, pattern, max_length = USUAL_LENGTH, minimum, maximum } = definition;
  const ofType = typeProblem(type, value);
  if (ofType !== undefined) return ofType;
  if (typeof value === 'number') {
    if (minimum !== undefined && value < minimum) return `is ${minimum} at least, not ${value}`;
    if (maximum !== undefined && value > maximum) return `is ${maximum} at most, not ${value}`;
  }
  if (typeof value !== 'string') return undefined;
  if (value.length > max_length) return `has ${max_length} characters at most, not ${value.length}`;
  return pattern === undefined ? undefined : patternProblem(pattern, value);
}

/** What is wrong with a definition itself, with the member at fault; undefined for nothing. */
export function specificationProblem(
  specification: AttributeSpecification,
): { readonly field: string; readonly problem: string } | undefined {
  const { type, pattern, max_length, minimum, maximum } = specification;
  const isText = type !== 'integer' && type !== 'boolean';
  if (!isText && pattern !== undefined)
    return { field: 'pattern', problem: `is of texts, not of type ${type}` };
  if (!isText && max_length !== undefined)
    return { field: 'max_length', problem: `is of texts, not of type ${type}` };
  if (type !== 'integer' && minimum !== undefined)
    return { field: 'minimum', problem: `is of integers, not of type ${type}` };
  if (type !== 'integer' && maximum !== undefined)
    return { field: 'maximum', problem: `is of integers, not of type ${type}` };
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    return { field: 'minimum', problem: `is greater than the maximum ${maximum}` };
  if (pattern === undefined) return undefined;
  try {
    new RegExp(pattern, 'v');
    return undefined;
  } catch (error) {
    return { field: 'pattern', problem: error instanceof Error ? error.message : 'is no regular expression' };
  }
}
