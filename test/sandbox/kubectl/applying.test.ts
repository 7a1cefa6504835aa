import { expect, test } from "vitest";
import { normalise, startCluster } from "./cluster.ts";
import { deployment } from "./objects.ts";

const file = (object: object): string => JSON.stringify(object);

test("server-side apply: created, then merged with what others own, conflicts named, taken by force", async () => {
  const { kubectl, faults } = await startCluster();
  const web = deployment("web");
  const said: string[] = [];
  const say = async (command: string, object: object = web): Promise<void> => {
    said.push(`$ kubectl ${command}\n${await kubectl(command, file(object))}`);
  };
  await say("apply --server-side -f -");
  await say("apply --server-side -f -");
  await say("scale deploy web --replicas=5");
  await say("apply --server-side -f -");
  const other = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" } };
  await say("apply --server-side --field-manager=other -f -", { ...other, spec: { paused: true } });
  await say("apply --server-side --force-conflicts -f -");
  await say("get deploy web -o jsonpath={.spec.replicas}/{.spec.paused}");
  await say("apply --server-side --field-manager=other -f -", other);
  await say("get deploy web -o jsonpath={.spec.replicas}/{.spec.paused}");
  await say("apply --server-side -f -", { ...web, spec: { ...web.spec, replicsa: 1 } });
  expect(said.join("")).toMatchInlineSnapshot(`
    "$ kubectl apply --server-side -f -
    deployment.apps/web serverside-applied
    $ kubectl apply --server-side -f -
    deployment.apps/web serverside-applied
    $ kubectl scale deploy web --replicas=5
    deployment.apps/web scaled
    $ kubectl apply --server-side -f -
    error: Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas
    Please review the fields above--they currently have other managers. Here
    are the ways you can resolve this warning:
    * If you intend to manage all of these fields, please re-run the apply
      command with the \`--force-conflicts\` flag.
    * If you do not intend to manage all of the fields, please edit your
      manifest to remove references to the fields that should keep their
      current managers.
    * You may co-own fields by updating your manifest to match the existing
      value; in this case, you'll become the manager if the other manager(s)
      stop managing the field (remove it from their configuration).
    See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
    $ kubectl apply --server-side --field-manager=other -f -
    deployment.apps/web serverside-applied
    $ kubectl apply --server-side --force-conflicts -f -
    deployment.apps/web serverside-applied
    $ kubectl get deploy web -o jsonpath={.spec.replicas}/{.spec.paused}
    2/true$ kubectl apply --server-side --field-manager=other -f -
    deployment.apps/web serverside-applied
    $ kubectl get deploy web -o jsonpath={.spec.replicas}/{.spec.paused}
    2/$ kubectl apply --server-side -f -
    Error from server: failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.replicsa: field not declared in schema
    "
  `);
  expect(normalise(await kubectl("get deploy web -o yaml --show-managed-fields"))).toMatchInlineSnapshot(`
    "apiVersion: apps/v1
    kind: Deployment
    metadata:
      creationTimestamp: "<time>"
      generation: 5
      labels:
        app: web
      managedFields:
      - apiVersion: apps/v1
        fieldsType: FieldsV1
        fieldsV1:
          f:metadata:
            f:labels:
              f:app: {}
          f:spec:
            f:replicas: {}
            f:selector: {}
            f:template:
              f:metadata:
                f:labels:
                  f:app: {}
              f:spec:
                f:containers:
                  k:{"name":"app"}:
                    .: {}
                    f:image: {}
                    f:name: {}
                    f:ports:
                      k:{"containerPort":80,"protocol":"TCP"}:
                        .: {}
                        f:containerPort: {}
        manager: kubectl
        operation: Apply
        time: "<time>"
      name: web
      namespace: default
      resourceVersion: <version>
      uid: <uid>
    spec:
      progressDeadlineSeconds: 600
      replicas: 2
      revisionHistoryLimit: 10
      selector:
        matchLabels:
          app: web
      strategy:
        rollingUpdate:
          maxSurge: 25%
          maxUnavailable: 25%
        type: RollingUpdate
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - image: nginx:1.27
            imagePullPolicy: IfNotPresent
            name: app
            ports:
            - containerPort: 80
              protocol: TCP
            resources: {}
            terminationMessagePath: /dev/termination-log
            terminationMessagePolicy: File
          dnsPolicy: ClusterFirst
          restartPolicy: Always
          schedulerName: default-scheduler
          securityContext: {}
          terminationGracePeriodSeconds: 30
    status: {}
    "
  `);
  expect(faults).toEqual([]);
});

