/** One who can belong to groups: a person by `sub`, or a client by `client_id`. */
export type Member = { readonly kind: 'person' | 'client'; readonly id: string };
/** What a member is: names of its groups, those that contain them included, and of its roles, those of its groups included; each sorted. */
export type Standing = { readonly groups: readonly string[]; readonly roles: readonly string[] };
/** Looks up the standing of now; remembered until a change, on every node. */
export type Memberships = (member: Member) => Promise<Standing>;
