import type { MovedRecord } from './record.ts';

/** What an operator knows a record by, for reports. */
export function recordName(record: MovedRecord): string {
  switch (record.kind) {
    case 'client':
      return record.client_id;
    case 'person':
      return record.username;
    case 'trusted_certificate':
      return record.trust_group === undefined ? record.alias : `${record.alias} of ${record.trust_group}`;
    case 'claim_rule':
      return record.claim;
    case 'initial_access_token':
      return record.label || record.token_id;
    case 'consent':
      return `${record.username} to ${record.client_id}`;
    case 'grant':
      return `${record.username} at ${record.client_id}`;
    case 'subject_secret':
      return 'secret of pairwise subjects';
    case 'settings':
      return 'deployment.toml';
    default:
      return record.name;
  }
}
