import { isDeepStrictEqual } from 'node:util';
import { isMemberOfObjects } from '../claim/reserved-claims.ts';
import type { Clock } from '../clock.ts';
import { changesBetween } from '../event/changes.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { EventType } from '../event/event-types.ts';
import { type ManagedChange, managedAfter } from '../managed-by.ts';
import { commitChange, tryChange, UnitRefused } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import {
  ATTRIBUTE_NAME,
  type AttributeDefinition,
  type AttributeSpecification,
  specificationProblem,
} from '../user/attribute-definition.ts';
import { isStandardClaim } from '../user/person-attributes.ts';
import type { Actor } from './actor.ts';
import { changeAgain, checkRevision, type Expected } from './unit-of-change.ts';

/** Thrown for a definition that cannot be: `field` is the member at fault, the message the end of a sentence about it. */
export class InvalidAttribute extends Error {
  override readonly name = 'InvalidAttribute';
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`${field} ${problem}`);
    this.field = field;
  }
}

/** Thrown where no such attribute is defined. */
export class AttributeNotFound extends Error {
  override readonly name = 'AttributeNotFound';
}

/** Definitions of a deployment: each change of an account looks at all of them. */
const MOST_ATTRIBUTES = 500;

/** A definition as it is to be, and which files keep it. */
export type SaidAttribute = AttributeSpecification & ManagedChange;

/** Defines the attributes of people; each change is written with its one event. Values that accounts have stay as they are. */
export type AttributeDefinitions = {
  /** By name. */
  list(): Promise<readonly AttributeDefinition[]>;
  /** @throws AttributeNotFound */
  find(name: string): Promise<AttributeDefinition>;
  /** @param created_at now, unless it was defined elsewhere before @throws InvalidAttribute */
  add(
    name: string,
    specification: SaidAttribute,
    by: Actor,
    created_at?: number,
  ): Promise<AttributeDefinition>;
  /** @throws AttributeNotFound, RevisionMismatch, InvalidAttribute */
  replace(
    name: string,
    specification: SaidAttribute,
    by: Actor,
    expected?: Expected,
  ): Promise<AttributeDefinition>;
  /** @throws AttributeNotFound, RevisionMismatch, InvalidAttribute while a claim rule is made of it */
  remove(name: string, by: Actor, expected?: Expected): Promise<void>;
};

const audited = ({ created_at: _at, revision: _revision, ...definition }: AttributeDefinition) => definition;

const eventOf = (
  type: EventType,
  by: Actor,
  before: AttributeDefinition | undefined,
  after: AttributeDefinition | undefined,
  name: string,
): EventDraft => ({
  type,
  outcome: 'success',
  actor: by,
  object: { kind: 'attribute', id: name },
  changes: changesBetween(before && audited(before), after && audited(after)),
});

/** What an attribute may be called and be. @throws InvalidAttribute */
export function checkAttribute(name: string, specification: AttributeSpecification): void {
  if (!ATTRIBUTE_NAME.test(name))
    throw new InvalidAttribute('name', 'begins with a letter and has 1 to 100 letters, digits and _ . : / -');
  if (isMemberOfObjects(name))
    throw new InvalidAttribute('name', `${name} is a member of every JavaScript object, and lost in some`);
  if (isStandardClaim(name))
    throw new InvalidAttribute('name', `${name} is a claim of OpenID Connect, which says what it is`);
  const wrong = specificationProblem(specification);
  if (wrong) throw new InvalidAttribute(wrong.field, wrong.problem);
}

const notFound = (name: string) => new AttributeNotFound(`the attribute ${name} is not defined`);

export function createAttributeDefinitions(
  storage: Pick<Storage, 'attributeDefinitions' | 'claimRules' | 'commit'>,
  events: Pick<EventRecorder, 'prepare'>,
  clock: Clock,
): AttributeDefinitions {
  const { attributeDefinitions, claimRules } = storage;

  const find = async (name: string): Promise<AttributeDefinition> => {
    const definition = await attributeDefinitions.find(name);
    if (!definition) throw notFound(name);
    return definition;
  };

  return {
    list: () => attributeDefinitions.list(),
    find,

    async add(name, { managed_by, ...specification }, by, created_at = clock()) {
      checkAttribute(name, specification);
      if ((await attributeDefinitions.list()).length >= MOST_ATTRIBUTES)
        throw new InvalidAttribute('name', `would be one of more than ${MOST_ATTRIBUTES} attributes`);
      const definition = {
        ...specification,
        name,
        ...managedAfter({}, managed_by),
        created_at,
        revision: 1,
      };
      const event = eventOf('attribute.defined', by, undefined, definition, name);
      try {
        await commitChange({ storage, events }, [attributeDefinitions.steps.insert(definition)], event);
      } catch (error) {
        if (!(error instanceof UnitRefused)) throw error;
        throw new InvalidAttribute('name', `${name} is defined already`);
      }
      return definition;
    },

    replace: (name, { managed_by, ...specification }, by, expected) =>
      changeAgain(async () => {
        const before = await find(name);
        checkRevision(`the attribute ${name}`, before.revision, expected);
        checkAttribute(name, specification);
        const { created_at } = before;
        const after = {
          ...specification,
          name,
          ...managedAfter(before, managed_by),
          created_at,
          revision: before.revision + 1,
        };
        if (isDeepStrictEqual(audited(before), audited(after))) return before;
        const event = eventOf('attribute.updated', by, before, after, name);
        await commitChange({ storage, events }, [attributeDefinitions.steps.update(after)], event);
        return after;
      }),

    async remove(name, by, expected) {
      // One that cannot be read can be removed all the same.
      const before = await unlessUnreadable(attributeDefinitions.find(name));
      if (before) checkRevision(`the attribute ${name}`, before.revision, expected);
      const using = (await claimRules.list()).filter(
        ({ source }) => source.from === 'person_attribute' && source.attribute === name,
      );
      if (using.length > 0) {
        const claims = [...new Set(using.map(({ claim }) => claim))].join(', ');
        throw new InvalidAttribute(
          'name',
          `${name} is what the claim ${claims} is made of; remove its rule first`,
        );
      }
      const event = eventOf('attribute.removed', by, before, undefined, name);
      const { outcome } = await tryChange(
        { storage, events },
        [attributeDefinitions.steps.remove(name)],
        event,
      );
      if (outcome === 'refused') throw notFound(name);
    },
  };
}
