export { acceptedToken } from './accepted-token.ts';
export {
  type NodeOptions as ExpressOptions,
  nodeMetadata as expressMetadata,
  nodeMiddleware as expressMiddleware,
} from './node.ts';
