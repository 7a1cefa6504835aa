import { onTestFinished } from "vitest";
import { type Board, type BoardRow, readInvitation } from "../../src/workshop/index.ts";
import { type Answer, ask } from "./classes.ts";
import { lessonText } from "./lesson-text.ts";
import { type CliRoom, openCliRoom } from "./run-cli.ts";
import { startCli } from "./start-cli.ts";

/** A class that a process of its own hosts, as an instructor does. */
export interface HostedRoom {
  readonly cli: CliRoom;
  readonly url: string;
  readonly code: string;
  readonly boardKey: string;
  /** Of the process that hosts now. */
  readonly pid: number | undefined;
  board(): Promise<Board>;
  rows(): Promise<readonly BoardRow[]>;
  act(action: object): Promise<Answer>;
  /** Kill the host, at once. */
  kill(): Promise<void>;
  /** Host again, what was killed before. */
  again(): Promise<void>;
  /** Interrupt the host; gives all that it ever said. */
  end(): Promise<string>;
}

/** The course of the room: a lesson of three steps and a checkpoint. */
const COURSE = {
  "lessons/course.yaml": "id: course\n",
  "lessons/lesson-01-a.md": lessonText("A", { steps: ["true", "true", "true"] }),
};

export async function hostRoom(): Promise<HostedRoom> {
  const cli = openCliRoom(COURSE);
  onTestFinished(cli.remove);
  let host = startCli(cli, "class", "host");
  const { url, code } = await invited(host);
  const boardKey = /Bearer ([0-9a-f]+)/.exec(host.said())?.[1] ?? (await keyOf(cli));
  const auth = { authorization: `Bearer ${boardKey}`, "content-type": "application/json" };
  let said = "";
  const board = async (): Promise<Board> => {
    const { status, body } = await ask(`${url}/v1/board`, "GET", auth);
    if (status !== 200) throw new Error(`the board answered ${status}: ${body}`);
    return JSON.parse(body);
  };
  return {
    cli,
    url,
    code,
    boardKey,
    get pid() {
      return host.pid;
    },
    board,
    rows: async () => (await board()).rows,
    act: (action) => ask(`${url}/v1/actions`, "POST", auth, JSON.stringify({ v: 1, action })),
    kill: async () => {
      host.kill();
      await host.ended;
      said += host.said();
    },
    again: async () => {
      host = startCli(cli, "class", "host");
      const back = await invited(host);
      if (back.url !== url) throw new Error(`the host was at ${url}, and came back at ${back.url}`);
    },
    end: async () => {
      host.interrupt();
      await host.ended;
      return said + host.said();
    },
  };
}

async function invited(host: ReturnType<typeof startCli>) {
  await host.until("join:");
  await host.until("\n");
  const found = readInvitation(/'(http:[^']*)'/.exec(host.said())?.[1] ?? "");
  if (found === undefined) throw new Error(`no invitation in ${host.said()}`);
  return found;
}

/** The key to the board, as an instructor gets at it. */
async function keyOf(cli: CliRoom): Promise<string> {
  const { stdout, stderr } = await cli.run(["class", "board"]);
  const key = /#([0-9a-f]+)/.exec(stdout)?.[1];
  if (key === undefined) throw new Error(`no key in ${stdout}${stderr}`);
  return key;
}
