import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openNone, userFolders } from "../../src/target/index.ts";

const USER = {
  PATH: "/usr/bin:/bin",
  USER: "ann",
  HOME: "/home/ann",
  KUBECONFIG: "/home/ann/.kube/config",
  AWS_SECRET_ACCESS_KEY: "secret",
  GOOGLE_APPLICATION_CREDENTIALS: "/home/ann/key.json",
  BASH_ENV: "/home/ann/.bash_env",
  "BASH_FUNC_ls%%": "() { rm -rf /; }",
  LANG: "de_DE.UTF-8",
  HTTPS_PROXY: "http://proxy:3128",
};

test("target none hands on the way to programs, and neither credentials nor a cluster", async () => {
  const target = openNone({ env: USER, inheritEnv: false });
  const root = path.dirname(target.workspace);
  expect(
    Object.fromEntries(Object.entries(target.env).map(([name, value]) => [name, value.replace(root, "ROOT")])),
  ).toMatchInlineSnapshot(`
    {
      "COLUMNS": "80",
      "HOME": "ROOT/home",
      "HTTPS_PROXY": "http://proxy:3128",
      "KUBECONFIG": "ROOT/none/kubeconfig",
      "LANG": "C.UTF-8",
      "LC_ALL": "C.UTF-8",
      "LINES": "24",
      "PAGER": "cat",
      "PATH": "/usr/bin:/bin",
      "TERM": "dumb",
      "TZ": "UTC",
      "USER": "ann",
    }
  `);
  expect(existsSync(target.env.KUBECONFIG ?? "")).toBe(false);
  writeFileSync(path.join(target.workspace, "left-behind"), "");
  await target.release();
  expect(existsSync(root)).toBe(false);
});

test("--inherit-env hands on everything but what would make bash read files or define functions", async () => {
  const target = openNone({ env: USER, inheritEnv: true });
  await target.release();
  expect(Object.keys(target.env)).toEqual(expect.arrayContaining(["KUBECONFIG", "AWS_SECRET_ACCESS_KEY", "HOME"]));
  expect(Object.keys(target.env).filter((name) => name.startsWith("BASH"))).toEqual([]);
  expect(target.env.LANG).toBe("C.UTF-8");
});

test.each([
  ["the XDG folders", { HOME: "/h", XDG_STATE_HOME: "/s", XDG_CACHE_HOME: "/c" }, "/s/learn-istio", "/c/learn-istio"],
  ["HOME without them", { HOME: "/h" }, "/h/.local/state/learn-istio", "/h/.cache/learn-istio"],
  [
    "HOME for relative ones",
    { HOME: "/h", XDG_STATE_HOME: "s" },
    "/h/.local/state/learn-istio",
    "/h/.cache/learn-istio",
  ],
])("state and cache follow %s", (_, env, state, cache) => {
  expect(userFolders(env)).toEqual({ state, cache });
});
