import { LATE, type Task, within } from "../../../mesh/index.ts";
import { type App, type AppContext, getting, sentOn } from "../app.ts";
import { answer, httpDate } from "../image.ts";
import { PROPAGATED } from "./propagated.ts";

const TEXTS = [
  ["Reviewer1", "An extremely entertaining play by Shakespeare. The slapstick humour is refreshing!"],
  [
    "Reviewer2",
    "Absolutely fun and entertaining. The play lacks thematic depth when compared to other plays by Shakespeare.",
  ],
] as const;

type Stars = Readonly<Record<string, unknown>>;

/** `reviews`, all versions: whether it asks for ratings, and their colour, its environment says. */
export const reviews: App = function* (request, at) {
  const path = request.path.split("?", 1)[0] ?? "/";
  const headers = [
    ["X-Powered-By", "Servlet/3.1"],
    ["Date", httpDate(at.now)],
    ["Content-Language", "en-US"],
  ] as const;
  if (path === "/health") return answer(200, "application/json", '{"status": "Reviews is healthy"}', headers);
  const [, id] = /^\/reviews\/([+-]?\d+)$/.exec(path) ?? [];
  if (id === undefined) return answer(404, "text/html;charset=ISO-8859-1", "Error 404: Not Found\n", headers);
  const isRated = at.env.get("ENABLE_RATINGS")?.toLowerCase() === "true";
  const stars = isRated ? yield* ratingsOf(Number(id), sentOn(request, PROPAGATED), at) : undefined;
  return answer(200, "application/json", bodyOf(Number(id), isRated, stars, at), headers);
};

function colourOf(env: AppContext["env"]): string {
  return env.get("STAR_COLOR") ?? "black";
}

/** The stars by reviewer; undefined when the ratings did not answer well and in time. */
function* ratingsOf(id: number, forwarded: ReturnType<typeof sentOn>, at: AppContext): Task<Stars | undefined> {
  const { env } = at;
  const domain = env.get("SERVICES_DOMAIN");
  const host = `${env.get("RATINGS_HOSTNAME") ?? "ratings"}${domain === undefined ? "" : `.${domain}`}`;
  const port = Number(env.get("RATINGS_SERVICE_PORT") ?? 9080);
  const service = `http://${host}:${port}/ratings`;
  const request = getting(`${host}:${port}`, `/ratings/${id}`, [["Accept", "application/json"], ...forwarded]);
  // Upstream's own choice, so that the same fault shows in one version and not in the other.
  const found = yield* within(colourOf(env) === "black" ? 10_000 : 2_500, at.fetch(host, port, request));
  if (found === LATE || typeof found === "string") {
    const why =
      found === LATE
        ? `java.net.SocketTimeoutException: SocketTimeoutException invoking ${service}/${id}: Read timed out`
        : `java.net.ConnectException: ConnectException invoking ${service}/${id}: Connection refused`;
    at.log(`[err] Error: unable to contact ${service} got exception javax.ws.rs.ProcessingException: ${why}`);
    return undefined;
  }
  if (found.status !== 200) {
    at.log(`Error: unable to contact ${service} got status of ${found.status}`);
    return undefined;
  }
  try {
    return (JSON.parse(found.body.toString()) as { readonly ratings?: Stars }).ratings;
  } catch {
    return undefined;
  }
}

/** Spaces and all: upstream puts it together as text. */
function bodyOf(id: number, isRated: boolean, stars: Stars | undefined, { hostname, env }: AppContext): string {
  const colour = colourOf(env);
  const items = TEXTS.map(([reviewer, text]) => {
    const given = stars?.[reviewer];
    const rating =
      typeof given === "number"
        ? `{"stars": ${given}, "color": "${colour}"}`
        : '{"error": "Ratings service is currently unavailable"}';
    return `{  "reviewer": "${reviewer}",  "text": "${text}"${isRated ? `, "rating": ${rating}` : ""}}`;
  });
  const cluster = env.get("CLUSTER_NAME") ?? "null";
  return `{"id": "${id}","podname": "${env.get("HOSTNAME") ?? hostname}","clustername": "${cluster}","reviews": [${items.join(",")}]}`;
}
