import type { PlugInClaims } from 'countersign/plug-in';

/** Groups whose people can move money. */
const GUARDED = ['treasury', 'payments'];

/**
 * How closely an API should look at what somebody asks for: the group of a person and the place of the claim decide, which
 * no rule can say. Named by a claim rule: `countersign claim add risk --scope risk --from plug_in --plug-in risk --to userinfo`.
 */
const risk: PlugInClaims = {
  kind: 'claims',
  name: 'risk',
  give({ about, destination }) {
    // A client on its own behalf is judged by its certificate.
    if (about.kind === 'client') return { outcome: 'nothing' };
    const isGuarded = about.groups.some((group) => GUARDED.includes(group));
    // An ID token is kept for long: what it says is meant for the sign-in alone.
    if (destination === 'id_token' && !isGuarded) return { outcome: 'nothing' };
    return { outcome: 'given', value: isGuarded ? 'high' : 'low' };
  },
};

export default risk;
