import { Failure, type Process, type Program } from "../process.ts";
import type { Fault } from "./curl-connect.ts";
import { GlobError, globbed, namedBy } from "./curl-globs.ts";
import { type CurlCall, readCurl } from "./curl-options.ts";
import { CURL_VERSION, transferOnce } from "./curl-transfer.ts";
import { wait } from "./text.ts";

/** `curl` through the cluster's network. */
export const curl: Program = async (process) => {
  const call = await readCurl(process);
  if (call.isVersion) {
    await process.stdout(
      `curl ${CURL_VERSION} (x86_64-pc-linux-musl) libcurl/${CURL_VERSION} (simulated)\nProtocols: http https\n`,
    );
    return 0;
  }
  if (call.urls.length === 0) {
    throw new Failure("(2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information", 2);
  }
  let status = 0;
  for (const [index, pattern] of call.urls.entries()) status = await transferAll(process, call, pattern, index);
  return status;
};

/** What a pattern stands for, one after the other; the last one's status counts. */
async function transferAll(process: Process, call: CurlCall, pattern: string, index: number): Promise<number> {
  let status = 0;
  try {
    for (const { url, parts } of call.hasPatterns ? globbed(pattern) : [{ url: pattern, parts: [] }]) {
      if (process.signal.aborted) break;
      const output = call.outputs[index];
      const named = output === undefined ? undefined : namedBy(output, parts);
      status = await transfer(process, call, withQuery(url, call.query), named);
    }
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    if (!call.isSilent || call.showsErrors) await process.stderr(`curl: (3) ${error.message}\n`);
    return 3;
  }
  return status;
}

function withQuery(url: string, query: string | undefined): string {
  return query === undefined ? url : `${url}${url.includes("?") ? "&" : "?"}${query}`;
}

async function transfer(process: Process, call: CurlCall, url: string, output: string | undefined): Promise<number> {
  let fault: Fault | undefined;
  for (let left = call.retries; ; left -= 1) {
    fault = await transferOnce(process, call, url, output);
    const retries =
      fault !== undefined && (call.retriesAll || fault.code === 28 || (fault.code === 7 && call.retriesRefused));
    if (!retries || left <= 0) break;
    await wait(call.retryDelay * 1000, process.signal);
  }
  if (fault === undefined) return 0;
  if (!call.isSilent || call.showsErrors) await process.stderr(`curl: (${fault.code}) ${fault.text}\n`);
  return fault.code;
}
