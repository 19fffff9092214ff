export { Crl, type CrlScope } from './revocation/crl.ts';
export type { CrlEntry } from './revocation/crl-entries.ts';
export { type CrlAnswer, type CrlQuestion, statusByCrls } from './revocation/crl-status.ts';
export {
  type OcspAnswer,
  type OcspQuestion,
  type OcspResponder,
  type OcspStatement,
  statusByOcsp,
} from './revocation/ocsp.ts';
export {
  type CertId,
  type CertIdHash,
  certIdOf,
  encodeOcspRequest,
  newOcspNonce,
  type OcspRequest,
} from './revocation/ocsp-request.ts';
export {
  evaluateRevocation,
  type RevocationOutcome,
  type RevocationPolicy,
  type RevocationQuestion,
  type RevocationSource,
  type RevocationStatus,
  type Undetermined,
} from './revocation/policy.ts';
export type { RevocationReason } from './revocation/reason.ts';
export {
  type GoodStatus,
  isPermanentRevocation,
  type RevocationProblem,
  type RevokedStatus,
  type UnusableStatus,
  unusableStatus,
} from './revocation/status.ts';
export { SignatureBudget, type SignatureProblem } from './signed-data.ts';
