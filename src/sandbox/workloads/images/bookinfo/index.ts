import { appServer } from "../app.ts";
import { silent } from "../bytes.ts";
import { gunicornStart } from "../gunicorn.ts";
import type { Image } from "../image.ts";
import { details } from "./details.ts";
import { productpage } from "./productpage.ts";
import { ratings } from "./ratings.ts";
import { reviews } from "./reviews.ts";

const PORT = 9080;
/** A Java server is slow to begin. */
const JVM_SECONDS = 3;

const LIBERTY_LOG = [
  "Launching defaultServer (Open Liberty 25.0.0.1/wlp-1.0.97.cl250120250113-1103) on Eclipse OpenJ9 VM (en_US)",
  "[AUDIT   ] CWWKE0001I: The server defaultServer has been launched.",
  "[AUDIT   ] CWWKT0016I: Web application available (default_host): http://localhost:9080/",
  "[AUDIT   ] CWWKZ0001I: Application LibertyApp started in 2.1 seconds.",
  "[AUDIT   ] CWWKF0011I: The defaultServer server is ready to run a smarter planet.",
];

function reviewsImage(version: string, isRated: boolean, colour: string): Partial<Image> {
  return {
    env: { SERVICE_VERSION: version, ENABLE_RATINGS: String(isRated), STAR_COLOR: colour, SERVERDIRNAME: "reviews" },
    command: ["/opt/ol/wlp/bin/server", "run", "defaultServer"],
    binaries: ["server"],
    user: "default",
    uid: 1001,
    server: () => appServer(reviews, { port: PORT, startLog: LIBERTY_LOG, startSeconds: JVM_SECONDS }),
  };
}

function detailsImage(version: string, env: Readonly<Record<string, string>> = {}): Partial<Image> {
  return {
    env: { SERVICE_VERSION: version, ...env },
    command: ["ruby", "details.rb", String(PORT)],
    binaries: ["ruby"],
    workdir: "/opt/microservices",
    server: () => appServer(details, { port: PORT, startLog: [`INFO  WEBrick::HTTPServer#start: pid=1 port=${PORT}`] }),
  };
}

function ratingsImage(version: string): Partial<Image> {
  return {
    env: { SERVICE_VERSION: version },
    command: ["node", "/opt/microservices/ratings.js", String(PORT)],
    binaries: ["node"],
    workdir: "/opt/microservices",
    server: () => appServer(ratings(), { port: PORT, startLog: [`Server listening on: http://0.0.0.0:${PORT}`] }),
  };
}

/** Bookinfo's images by their names: the four services, and the two databases of ratings. */
export const BOOKINFO: Readonly<Record<string, Partial<Image>>> = {
  "examples-bookinfo-details-v1": detailsImage("v1"),
  "examples-bookinfo-details-v2": detailsImage("v2", { ENABLE_EXTERNAL_BOOK_SERVICE: "true" }),
  "examples-bookinfo-mongodb": {
    command: ["mongod"],
    binaries: ["mongod"],
    server: () => silent(27017, ['{"s":"I","c":"NETWORK","msg":"Waiting for connections","attr":{"port":27017}}']),
  },
  "examples-bookinfo-mysqldb": {
    command: ["mysqld"],
    binaries: ["mysqld"],
    server: () => silent(3306, ["[System] [Server] /usr/sbin/mysqld: ready for connections. port: 3306"]),
  },
  "examples-bookinfo-productpage-v1": {
    command: ["gunicorn", "-b", `[::]:${PORT}`, "productpage:app", "-w", "8", "--keep-alive", "2", "-k", "gevent"],
    binaries: ["gunicorn"],
    workdir: "/opt/microservices",
    server: () =>
      appServer(productpage(), {
        port: PORT,
        startLog: gunicornStart("23.0.0", `[::]:${PORT}`),
      }),
  },
  "examples-bookinfo-ratings-v1": ratingsImage("v1"),
  "examples-bookinfo-ratings-v2": ratingsImage("v2"),
  "examples-bookinfo-reviews-v1": reviewsImage("v1", false, "black"),
  "examples-bookinfo-reviews-v2": reviewsImage("v2", true, "black"),
  "examples-bookinfo-reviews-v3": reviewsImage("v3", true, "red"),
};
