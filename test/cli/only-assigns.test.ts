import { expect, test } from "vitest";
import { onlyAssigns } from "../../src/cli/own-shell/only-assigns.ts";

test.each([
  "A=1",
  "A=1 B=2; export C",
  "export HOST=$(kubectl get svc -o jsonpath='{.spec.ports[?(@.name==\"http\")].port}') PORT=80",
  `A="$(echo "a b")"\nexport A && declare -x B="\${A:-b}"`,
  "A=$((1 + 2)) # a comment; rm -rf x",
  "A=`date` \\\n  B=2",
  "A='a; b' B=$'it\\'s'",
  "A+=x",
])("only assigns: %s", (source) => expect(onlyAssigns(source)).toBe(true));

test.each([
  "",
  "# nothing",
  "echo A=1",
  "A=1 echo x",
  "A=1; echo $A",
  "A=1 > file",
  "A=1 | cat",
  "A=1 &",
  "A=1 || true",
  "A=(1 2)",
  "export",
  "export A=1 $(more)",
  "if true; then A=1; fi",
  "( A=1 )",
  "{ A=1; }",
  'A="open',
  "A=$(open",
  "A='open",
  "A=$(case x in (x) echo;; esac)",
  "unset A",
  "read A <<< 1",
  "f() { A=1; }",
])("does more, or nothing: %s", (source) => expect(onlyAssigns(source)).toBe(false));
