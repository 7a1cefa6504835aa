/**
 * What `https://istio.io/downloadIstio` is in the sandbox: reads the variables that the real one reads (ISTIO_VERSION,
 * TARGET_ARCH, TARGET_OS), brings the same files to the same place and says the same. For a POSIX shell.
 */
export const DOWNLOAD_SCRIPT = `#!/bin/sh
# learn-istio: brings the sandbox's simulated release of Istio to the current folder.
set -e

releases=https://github.com/istio/istio/releases

case "\${TARGET_OS:-$(uname)}" in
  Darwin) os=osx ;;
  *) os=linux ;;
esac

machine="\${TARGET_ARCH:-$(uname -m)}"
case "$machine" in
  x86_64 | amd64) arch=amd64 ;;
  aarch64* | arm64 | armv8*) arch=arm64 ;;
  armv*) arch=armv7 ;;
  *)
    echo "This system's architecture, $machine, isn't supported"
    exit 1
    ;;
esac

if [ -z "$ISTIO_VERSION" ]; then
  latest="$(curl -sfL -o /dev/null -w '%{url_effective}' "$releases/latest" || true)"
  ISTIO_VERSION="\${latest##*/}"
fi
if [ -z "$ISTIO_VERSION" ]; then
  printf "Unable to get latest Istio version. Set ISTIO_VERSION env var and re-run. For example: export ISTIO_VERSION=1.31.0"
  exit 1
fi

# tar unpacks nothing that is compressed where there is no gzip.
if command -v gzip >/dev/null 2>&1; then
  kind=tar.gz
else
  kind=tar
fi

name="istio-$ISTIO_VERSION"
# Macs with a processor of Intel's came first: their archive names no architecture.
if [ "$os-$arch" = osx-amd64 ]; then
  file="$name-osx.$kind"
else
  file="$name-$os-$arch.$kind"
fi
url="$releases/download/$ISTIO_VERSION/$file"

printf '\\nDownloading %s from %s ...\\n' "$name" "$url"
if ! curl -o /dev/null -sIfL "$url"; then
  printf '\\n%s is not found, please specify a valid ISTIO_VERSION and TARGET_ARCH\\n' "$url"
  exit 1
fi
curl -fsLO "$url"
if [ "$kind" = tar.gz ]; then
  tar -xzf "$file"
else
  tar -xf "$file"
fi
rm "$file"

bin="$(cd "$name/bin" && pwd)"
cat <<END

Istio $ISTIO_VERSION download complete!

The Istio release archive has been downloaded to the $name directory.
It is the simulated one of learn-istio's sandbox: nothing came from the internet.

To configure the istioctl client tool for your workstation,
add the $bin directory to your environment path variable with:
    export PATH="\\$PATH:$bin"

Begin the Istio pre-installation check by running:
    istioctl x precheck

Try Istio in ambient mode
    https://istio.io/latest/docs/ambient/getting-started/
Try Istio in sidecar mode
    https://istio.io/latest/docs/setup/getting-started/
Install guides for ambient mode
    https://istio.io/latest/docs/ambient/install/
Install guides for sidecar mode
    https://istio.io/latest/docs/setup/install/

Need more information? Visit https://istio.io/latest/docs/
END
`;
