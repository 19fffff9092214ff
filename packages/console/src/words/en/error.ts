/** Why something was not done, by the code the server gives. */
export const error = {
  'error.precondition_failed':
    'Somebody else changed it meanwhile. Load it anew and look at what is there now.',
  'error.temporarily_unavailable': 'The server cannot reach its database. Try again in a moment.',
  'error.server_error': 'The server met an error of its own. The event says more.',
} as const;
