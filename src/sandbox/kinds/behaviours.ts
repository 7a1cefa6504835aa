import { admissionPolicy, admissionPolicyBinding, mutatingWebhooks, validatingWebhooks } from "./admission.ts";
import { autoscaler, processorAutoscaler } from "./autoscaler.ts";
import type { Behaviour } from "./behaviour.ts";
import {
  componentStatus,
  flowSchema,
  lease,
  podTemplate,
  priorityClass,
  priorityLevel,
  runtimeClass,
  signingRequest,
} from "./cluster.ts";
import { configMap, secret } from "./config.ts";
import { cronJob } from "./cron-job.ts";
import { daemonSet } from "./daemon-set.ts";
import { deployment } from "./deployment.ts";
import { endpointSlice, endpoints } from "./endpoints.ts";
import { event } from "./event.ts";
import { apiService, customResourceDefinition } from "./extension.ts";
import { job } from "./job.ts";
import { namespace } from "./namespace.ts";
import { ingress, ingressClass, ipAddress, networkPolicy, serviceCidr } from "./networking.ts";
import { node } from "./node.ts";
import { pod } from "./pod.ts";
import { disruptionBudget, limitRange, resourceQuota } from "./policy.ts";
import { binding, role } from "./rbac.ts";
import { replicaSet, replicationController } from "./replica-set.ts";
import { service } from "./service.ts";
import { controllerRevision, statefulSet } from "./stateful-set.ts";
import {
  csiDriver,
  csiNode,
  persistentVolume,
  persistentVolumeClaim,
  storageClass,
  volumeAttachment,
  volumeAttributesClass,
} from "./storage.ts";

/** Behaviour by `group/plural`, or `group/version/plural` where versions differ. Kinds without a row show NAME and AGE. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  "/componentstatuses": componentStatus,
  "/configmaps": configMap,
  "/endpoints": endpoints,
  "/events": event,
  "/limitranges": limitRange,
  "/namespaces": namespace,
  "/nodes": node,
  "/persistentvolumeclaims": persistentVolumeClaim,
  "/persistentvolumes": persistentVolume,
  "/pods": pod,
  "/podtemplates": podTemplate,
  "/replicationcontrollers": replicationController,
  "/resourcequotas": resourceQuota,
  "/secrets": secret,
  "/services": service,
  "admissionregistration.k8s.io/mutatingwebhookconfigurations": mutatingWebhooks,
  "admissionregistration.k8s.io/validatingadmissionpolicies": admissionPolicy,
  "admissionregistration.k8s.io/validatingadmissionpolicybindings": admissionPolicyBinding,
  "admissionregistration.k8s.io/validatingwebhookconfigurations": validatingWebhooks,
  "apiextensions.k8s.io/customresourcedefinitions": customResourceDefinition,
  "apiregistration.k8s.io/apiservices": apiService,
  "apps/controllerrevisions": controllerRevision,
  "apps/daemonsets": daemonSet,
  "apps/deployments": deployment,
  "apps/replicasets": replicaSet,
  "apps/statefulsets": statefulSet,
  "autoscaling/horizontalpodautoscalers": autoscaler,
  "autoscaling/v1/horizontalpodautoscalers": processorAutoscaler,
  "batch/cronjobs": cronJob,
  "batch/jobs": job,
  "certificates.k8s.io/certificatesigningrequests": signingRequest,
  "coordination.k8s.io/leases": lease,
  "discovery.k8s.io/endpointslices": endpointSlice,
  "events.k8s.io/events": event,
  "flowcontrol.apiserver.k8s.io/flowschemas": flowSchema,
  "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations": priorityLevel,
  "networking.k8s.io/ingressclasses": ingressClass,
  "networking.k8s.io/ingresses": ingress,
  "networking.k8s.io/ipaddresses": ipAddress,
  "networking.k8s.io/networkpolicies": networkPolicy,
  "networking.k8s.io/servicecidrs": serviceCidr,
  "node.k8s.io/runtimeclasses": runtimeClass,
  "policy/poddisruptionbudgets": disruptionBudget,
  "rbac.authorization.k8s.io/clusterrolebindings": binding,
  "rbac.authorization.k8s.io/clusterroles": role,
  "rbac.authorization.k8s.io/rolebindings": binding,
  "rbac.authorization.k8s.io/roles": role,
  "scheduling.k8s.io/priorityclasses": priorityClass,
  "storage.k8s.io/csidrivers": csiDriver,
  "storage.k8s.io/csinodes": csiNode,
  "storage.k8s.io/storageclasses": storageClass,
  "storage.k8s.io/volumeattachments": volumeAttachment,
  "storage.k8s.io/volumeattributesclasses": volumeAttributesClass,
};
