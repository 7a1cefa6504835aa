/** YAML, in a module of its own: it is loaded when it is needed, and a bundled CommonJS package has no names otherwise. */
export { isMap, isScalar, isSeq, LineCounter, parse, parseDocument, stringify } from "yaml";
