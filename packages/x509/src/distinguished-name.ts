export { attributeTypeOf, keywordOf } from './distinguished-name/attribute-type.ts';
export { type AttributeValue, textValue } from './distinguished-name/attribute-value.ts';
export { DistinguishedName } from './distinguished-name/distinguished-name.ts';
export { InvalidDistinguishedName } from './distinguished-name/invalid-distinguished-name.ts';
export {
  inConventionalOrder,
  normaliseRegisteredSubjectDn,
  type RegisteredSubjectDn,
  readRegisteredSubjectDn,
  type WrittenForm,
} from './distinguished-name/registered-subject-dn.ts';
export type {
  AttributeTypeAndValue,
  RelativeDistinguishedName,
} from './distinguished-name/text.ts';
