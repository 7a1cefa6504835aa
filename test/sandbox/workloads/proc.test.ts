import { expect, test } from "vitest";
import { startPods } from "./container.ts";

test.each([
  ["alpine:3.22", "alpine\n"],
  ["nginx:1.29-alpine", "alpine\n"],
  ["nginx:1.29", "debian\n"],
  ["docker.io/library/ubuntu:24.04", "ubuntu\n"],
  ["debian:12", "debian\n"],
  ["curlimages/curl", "alpine\n"],
  ["busybox:1.36", ""],
])("/etc/os-release of %s", async (image, out) => {
  const { pod, run } = startPods();
  const script = ". /etc/os-release 2>/dev/null && echo $ID";
  expect((await run(pod("one", { container: { image } }), ["sh", "-c", script])).out).toBe(out);
});

test.each([
  ["tr '\\0' ' ' < /proc/1/cmdline", "sleep 1000 "],
  ["tr '\\0' '\\n' < /proc/1/environ | grep ^COLOUR", "COLOUR=blue\n"],
  ["awk '/^(Name|Pid|PPid)/ { print $2 }' /proc/1/status", "sleep\n1\n0\n"],
  ["cat /proc/self/comm; cat /proc/self/cmdline | tr '\\0' ' '", "cat\ncat /proc/self/cmdline "],
  ["grep -c ^processor /proc/cpuinfo; nproc", "4\n4\n"],
  ["grep MemTotal /proc/meminfo", "MemTotal:        8145432 kB\n"],
  ["cut -d' ' -f1-3 /proc/loadavg; cut -d' ' -f1 /proc/uptime", "0.00 0.01 0.05\n0.00\n"],
  ["head -c 13 /proc/version; echo; grep -c ' / ' /proc/mounts", "Linux version\n1\n"],
  ["sleep 9 & cat /proc/$!/comm; kill $!; wait; ls /proc/$! 2>/dev/null; echo $?", "sleep\n1\n"],
  ["echo x > /proc/version 2>/dev/null; echo $?; ls -d /proc/1", "1\n/proc/1\n"],
])("%s", async (script, out) => {
  const { pod, run } = startPods();
  const container = {
    image: "busybox:1.36",
    command: ["sleep", "1000"],
    env: [{ name: "COLOUR", value: "blue" }],
  };
  expect(await run(pod("one", { container }), ["sh", "-c", script])).toMatchObject({ out });
});
