#!/bin/bash
# Takes Bookinfo and its rules out of a namespace: $NAMESPACE, else what is typed, else default.

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

if [[ -t 0 && -z "$NAMESPACE" ]]; then
  read -r -p "namespace ? [default] " NAMESPACE
fi
if [[ -n "$NAMESPACE" ]] && ! kubectl get namespace "$NAMESPACE" >/dev/null 2>&1; then
  echo "NAMESPACE $NAMESPACE not found."
  NAMESPACE=default
fi
NAMESPACE="${NAMESPACE:-default}"
echo "using NAMESPACE=$NAMESPACE"

remove_all() {
  local kind object
  for kind in "$@"; do
    for object in $(kubectl get -n "$NAMESPACE" "$kind" -o name); do
      kubectl delete -n "$NAMESPACE" "$object"
    done
  done
}

remove_all destinationrules virtualservices gateways.networking.istio.io authorizationpolicies
if kubectl get crd gateways.gateway.networking.k8s.io >/dev/null 2>&1; then
  remove_all httproutes gateways.gateway.networking.k8s.io
  kubectl delete -n "$NAMESPACE" -f "$here/bookinfo-versions.yaml" >/dev/null 2>&1
fi

echo "Application cleanup may take up to one minute"
# A Deployment that is deleted in the foreground goes after its pods.
kubectl delete -n "$NAMESPACE" --ignore-not-found --cascade=foreground -f "$here/bookinfo.yaml" || exit
echo "Application cleanup successful"
