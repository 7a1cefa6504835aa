/**
 * Server-sent events, read bit by bit (HTML standard, 9.2.6): text in, whole events out. EventSource could not send the
 * key in a header, and an address with a key in it would be kept in histories and logs.
 */
export class EventReader {
  #rest = "";

  /**
   * @param {string} text
   * @returns {{ readonly type: string, readonly data: string }[]}
   */
  read(text) {
    this.#rest += text;
    const events = [];
    for (let end = blankLine(this.#rest); end !== undefined; end = blankLine(this.#rest)) {
      const event = parse(this.#rest.slice(0, end.from));
      this.#rest = this.#rest.slice(end.to);
      if (event !== undefined) events.push(event);
    }
    return events;
  }
}

/** @param {string} text */
function blankLine(text) {
  const found = /\r?\n\r?\n/.exec(text);
  return found === null ? undefined : { from: found.index, to: found.index + found[0].length };
}

/** @param {string} block */
function parse(block) {
  let type = "message";
  const data = [];
  for (const line of block.split(/\r?\n/)) {
    const [, name, value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (name === "event") type = value;
    else if (name === "data") data.push(value);
  }
  return data.length === 0 ? undefined : { type, data: data.join("\n") };
}
