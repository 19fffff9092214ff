import { key, section } from '../key-notes.ts';
import { wholeNumber } from './values.ts';

const size = (usual: number, most: number, description: string) =>
  key(wholeNumber(256, most).default(usual), {
    expected: `a whole number of octets from 256 to ${most}`,
    description,
    reload: 'live',
  });

export const claims = section(
  'How large the claims may be, together, that claim rules give (docs/claims.md). One that has no room is left out whole, and the event `claim.left_out` says so.',
  {
    token_size: size(
      4096,
      65_536,
      'In an ID token or access token, in octets of JSON. Tokens travel in headers, which many servers end at 8192 octets; what they carry grows by a third on the way.',
    ),
    answer_size: size(65_536, 1_048_576, 'In an answer of UserInfo or introspection, in octets of JSON.'),
  },
);
