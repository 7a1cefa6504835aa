import { expect, test } from "vitest";
import { normalise, startCluster } from "./cluster.ts";
import { deployment, node, pod, rolledOut, service } from "./objects.ts";

test("tables: wide, all namespaces, labels, selectors, sorting, custom columns, names", async () => {
  const { kubectl, put } = await startCluster();
  put(node("node-1"));
  put(pod("web"));
  put(pod("api", { ready: false, labels: { tier: "back" } }));
  put({ ...service("web"), spec: { ...service("web").spec, clusterIP: "10.96.0.77" } });
  const show = async (...commands: string[]): Promise<string> => {
    const shown: string[] = [];
    for (const command of commands) shown.push(`$ kubectl ${command}\n${normalise(await kubectl(command))}`);
    return shown.join("\n");
  };
  expect(
    await show(
      "get pods",
      "get pods -o wide",
      "get pods -A",
      "get pods -L tier --show-labels",
      "get pods -l tier=back",
      "get pods -l tier!=back -o name",
      "get pods -l app,!tier -o name",
      "get pods --field-selector status.phase=Running,metadata.name!=web",
      "get pods --sort-by=.metadata.name --no-headers",
      "get pods -o custom-columns=NAME:.metadata.name,IP:.status.podIP",
      "get pod web -o jsonpath={.status.podIP}",
      "get nodes",
      "get svc,pods",
      "get all",
      "get ns default -o name",
      "get cm",
      "get pod nope",
    ),
  ).toMatchInlineSnapshot(`
    "$ kubectl get pods
    NAME   READY   STATUS    RESTARTS   AGE
    api    0/1     Running   0          0s
    web    1/1     Running   0          0s

    $ kubectl get pods -o wide
    NAME   READY   STATUS    RESTARTS   AGE   IP           NODE     NOMINATED NODE   READINESS GATES
    api    0/1     Running   0          0s    10.244.0.5   node-1   <none>           <none>
    web    1/1     Running   0          0s    10.244.0.5   node-1   <none>           <none>

    $ kubectl get pods -A
    NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE
    default     api    0/1     Running   0          0s
    default     web    1/1     Running   0          0s

    $ kubectl get pods -L tier --show-labels
    NAME   READY   STATUS    RESTARTS   AGE   TIER   LABELS
    api    0/1     Running   0          0s    back   app=api,tier=back
    web    1/1     Running   0          0s           app=web

    $ kubectl get pods -l tier=back
    NAME   READY   STATUS    RESTARTS   AGE
    api    0/1     Running   0          0s

    $ kubectl get pods -l tier!=back -o name
    pod/web

    $ kubectl get pods -l app,!tier -o name
    pod/web

    $ kubectl get pods --field-selector status.phase=Running,metadata.name!=web
    NAME   READY   STATUS    RESTARTS   AGE
    api    0/1     Running   0          0s

    $ kubectl get pods --sort-by=.metadata.name --no-headers
    api   0/1   Running   0     0s
    web   1/1   Running   0     0s

    $ kubectl get pods -o custom-columns=NAME:.metadata.name,IP:.status.podIP
    NAME   IP
    api    10.244.0.5
    web    10.244.0.5

    $ kubectl get pod web -o jsonpath={.status.podIP}
    10.244.0.5
    $ kubectl get nodes
    NAME     STATUS   ROLES           AGE   VERSION
    node-1   Ready    control-plane   0s    v1.35.0

    $ kubectl get svc,pods
    NAME          TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
    service/web   ClusterIP   10.96.0.77   <none>        80/TCP    0s

    NAME      READY   STATUS    RESTARTS   AGE
    pod/api   0/1     Running   0          0s
    pod/web   1/1     Running   0          0s

    $ kubectl get all
    NAME      READY   STATUS    RESTARTS   AGE
    pod/api   0/1     Running   0          0s
    pod/web   1/1     Running   0          0s

    NAME          TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
    service/web   ClusterIP   10.96.0.77   <none>        80/TCP    0s

    $ kubectl get ns default -o name
    namespace/default

    $ kubectl get cm
    No resources found in default namespace.

    $ kubectl get pod nope
    Error from server (NotFound): pods "nope" not found
    "
  `);
});

