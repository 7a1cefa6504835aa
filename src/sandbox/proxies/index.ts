/** The mesh's proxies in the network: they take connections, ask the mesh what becomes of them, and open others. */
export { MeshInterceptor } from "./interceptor.ts";
