/** Bytes on their way between a program in a container and a client of the API. */
export { BrokenPipe, ByteQueue } from "./byte-queue.ts";
