/**
 * Collects what is asked for in one turn of the event loop and has it done at once.
 * @param doAll given all of it in the order it was asked for; gives a result for each. Where it throws, all fail
 * @param most that is done at once; more in one turn is done in several parts
 */
export function inOneTurn<Asked, Result>(
  doAll: (asked: readonly Asked[]) => Promise<readonly Result[]>,
  most: number,
): (asked: Asked) => Promise<Result> {
  type Waiting = PromiseWithResolvers<Result> & { readonly asked: Asked };
  let waiting: Waiting[] = [];

  const doPart = async (part: readonly Waiting[]) => {
    try {
      const results = await doAll(part.map(({ asked }) => asked));
      for (const [index, { resolve, reject }] of part.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error('nothing was said of one of what was asked for together'));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of part) reject(error);
    }
  };

  return (asked) => {
    if (waiting.length === 0) {
      setImmediate(() => {
        const all = waiting;
        waiting = [];
        for (let from = 0; from < all.length; from += most) void doPart(all.slice(from, from + most));
      });
    }
    const one = { ...Promise.withResolvers<Result>(), asked };
    waiting.push(one);
    return one.promise;
  };
}
