import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { servePage } from "../../src/workshop/page/serve.ts";
import type { Action, Board, BoardRow, BoardStep, Debrief } from "../../src/workshop/page/web/contract.js";

const KEY = "0123456789abcdef";

/** A host that plays boards to the page, those too that a real class never has; what the page asks for is kept. */
export interface PlayedClass {
  readonly url: string;
  readonly key: string;
  /** What the page did. */
  readonly actions: Action[];
  show(board: Board): void;
  /** End every connection; new ones are refused while it is `off`. */
  cut(off: boolean): void;
}

export async function playClass(first: Board, debrief: Debrief): Promise<PlayedClass> {
  let [board, isOff] = [first, false];
  const actions: Action[] = [];
  const readers = new Set<ServerResponse>();
  const message = (): string => `event: board\ndata: ${JSON.stringify(board)}\n\n`;
  const server = createServer(async (request, response) => {
    const address = request.url ?? "";
    if (isOff) return void response.destroy();
    if (servePage(request, response)) return;
    const json = (status: number, body: object): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${KEY}`)
      return json(401, { message: "This key does not open the board." });
    if (address === "/v1/board/stream") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      readers.add(response);
      response.on("close", () => readers.delete(response));
      response.write(message());
    } else if (address === "/v1/debrief") json(200, debrief);
    else if (address === "/v1/actions") {
      let body = "";
      for await (const part of request) body += part;
      actions.push(JSON.parse(body).action);
      json(200, {});
    } else json(404, { message: "There is nothing at this address." });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: KEY,
    actions,
    show: (next) => {
      board = next;
      for (const reader of readers) reader.write(message());
    },
    cut: (off) => {
      isOff = off;
      server.closeAllConnections();
    },
  };
}

const MINUTE = 60_000;

/** Steps of nine lessons, `each` in a lesson. */
export function someSteps(each: number): BoardStep[] {
  return Array.from({ length: 9 * each }, (_, index) => {
    const lesson = `lesson-0${Math.floor(index / each) + 1}`;
    const at = (index % each) + 1;
    return {
      step: `${lesson}#step-${at}`,
      title: `Step ${at}: send a share of the traffic`,
      lesson,
      hints: 2,
      hintTitles: ["Look at the labels", "Compare the subsets"],
      here: 0,
      done: 0,
    };
  });
}

/** A learner in the middle of the course, with nothing special about them. */
export function someLearner(number: number, steps: readonly BoardStep[], at: number): BoardRow {
  const cells = steps.map((_, index) =>
    index >= at ? (index === at && number % 5 === 0 ? "f" : ".") : "pppptppspk"[(index * 7 + number) % 10],
  );
  return {
    number,
    handle: `learner-${number}`,
    step: steps[at]?.step,
    ms: (1 + (number % 7)) * MINUTE,
    sinceSeenMs: 20_000,
    isOpen: true,
    done: at,
    helped: 0,
    hints: 0,
    stuck: [],
    cells: cells.join(""),
  };
}

/** A class of so many learners in the fourth lesson; nobody is stuck. */
export function someBoard(learners: number, each = 16): Board {
  const steps = someSteps(each);
  const rows = Array.from({ length: learners }, (_, index) =>
    someLearner(index + 1, steps, Math.min(steps.length - 1, 3 * each + ((index * 5) % Math.max(2, each - 3)))),
  );
  return {
    title: "Istio playground",
    state: { gated: [], closed: false },
    hands: [],
    rows,
    steps: steps.map((step, index) => ({
      ...step,
      here: rows.filter((row) => row.step === step.step).length,
      done: rows.filter((row) => !".f".includes(row.cells[index] ?? ".")).length,
      medianMs: index < 3 * each + 4 ? 40_000 + 13_000 * (index % 9) : undefined,
      commonest: index % 4 === 2 ? { diagnosis: "ready: diagnosis 2", learners: 4 } : undefined,
    })),
  };
}

export function someDebrief({ steps }: Board): Debrief {
  return {
    title: "Istio playground",
    learners: 25,
    steps: steps.slice(0, 8).map(({ step, title }, index) => ({
      step,
      title,
      done: 25 - index,
      medianMs: 60_000,
      upperMs: 150_000,
      totalMs: (20 - index) * MINUTE,
      solved: index,
      skipped: 1,
      hints: 3,
      hands: 2,
      diagnoses: [{ diagnosis: "ready: diagnosis 2", learners: 4, times: 11 }],
    })),
  };
}
