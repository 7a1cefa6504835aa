/** The CEL library, in a module of its own: most clusters never need it. */
export { Environment } from "@marcbachmann/cel-js";
