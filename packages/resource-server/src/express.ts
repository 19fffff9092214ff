export { acceptedToken } from './adapter/accepted-token.ts';
export {
  type NodeOptions as ExpressOptions,
  nodeMetadata as expressMetadata,
  nodeMiddleware as expressMiddleware,
} from './adapter/node.ts';
