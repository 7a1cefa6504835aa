import { byId, setText } from "./dom.js";
import { joinCommand } from "./invitation.js";

const said = byId("copied", HTMLElement);

showCommand();
addEventListener("hashchange", showCommand);
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.hidden = false;
  button.addEventListener("click", () => void copy(byId(button.dataset.copy ?? "", HTMLElement)));
}

function showCommand() {
  const command = joinCommand(location.origin, location.hash);
  setText(byId("join-command", HTMLElement), command ?? "");
  byId("with-code", HTMLElement).hidden = command === undefined;
  byId("on-screen", HTMLElement).hidden = command !== undefined;
}

/** @param {HTMLElement} source */
async function copy(source) {
  const text = source.textContent ?? "";
  setText(said, (await write(text, source)) ? `Copied: ${text}` : "It could not be copied; it is selected now.");
}

/**
 * A browser gives pages without TLS no clipboard: the selection is copied there, the old way.
 * @param {string} text
 * @param {HTMLElement} source
 */
async function write(text, source) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return document.execCommand("copy");
  }
}
