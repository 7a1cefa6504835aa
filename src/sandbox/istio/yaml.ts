/** YAML, in a module of its own: a bundled CommonJS package has no names otherwise. */
export { parse, stringify } from "yaml";
