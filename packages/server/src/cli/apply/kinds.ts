import { attributeKind } from './attribute-kind.ts';
import { claimRuleKind } from './claim-rule-kind.ts';
import { clientKind } from './client-kind.ts';
import { groupKind } from './group-kind.ts';
import type { Kind, ResourceKind } from './resource.ts';
import { roleKind } from './role-kind.ts';
import { trustedCertificateKind } from './trusted-certificate-kind.ts';

/** Each kind of resource. */
export const KINDS: Readonly<Record<ResourceKind, Kind>> = {
  attribute: attributeKind,
  role: roleKind,
  group: groupKind,
  trusted_certificate: trustedCertificateKind,
  client: clientKind,
  claim_rule: claimRuleKind,
};
