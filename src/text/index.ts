/** Strings: lines, control sequences, durations, plurals, suggestions, frames. Imports nothing of ours. */
export { keepColour, stripAnsi } from "./ansi.ts";
export { type ColourFilter, createColourFilter } from "./colour-filter.ts";
export { columnsOf, wrapWords } from "./columns.ts";
export { formatDuration, parseDuration } from "./durations.ts";
export { fingerprint } from "./fingerprint.ts";
export { splitLines } from "./lines.ts";
export { plural } from "./plurals.ts";
export { sourceFrame } from "./source-frame.ts";
export { suggest } from "./suggest.ts";
export { parseTemplate, type TemplatePart } from "./template.ts";
export { truncateMiddle } from "./truncate-middle.ts";
export { codePointName, findHidden, showHidden } from "./visible.ts";
