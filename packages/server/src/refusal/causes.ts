/** Every cause a refusal can have: what happened, and what the operator can do about it. */
export const CAUSES = {
  malformed_request: {
    what: 'The request is not what the endpoint reads.',
    remedy: 'Compare the request with the RFC section named in the evidence.',
  },
  parameter_missing: {
    what: 'A required parameter is missing.',
    remedy: 'Send the parameter named in the evidence.',
  },
  parameter_repeated: {
    what: 'A parameter was sent more than once (RFC 6749 §3.2).',
    remedy: 'Send each parameter once.',
  },
} as const satisfies Record<string, { what: string; remedy: string }>;

export type Cause = keyof typeof CAUSES;
