/** MetalLB's rules: which addresses a pool has, who gets one, and who answers for it. Pure. */
export {
  ADVERTISEMENTS,
  announcer,
  type Installation,
  installation,
  type Objects,
  POOLS,
} from "./installation.ts";
export { freeAddress, type Pool, poolError, poolHolding, runsImage } from "./pools.ts";
