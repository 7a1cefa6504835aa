/** The sandbox's own programs (`docker`, `istioctl`, `kind`), and the line on which they and the CLI speak with the background process. */
export { command, Refused, RUNNING_FILE, type Running, readRunning } from "./connection.ts";
