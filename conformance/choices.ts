/** Why a module does not pass, where that is a choice of this server, or not its doing. */
export type Choice = {
  /** By the suite's name. */
  readonly module: string;
  /** Our names of the plans it holds in; all of them when absent. */
  readonly plans?: readonly string[];
  readonly reason: string;
};

/** Everything that is known not to pass; a module that fails and is not here is a fault. */
export const CHOICES: readonly Choice[] = [
  {
    module: 'oidcc-discovery-endpoint-verification',
    plans: ['dynamic'],
    reason:
      'The plan asks for `id_token`, `id_token token` and the grant `implicit` in the metadata. They are not built: an access token or an ID token in the address is what RFC 9700 §2.1.2 tells servers to give up.',
  },
  {
    module: 'oidcc-ensure-request-with-acr-values-succeeds',
    reason:
      'An ID token has `acr` when the sign-in reached a level that has a name, a second factor or a passkey. The suite signs in with a password, and warns.',
  },
];

/** The choice that explains how a module ended in a plan. */
export const choiceOf = (module: string, plan: string): Choice | undefined =>
  CHOICES.find((choice) => choice.module === module && (choice.plans?.includes(plan) ?? true));

/** What is not built, and what the metadata says of it. */
export const NOT_BUILT: readonly {
  readonly what: string;
  readonly plans: readonly string[];
  readonly reason: string;
  /** Members of the metadata that would announce it. */
  readonly absent: readonly string[];
}[] = [
  {
    what: 'Front-channel logout',
    plans: ['oidcc-frontchannel-rp-initiated-logout-certification-test-plan'],
    reason:
      'It loads a page of every client in a frame and hopes for the client’s cookies there. Browsers keep cookies from frames of other sites, so a client would not be told, and nobody would learn of it. Back-channel logout tells it, again when it must.',
    absent: ['frontchannel_logout_supported', 'frontchannel_logout_session_supported'],
  },
  {
    what: 'Session management',
    plans: ['oidcc-session-management-certification-test-plan'],
    reason:
      'It asks a frame of this server, again and again, whether the session is still the same; the frame needs its own cookies on the client’s page, which browsers keep from it too.',
    absent: ['check_session_iframe'],
  },
  {
    what: 'The implicit flow, and the hybrid flows with an access token',
    plans: [
      'oidcc-implicit-certification-test-plan',
      'oidcc-formpost-implicit-certification-test-plan',
      'oidcc-hybrid-certification-test-plan',
      'oidcc-formpost-hybrid-certification-test-plan',
    ],
    reason:
      'Access tokens that travel in addresses are read from histories and logs, and bound to nobody (RFC 9700 §2.1.2). `code id_token` is there, for FAPI 1.0 Advanced.',
    absent: [],
  },
];
