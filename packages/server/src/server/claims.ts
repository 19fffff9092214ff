import { createClaimGiving, type GiveClaims } from '../claim/claim-giving.ts';
import { createAskClaimsPlugIn } from '../claim/claim-plug-in.ts';
import { createRulesOfNow } from '../claim/known-rules.ts';
import { createTellLeftOut } from '../claim/left-out.ts';
import {
  createOfferedClaims,
  createTellClaims,
  createToldSince,
  type OfferedClaims,
  type TellClaims,
  type ToldSince,
} from '../claim/told-claims.ts';
import type { Memberships } from '../user/membership.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import type { OpenHome } from './open-home.ts';

/** Composes the claims that operators define: what they come to, and what people are told of them. */
export function createClaims(
  { storage, events, clock, configuration }: OpenHome,
  { directory, plugIns }: Pick<ClientAuthentication, 'directory' | 'plugIns'>,
  memberships: Memberships,
): {
  readonly giveClaims: GiveClaims;
  readonly tellClaims: TellClaims;
  readonly toldSince: ToldSince;
  readonly offeredClaims: OfferedClaims;
} {
  const rules = createRulesOfNow(storage.claimRules, storage.registry);
  // Before the first token needs them: a database that is away then keeps no remembered client from its token.
  void Promise.resolve(rules()).catch(() => {});
  return {
    giveClaims: createClaimGiving({
      rules,
      memberships,
      findUser: storage.users.find,
      findClient: async (client_id) => (await directory.find(client_id))?.client,
      findGrant: storage.grants.find,
      askPlugIn: createAskClaimsPlugIn(plugIns.claims),
      tellLeftOut: createTellLeftOut(events, clock),
      limits: () => configuration.now().claims,
    }),
    tellClaims: createTellClaims(rules, storage.attributeDefinitions),
    toldSince: createToldSince(rules),
    offeredClaims: createOfferedClaims(rules),
  };
}