test("every writer's fields are its own: create, patch, status", async () => {
  const { kubectl, putStatus, faults } = await startCluster();
  const web = deployment("web");
  await kubectl("create -f -", file(web));
  putStatus({ ...web, status: { replicas: 2 } });
  await kubectl("label deploy web tier=front");
  await kubectl('patch deploy web --field-manager=me -p {"spec":{"paused":true}}');
  expect(await kubectl("get deploy web -o yaml")).not.toContain("managedFields");
  const shown = await kubectl("get deploy web -o yaml --show-managed-fields");
  expect(
    normalise(shown.slice(shown.indexOf("managedFields:"), shown.indexOf("  name: web\n  namespace"))),
  ).toMatchInlineSnapshot(`
    "managedFields:
      - apiVersion: apps/v1
        fieldsType: FieldsV1
        fieldsV1:
          f:status:
            f:replicas: {}
        manager: kube-controller-manager
        operation: Update
        subresource: status
        time: "<time>"
      - apiVersion: apps/v1
        fieldsType: FieldsV1
        fieldsV1:
          f:metadata:
            f:labels:
              .: {}
              f:app: {}
          f:spec:
            f:progressDeadlineSeconds: {}
            f:replicas: {}
            f:revisionHistoryLimit: {}
            f:selector: {}
            f:strategy:
              f:rollingUpdate:
                .: {}
                f:maxSurge: {}
                f:maxUnavailable: {}
              f:type: {}
            f:template:
              f:metadata:
                f:labels:
                  .: {}
                  f:app: {}
              f:spec:
                f:containers:
                  k:{"name":"app"}:
                    .: {}
                    f:image: {}
                    f:imagePullPolicy: {}
                    f:name: {}
                    f:ports:
                      .: {}
                      k:{"containerPort":80,"protocol":"TCP"}:
                        .: {}
                        f:containerPort: {}
                        f:protocol: {}
                    f:resources: {}
                    f:terminationMessagePath: {}
                    f:terminationMessagePolicy: {}
                f:dnsPolicy: {}
                f:restartPolicy: {}
                f:schedulerName: {}
                f:securityContext: {}
                f:terminationGracePeriodSeconds: {}
        manager: kubectl-create
        operation: Update
        time: "<time>"
      - apiVersion: apps/v1
        fieldsType: FieldsV1
        fieldsV1:
          f:metadata:
            f:labels:
              f:tier: {}
        manager: kubectl-label
        operation: Update
        time: "<time>"
      - apiVersion: apps/v1
        fieldsType: FieldsV1
        fieldsV1:
          f:spec:
            f:paused: {}
        manager: me
        operation: Update
        time: "<time>"
    "
  `);
  expect(faults).toEqual([]);
});

test("a dry run and a diff of server-side apply change nothing", async () => {
  const { kubectl, run } = await startCluster();
  const web = deployment("web");
  expect(await kubectl("apply --server-side --dry-run=server -f -", file(web))).toBe(
    "deployment.apps/web serverside-applied (server dry run)\n",
  );
  expect(await kubectl("get deploy")).toBe("No resources found in default namespace.\n");
  await kubectl("apply --server-side -f -", file(web));
  const before = await kubectl("get deploy web -o json --show-managed-fields");
  expect(await run("diff --server-side -f -", file(web))).toMatchObject({ code: 0, stdout: "" });
  const diff = await run("diff --server-side -f -", file(deployment("web", 3)));
  expect([diff.code, diff.stdout.split("\n").filter((line) => /^[-+] /.test(line))]).toEqual([
    1,
    ["-  generation: 1", "+  generation: 2", "-  replicas: 2", "+  replicas: 3"],
  ]);
  expect(await kubectl("get deploy web -o json --show-managed-fields")).toBe(before);
});

test("server-side apply takes over from client-side apply", async () => {
  const { kubectl } = await startCluster();
  const web = deployment("web");
  await kubectl("apply -f -", file(web));
  const { replicas: _, ...spec } = web.spec;
  expect(await kubectl("apply --server-side -f -", file({ ...web, spec: { ...spec, paused: true } }))).toBe(
    "deployment.apps/web serverside-applied\n",
  );
  const { metadata, spec: now } = JSON.parse(await kubectl("get deploy web -o json --show-managed-fields"));
  expect(now.replicas).toBe(1);
  expect(
    metadata.managedFields.map(({ manager, operation }: Record<string, string>) => [manager, operation]),
  ).toMatchInlineSnapshot(`
    [
      [
        "kubectl",
        "Apply",
      ],
      [
        "kubectl-last-applied",
        "Apply",
      ],
    ]
  `);
  expect(await kubectl("apply -f -", file(web))).toMatchInlineSnapshot(`
    "deployment.apps/web configured
    "
  `);
});