test("a whole object, as YAML and as JSON", async () => {
  const { kubectl, put } = await startCluster();
  put(service("web"));
  const yaml = await kubectl("get svc web -o yaml");
  expect(normalise(yaml)).toMatchInlineSnapshot(`
    "apiVersion: v1
    kind: Service
    metadata:
      creationTimestamp: "<time>"
      labels:
        app: web
      name: web
      namespace: default
      resourceVersion: <version>
      uid: <uid>
    spec:
      clusterIP: 10.96.37.10
      clusterIPs:
      - 10.96.37.10
      internalTrafficPolicy: Cluster
      ipFamilies:
      - IPv4
      ipFamilyPolicy: SingleStack
      ports:
      - name: http
        port: 80
        protocol: TCP
        targetPort: 8080
      selector:
        app: web
      sessionAffinity: None
      type: ClusterIP
    status:
      loadBalancer: {}
    "
  `);
  expect(JSON.parse(await kubectl("get svc -o json"))).toMatchObject({ kind: "List", items: [{ kind: "Service" }] });
});

test("describe: pod, node, service, deployment", async () => {
  const { kubectl, put, putStatus } = await startCluster();
  put(node("node-1"));
  put(pod("web"));
  put({ ...service("web"), spec: { ...service("web").spec, clusterIP: "10.96.0.77" } });
  put(deployment("web"));
  putStatus(rolledOut("web"));
  for (const kind of ["pod", "svc", "deploy"]) {
    expect(normalise(await kubectl(`describe ${kind} web`))).toMatchSnapshot(kind);
  }
  // Here kubectl computes the age by itself, from the real time.
  const described = (await kubectl("describe node node-1")).replace(/(0 \(0%\) +)\S+$/m, "$1<age>");
  expect(normalise(described)).toMatchSnapshot("node");
});

test("what there is: versions, resources, the cluster's address, one field explained", async () => {
  const { kubectl, run } = await startCluster();
  expect((await kubectl("version")).match(/^Server Version.*$/m)?.[0]).toBe("Server Version: v1.35.0");
  expect((await kubectl("api-versions")).split("\n").slice(0, 5)).toMatchInlineSnapshot(`
    [
      "admissionregistration.k8s.io/v1",
      "apiextensions.k8s.io/v1",
      "apiregistration.k8s.io/v1",
      "apps/v1",
      "authentication.k8s.io/v1",
    ]
  `);
  const resources = await kubectl("api-resources --namespaced=false -o name");
  expect(resources.split("\n")).toEqual(
    expect.arrayContaining(["namespaces", "nodes", "clusterroles.rbac.authorization.k8s.io"]),
  );
  expect(normalise(await kubectl("cluster-info"))).toContain("https://127.0.0.1:<port>");
  expect(await kubectl("explain deploy.spec.replicas")).toMatchInlineSnapshot(`
    "GROUP:      apps
    KIND:       Deployment
    VERSION:    v1

    FIELD: replicas <integer>


    DESCRIPTION:
        <empty>

    "
  `);
  expect(await kubectl("auth can-i delete pods")).toBe("yes\n");
  expect(await kubectl("get --raw /readyz")).toBe("ok");
  expect(await run("get nonsense")).toEqual({
    code: 1,
    stdout: "",
    stderr: 'error: the server doesn\'t have a resource type "nonsense"\n',
  });
});

test("events are listed for what they are about", async () => {
  const { kubectl, put } = await startCluster();
  put(pod("web"));
  put({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "web.1" },
    involvedObject: { apiVersion: "v1", kind: "Pod", name: "web", namespace: "default" },
    reason: "Scheduled",
    message: "Successfully assigned default/web to node-1",
    type: "Normal",
    firstTimestamp: "2026-01-01T00:00:00Z",
    lastTimestamp: "2026-01-01T00:00:00Z",
    count: 1,
    source: { component: "default-scheduler" },
  });
  expect(normalise(await kubectl("get events"))).toMatchInlineSnapshot(`
    "LAST SEEN   TYPE     REASON      OBJECT    MESSAGE
    0s          Normal   Scheduled   pod/web   Successfully assigned default/web to node-1
    "
  `);
  // This command computes ages by itself, from the real time.
  expect((await kubectl("events --for pod/web")).replace(/^\S+ +(?=Normal)/m, "<age> ")).toMatchInlineSnapshot(`
    "LAST SEEN   TYPE     REASON      OBJECT    MESSAGE
    <age> Normal   Scheduled   Pod/web   Successfully assigned default/web to node-1
    "
  `);
  expect(await kubectl("get events --field-selector involvedObject.name=other")).toBe(
    "No resources found in default namespace.\n",
  );
});

test("logs come from the hook", async () => {
  const { kubectl, put } = await startCluster({
    logs: (object, container) => [`${object.metadata.name}/${container}`],
  });
  put(pod("web"));
  expect(await kubectl("logs web")).toBe("web/app\n");
  expect(await kubectl("logs web -c nope")).toContain("container nope is not valid for pod web");
});
