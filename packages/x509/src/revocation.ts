export { Crl } from './revocation/crl.ts';
export { statusByCrls } from './revocation/crl-status.ts';
export {
  type CertIdHash,
  certIdOf,
  encodeOcspRequest,
  newNonce,
  type OcspAnswer,
  type OcspRequest,
  type OcspResponder,
  statusByOcsp,
} from './revocation/ocsp.ts';
export {
  evaluateRevocation,
  type RevocationOutcome,
  type RevocationPolicy,
  type RevocationSource,
  type RevocationStatus,
} from './revocation/policy.ts';
export { fieldsOf } from './revocation/revocation-fields.ts';
export { isPermanent, moment, type RevocationProblem, unusable } from './revocation/status.ts';
