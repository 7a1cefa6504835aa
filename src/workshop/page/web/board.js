/** @import { Action, Board } from "./contract.js" */
/** @import { Change } from "./changes.js" */
/** @import { Link } from "./host.js" */
import { Announcer } from "./announcements.js";
import { takeKey } from "./board-key.js";
import { changesBetween } from "./changes.js";
import { showDebrief } from "./debrief-view.js";
import { Dialogs } from "./dialogs.js";
import { byId, setText } from "./dom.js";
import { Grid } from "./grid.js";
import { Host } from "./host.js";
import { Shortcuts } from "./shortcuts.js";
import { HandsQueue, Log } from "./side.js";
import { StepsView } from "./steps-view.js";
import { countsOf } from "./view.js";
import { age, plural, show } from "./words.js";

/** A screen reader is spoken to no more often than this, in milliseconds. */
const SAY_EVERY_MS = 4_000;

/** @type {Board | undefined} */
let board;
let boardAt = 0;
/** @type {Link} */
let link = { kind: "connecting" };
let view = "learners";

const log = new Log();
const announcer = new Announcer(byId("said", HTMLElement), SAY_EVERY_MS);
const dialogs = new Dialogs({ board: () => board, act, lost: () => grid.focus() });
const grid = new Grid({
  onLearner: (number) => dialogs.nudge(number),
  onStep: (step) => dialogs.step(step, "gate"),
});
const hands = new HandsQueue(helped, (number) => dialogs.nudge(number));
const stepsView = new StepsView((step) => dialogs.step(step, "gate"));

const ACTIONS = {
  announce: () => dialogs.announce(),
  nudge: () => dialogs.nudge(grid.learner),
  gate: () => dialogs.step(grid.step, "gate"),
  "catch-up": () => dialogs.step(grid.step, "catch-up"),
  hands: () => hands.focus(),
  close: () => dialogs.close(),
  help: () => dialogs.help(),
};
for (const [name, work] of Object.entries(ACTIONS))
  byId(`do-${name}`, HTMLButtonElement).addEventListener("click", work);
/** A key does what its button does, and nothing where the button cannot be pressed. */
const press = (/** @type {keyof typeof ACTIONS} */ name) => () => {
  if (!byId(`do-${name}`, HTMLButtonElement).disabled) ACTIONS[name]();
};
new Shortcuts(
  {
    a: press("announce"),
    n: press("nudge"),
    g: press("gate"),
    c: press("catch-up"),
    x: press("hands"),
    "?": press("help"),
  },
  byId("shortcuts", HTMLInputElement),
);

for (const button of document.querySelectorAll("button[data-view]"))
  if (button instanceof HTMLButtonElement) button.addEventListener("click", () => showView(button.dataset.view ?? ""));
byId("debrief-again", HTMLButtonElement).addEventListener("click", () => void fetchDebrief());
byId("debrief-print", HTMLButtonElement).addEventListener("click", () => print());

const key = takeKey();
const host = key === undefined ? undefined : new Host(key, showBoard, showLink);
if (host === undefined) showLink({ kind: "refused", why: "The link has no key in it." });
else void host.follow();
setInterval(showAge, 1000);

/** @param {Board} next */
function showBoard(next) {
  const before = board;
  board = next;
  boardAt = performance.now();
  if (before !== undefined) tell(changesBetween(before, next));
  grid.update(next);
  hands.update(next);
  if (view === "steps") stepsView.update(next);
  const { learners, hands: up, stuck } = countsOf(next);
  setText(byId("title", HTMLElement), show(next.title));
  setText(byId("learners", HTMLElement), plural(learners, "learner"));
  setText(byId("stuck", HTMLElement), `${stuck} stuck`);
  setText(byId("up", HTMLElement), `${plural(up, "hand")} up`);
  byId("up", HTMLElement).classList.toggle("some", up > 0);
  byId("stuck", HTMLElement).classList.toggle("some", stuck > 0);
  byId("empty", HTMLElement).hidden = learners > 0;
  byId("closed", HTMLElement).hidden = !next.state.closed;
  for (const name of ["announce", "nudge", "gate", "catch-up", "close"])
    byId(`do-${name}`, HTMLButtonElement).disabled = next.state.closed || (name === "nudge" && learners === 0);
  document.title = `${up > 0 ? `(${plural(up, "hand")} up) ` : ""}${show(next.title)}: the board`;
}

/** @param {Link} next */
function showLink(next) {
  if (next.kind === link.kind && next.kind !== "refused") return;
  const before = link;
  link = next;
  const closed = board?.state.closed ?? false;
  /** @type {(what: string) => Change} */
  const change = (what) => ({ who: undefined, what, kind: "class" });
  if (next.kind === "lost" && before.kind === "open")
    tell([change(closed ? "the host has ended" : "the connection is lost; trying again")]);
  if (next.kind === "open" && before.kind === "lost" && board !== undefined) tell([change("connected again")]);
  if (next.kind === "refused") {
    setText(byId("refused-why", HTMLElement), next.why);
    byId("refused", HTMLElement).hidden = false;
  }
  document.body.dataset.link = next.kind;
  showAge();
}

function showAge() {
  const old = board === undefined ? "" : ` What is shown is ${age(performance.now() - boardAt)} old.`;
  const words = {
    connecting: "Connecting…",
    open: "Connected",
    lost: `No connection; trying again.${old}`,
    refused: "Not connected",
  };
  setText(byId("link", HTMLElement), words[link.kind]);
}

/** @param {readonly Change[]} changes */
function tell(changes) {
  log.add(changes, Date.now());
  announcer.tell(changes);
}

/**
 * @param {Action} action
 * @param {string} done
 */
async function act(action, done) {
  await host?.act(action);
  setText(byId("done", HTMLElement), done);
  log.add([{ who: undefined, what: done, kind: undefined }], Date.now());
}

/** @param {number} number */
function helped(number) {
  const handle = show(board?.hands.find((hand) => hand.number === number)?.handle ?? "");
  void act({ type: "helped", learner: number }, `Helped: \u2068${handle}\u2069`).catch(complain);
}

/** @param {unknown} cause */
function complain(cause) {
  setText(byId("done", HTMLElement), cause instanceof Error ? cause.message : String(cause));
}

/** @param {string} next */
function showView(next) {
  view = next;
  for (const button of document.querySelectorAll("button[data-view]"))
    button.setAttribute("aria-pressed", String(button.getAttribute("data-view") === next));
  for (const name of ["learners", "steps", "debrief"]) byId(`view-${name}`, HTMLElement).hidden = name !== next;
  document.body.dataset.view = next;
  if (next === "steps" && board !== undefined) stepsView.update(board);
  if (next === "debrief") void fetchDebrief();
}

async function fetchDebrief() {
  try {
    const debrief = await host?.debrief();
    if (debrief !== undefined) showDebrief(debrief);
    setText(byId("debrief-error", HTMLElement), "");
  } catch (cause) {
    setText(byId("debrief-error", HTMLElement), cause instanceof Error ? cause.message : String(cause));
  }
}
