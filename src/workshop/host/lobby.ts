import type { Socket } from "node:net";

/** As many connections wait for an answer at once when a room of 300 comes back at the same moment, and some more. */
const MOST = 1000;

/**
 * Connections that have not shown whose they are. Ours say what they want at once and end; whoever opens many and says
 * nothing pushes out their own oldest ones, and the room gets in all the same.
 */
export class Lobby {
  readonly #waiting = new Set<Socket>();
  readonly #most: number;

  constructor(most = MOST) {
    this.#most = most;
  }

  enter(socket: Socket): void {
    this.#waiting.add(socket);
    socket.once("close", () => this.leave(socket));
    const [oldest] = this.#waiting;
    if (this.#waiting.size > this.#most) oldest?.destroy();
  }

  /** It is a learner's, or the instructor's, and stays. */
  leave(socket: Socket): void {
    this.#waiting.delete(socket);
  }
}
