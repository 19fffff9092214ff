import { z } from 'zod';
import type { PlugInClaimsRequest } from '../plug-in.ts';
import { PlugInUnavailable } from '../plug-in-process/hosted-plug-in.ts';
import { claimsPlugInFailed, plugInUnavailable } from '../refusal/error-codes.ts';

const One = z.union([z.string(), z.number(), z.boolean()]);
const Verdict = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('given'), value: z.union([One, z.array(One)]) }),
  z.object({ outcome: z.literal('nothing') }),
]);

/** A loaded plug-in, whose answers are anything until they are judged. */
export type LoadedClaims = {
  readonly name: string;
  give(request: PlugInClaimsRequest): Promise<unknown>;
};

/**
 * Asks a plug-in for a claim. Whatever it throws, answers wrongly or leaves unanswered refuses the request that needs the
 * claim: what a program would make of its absence nobody knows.
 * @returns the values, none or one or several
 * @throws Refusal `temporarily_unavailable`
 */
export type AskClaimsPlugIn = (name: string, request: PlugInClaimsRequest) => Promise<readonly unknown[]>;

export function createAskClaimsPlugIn(plugIns: ReadonlyMap<string, LoadedClaims>): AskClaimsPlugIn {
  return async (name, request) => {
    const { claim, client_id } = request;
    const evidence = { client_id, claim, plug_in: name };
    const plugIn = plugIns.get(name);
    if (!plugIn) {
      const known = [...plugIns.keys()];
      throw claimsPlugInFailed({ ...evidence, error: 'no plug-in of this name is loaded here', known });
    }
    try {
      const verdict = Verdict.parse(await plugIn.give(request));
      return verdict.outcome === 'nothing' ? [] : [verdict.value].flat();
    } catch (error) {
      if (error instanceof PlugInUnavailable) throw plugInUnavailable(evidence, error);
      const why = error instanceof z.ZodError ? 'it answered what it may not' : String(Object(error).message);
      throw claimsPlugInFailed({ ...evidence, error: why });
    }
  };
}
