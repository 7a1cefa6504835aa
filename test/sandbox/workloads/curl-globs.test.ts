import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { globbed } from "../../../src/sandbox/workloads/programs/curl-globs.ts";
import { startPods } from "./container.ts";

/** What the machine's own curl makes of a pattern: each URL, and the file's name by its parts. */
function byCurl(pattern: string): readonly string[] {
  const args = ["-s", "-o", "/dev/null/#1.#2.#3", "-w", "%{url} %{filename_effective}\\n", pattern];
  try {
    return linesOf(execFileSync("curl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  } catch (error) {
    return linesOf((error as { stdout: string }).stdout);
  }
}

const linesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

test.each([
  "http://127.0.0.1:1/?[1-12]",
  "http://127.0.0.1:1/[08-11]/x",
  "http://127.0.0.1:1/[0-10:5]{a,b}",
  "http://127.0.0.1:1/[a-e:2]-[1-2]",
  "http://127.0.0.1:1/{one,,three}/[]",
  "http://[::1]:1/[9-10]",
  "http://127.0.0.1:1/plain",
])("%s stands for what the machine's curl makes of it", (pattern) => {
  const own = [...globbed(pattern)].map(({ url, parts }) => {
    const named = [1, 2, 3].map((number) => parts[number - 1] ?? `#${number}`).join(".");
    return `${url} /dev/null/${named}`;
  });
  expect(own).toEqual(byCurl(pattern));
});

test.each([
  "http://127.0.0.1:1/[1-",
  "http://127.0.0.1:1/[5-1]",
  "http://127.0.0.1:1/[a-Z]",
  "http://127.0.0.1:1/[1-10:0]",
  "http://127.0.0.1:1/{a,b",
  "http://127.0.0.1:1/{a,{b}}",
  "http://127.0.0.1:1/{}",
  "http://127.0.0.1:1/a}",
  "http://127.0.0.1:1/a]",
])("%s is refused in the words of the machine's curl", async (pattern) => {
  let said = "";
  try {
    execFileSync("curl", ["-sS", pattern], { stdio: "pipe" });
  } catch (error) {
    said = String((error as { stderr: Buffer }).stderr);
  }
  const pods = startPods();
  const ran = await pods.run(pods.pod("client"), ["curl", "-sS", pattern]);
  // The place that it points to differs by curl's version.
  const [words = "no words"] = /curl: \(3\) [a-z /]+ in URL position/.exec(said) ?? [];
  expect(ran).toMatchObject({ err: expect.stringContaining(words), exit: { code: 3 } });
});

test("a pod's curl asks once for each, and once for all with -g", async () => {
  const pods = startPods();
  pods.pod("bin", { container: { image: "docker.io/mccutchen/go-httpbin" } });
  const client = pods.pod("client");
  const code = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} "];
  expect((await pods.run(client, [...code, "10.244.0.5:8080/status/{200,404,[1]}"])).exit).toEqual({ code: 0 });
  expect((await pods.run(client, [...code, "10.244.0.5:8080/status/20[1-3]"])).out).toBe("201 202 203 ");
  expect((await pods.run(client, [...code, "-g", "10.244.0.5:8080/get?[1-3]"])).out).toBe("200 ");
  await pods.run(client, ["sh", "-c", "curl -s -o /tmp/of-#1 10.244.0.5:8080/base64/{YQ==,Yg==}"]);
  expect((await pods.run(client, ["sh", "-c", "cd /tmp; cat 'of-YQ==' 'of-Yg=='"])).out).toBe("ab");
});
