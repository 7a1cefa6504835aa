import type { ShellState } from "./state.ts";

/** What a shell shows when it waits for a command: `/ # ` in busybox, `# ` in dash, `root@pod:/# ` in bash. */
export function promptOf({ cwd, dialect, variables, machine }: ShellState): string {
  const isRoot = machine.image.user === "root";
  const mark = isRoot ? "#" : "$";
  const usual = dialect === "bash" ? "\\u@\\h:\\w\\$ " : dialect === "dash" ? `${mark} ` : "\\w \\$ ";
  const home = variables.get("HOME");
  const short = home && home !== "/" && `${cwd}/`.startsWith(`${home}/`) ? `~${cwd.slice(home.length)}` : cwd;
  const host = machine.pod.spec?.hostname ?? machine.pod.metadata.name;
  const parts: Readonly<Record<string, string>> = {
    $: mark,
    "[": "",
    "]": "",
    H: host,
    W: short.split("/").at(-1) || "/",
    e: "\x1b",
    h: host.split(".")[0] ?? host,
    n: "\n",
    s: dialect === "bash" ? "bash" : "sh",
    u: machine.image.user,
    w: short,
  };
  return (variables.get("PS1") ?? usual).replaceAll(/\\(033|x1b|[\][$HWehnsuw])/g, (_, letter: string) =>
    letter.length > 1 ? "\x1b" : (parts[letter] ?? ""),
  );
}
