/** What a `<word>` in an expectation stands for. `regex` is in the syntax of `(re)` lines. */
interface Placeholder {
  readonly name: string;
  readonly regex: string;
  readonly example: string;
}

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const GROUP = "[0-9A-Fa-f]{1,4}";
const IPV4 = `(?:${OCTET}\\.){3}${OCTET}`;
const IPV6 = `(?:${GROUP}:){7}${GROUP}|(?:${GROUP}(?::${GROUP}){0,6})?::(?:${GROUP}(?::${GROUP}){0,6})?`;
/** What Kubernetes makes generated names of: no vowels, no 0, 1, 3 (k8s.io/apimachinery, util/rand). */
const GENERATED = "[bcdfghjklmnpqrstvwxz2456789]";
const CLOCK = "\\d{2}:\\d{2}:\\d{2}";
const ISO_DATE = `\\d{4}-\\d{2}-\\d{2}(?:[T ]${CLOCK}(?:[.,]\\d+)?(?: ?(?:Z|[A-Z]{3,4}|[+-]\\d{2}:?\\d{2}))*)?`;
const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const HTTP_DATE = `${DAY}, \\d{2} ${MONTH} \\d{4} ${CLOCK} (?:GMT|[+-]\\d{4})`;
const UNIX_DATE = `${DAY} ${MONTH} \\d{1,2} ${CLOCK}(?: [A-Z]{3,4})? \\d{4}`;

/** The closed list. Every other `<word>` stands for itself. */
export const PLACEHOLDERS: readonly Placeholder[] = [
  { name: "age", regex: "\\d+[smhdy](?:\\d+[smhd])?", example: "2m30s" },
  { name: "any", regex: "\\S+", example: "reviews-v1" },
  { name: "date", regex: `${ISO_DATE}|${HTTP_DATE}|${UNIX_DATE}`, example: "2026-01-31T09:30:00Z" },
  { name: "duration", regex: "(?:\\d+(?:\\.\\d+)?(?:ns|us|µs|ms|s|m|h|d))+", example: "1.5s" },
  { name: "hash", regex: `[0-9a-f]{6,64}|${GENERATED}{5,10}`, example: "7d764666f9" },
  { name: "id", regex: `${GENERATED}{5,10}(?:-${GENERATED}{5})?`, example: "7d764666f9-4x2tp" },
  { name: "int", regex: "-?\\d+", example: "42" },
  { name: "ip", regex: `${IPV4}|${IPV6}`, example: "10.96.0.1" },
  { name: "number", regex: "-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?", example: "0.25" },
  {
    name: "port",
    regex: "6553[0-5]|655[0-2]\\d|65[0-4]\\d\\d|6[0-4]\\d{3}|[1-5]\\d{4}|[1-9]\\d{0,3}",
    example: "15021",
  },
  { name: "rest", regex: ".*", example: "all of it, or nothing" },
  {
    name: "uid",
    regex: "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
    example: "1d2c3b4a-0000-4000-8000-123456789abc",
  },
  { name: "version", regex: "v?\\d+(?:\\.\\d+)+(?:[-+][0-9A-Za-z.+-]+)?", example: "v1.35.0" },
];
