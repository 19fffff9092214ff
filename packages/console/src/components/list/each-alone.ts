import type { Change } from '../../api/queries.ts';
import { ApiError } from '../../api/request.ts';
import type { BulkAction, BulkOutcome } from './list-definition.ts';

/** A server that is not there, or knows the person no more, will do none of the others either. */
const isOver = ({ status }: ApiError): boolean => status === 0 || status === 401;

/** A change of one thing as a change of several, each with an outcome of its own. */
export const eachAlone = <Item, Input>(
  change: Change<Input>,
  inputOf: (item: Item) => Input,
): BulkAction<Item>['change'] => ({
  meta: change.meta,
  mutationFn: (items) =>
    Promise.all(
      items.map(async (item): Promise<BulkOutcome> => {
        try {
          await change.mutationFn(inputOf(item));
          return undefined;
        } catch (error) {
          if (!(error instanceof ApiError) || isOver(error)) throw error;
          return { why: error.message, event_id: error.event_id };
        }
      }),
    ),
});
