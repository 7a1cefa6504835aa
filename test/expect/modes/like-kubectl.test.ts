import { expect, test } from "vitest";
import { compareStructured, sketch } from "../compare.ts";

const PODS = `NAME                          READY   STATUS    RESTARTS      AGE
kube-proxy-4x2tp              1/1     Running   0             5m
reviews-v1-7d764666f9-4x2tp   2/2     Running   1 (2m ago)    5m12s`;
const SERVICES = `NAME      TYPE           CLUSTER-IP     EXTERNAL-IP   PORT(S)                      AGE
gateway   LoadBalancer   10.96.12.7     172.18.0.5    80:31234/TCP,443:30443/TCP   3h
headless  ClusterIP      None           <none>        9080/TCP                     3h`;

test.each([
  [
    "pods of another run",
    PODS,
    "NAME   READY   STATUS   RESTARTS   AGE\nkube-proxy-zzzzz   1/1   Running   3 (4h ago)   2d\nreviews-v1-5c8f9d6b7-kk9vx   2/2   Running   0   1s\n",
    true,
  ],
  ["another readiness", PODS, PODS.replace("2/2", "1/2"), false],
  ["another status", PODS, PODS.replace("2/2     Running", "2/2     Pending"), false],
  ["another name", PODS, PODS.replace("reviews-v1", "reviews-v2"), false],
  ["a suffix that is none", PODS, PODS.replace("-4x2tp   2/2", "-aeiou   2/2"), false],
  ["an age that is none", PODS, PODS.replace("5m12s", "<unknown>"), false],
  ["restarts that are none", PODS, PODS.replace("1 (2m ago)", "many"), false],
  ["another title", PODS, PODS.replace("AGE", "SINCE"), false],
  ["a pod more", PODS, `${PODS}\nx   1/1   Running   0   1s`, false],
  ["a pod more, elided", `${PODS}\n...`, `${PODS}\nx   1/1   Running   0   1s`, true],
  [
    "services of another run",
    SERVICES,
    SERVICES.replace("10.96.12.7", "10.96.200.1").replace("31234", "32000").replace("172.18.0.5", "10.0.0.1"),
    true,
  ],
  ["another port", SERVICES, SERVICES.replace("80:31234", "81:31234"), false],
  ["an address where none is", SERVICES, SERVICES.replace("None      ", "10.96.0.9"), false],
  ["none where an address is", SERVICES, SERVICES.replace("172.18.0.5", "<pending> "), false],
  [
    "a column that is empty",
    "NAME      MODE     AGE\ndefault            5m",
    "NAME      MODE     AGE\ndefault            9s",
    true,
  ],
  [
    "created for configured",
    "deployment.apps/x created\nservice/y unchanged",
    "deployment.apps/x configured\nservice/y created",
    true,
  ],
  ["deleted for created", "service/y created", "service/y deleted", false],
  ["another object", "service/y created", "service/z created", false],
  ["a dry run", "service/y created (server dry run)", "service/y created", false],
  ["a resource version", '  resourceVersion: "123"\n  name: x', '  resourceVersion: "98765"\n  name: x', true],
  [
    "a placeholder beside",
    "NAME    VERSION     AGE\nx       <version>   5m",
    "NAME  VERSION  AGE\nx  v1.2.3  7d",
    true,
  ],
  [
    "a name that only looks generated, in a table of no pods",
    "NAME      AGE\nmy-httpd  5m",
    "NAME      AGE\nmy-x2k4f  5m",
    false,
  ],
  [
    "a replica set",
    "NAME                    DESIRED   AGE\nreviews-v1-7d764666f9   1         5m",
    "NAME                    DESIRED   AGE\nreviews-v1-5c8f9d6b7    1         5m",
    true,
  ],
  ["prose is compared as it stands", "the AGE is 5m", "the AGE is 6m", false],
])("%s", async (_, body, output, expected) => {
  const result = await compareStructured(body, output, "like-kubectl");
  expect([result.kind, sketch(result)][0]).toBe(expected ? "match" : "mismatch");
});

test.each([
  ["the page itself", PODS, []],
  ["another age", PODS.replace("5m12s", "6m"), ["ages"]],
  ["other ages and names", PODS.replace("5m12s", "6m").replaceAll("4x2tp", "99999"), ["name suffixes", "ages"]],
])("the normalisers that were needed are named: %s", async (_, output, expected) => {
  expect(await compareStructured(PODS, output, "like-kubectl")).toMatchObject({ kind: "match", normalisers: expected });
});

test("a difference is shown in the page's words", async () => {
  const result = await compareStructured(PODS, PODS.replace("5m12s", "soon"), "like-kubectl");
  expect(sketch(result)).toMatchInlineSnapshot(`
    "  NAME                          READY   STATUS    RESTARTS      AGE
      kube-proxy-4x2tp              1/1     Running   0             5m
    - reviews-v1-7d764666f9-4x2tp   2/2     Running   1 (2m ago)    5m12s
    + reviews-v1-7d764666f9-4x2tp   2/2     Running   1 (2m ago)    soon   (changed)   # \`ages\` does not match \`soon\`"
  `);
});
