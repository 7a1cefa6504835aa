import type { Fetched } from "./backends.ts";

/** What the page shows. */
export interface Page {
  readonly user: string;
  readonly details: Fetched;
  readonly reviews: Fetched;
}

export const PRODUCT = {
  id: 0,
  title: "The Comedy of Errors",
  descriptionHtml:
    '<a href="https://en.wikipedia.org/wiki/The_Comedy_of_Errors">Wikipedia Summary</a>: The Comedy of Errors is one of <b>William Shakespeare\'s</b> early plays. It is his shortest and one of his most farcical comedies, with a major part of the humour coming from slapstick and mistaken identity, in addition to puns and word play.',
};

/** The few rules that the pages are drawn with. */
export const STYLE = `body { font-family: sans-serif; margin: 0; color: #222; }
nav { background: #1f2937; color: #fff; padding: 1rem 2rem; display: flex; justify-content: space-between; }
nav a, nav button { color: inherit; }
main { padding: 1rem 2rem; }
table { border-collapse: collapse; }
th, td { padding: .4rem .8rem .4rem 0; text-align: left; border-bottom: 1px solid #ddd; }
.text-black-500 { color: #000; } .text-red-500 { color: #e11d48; }
.reviews { display: flex; gap: 2rem; background: #f2f6ff; padding: 1rem 2rem; } section { max-width: 28rem; }
`;

/** The product page, with the marks that lessons look for: titles, stars, colours, the pod that served the reviews. */
export function productPage({ user, details, reviews }: Page): string {
  const signedIn = `<span>${escaped(user)}</span> <a href="logout">Sign out</a>`;
  const signIn = `<button type="button" onclick="document.querySelector('dialog').showModal()">\n      Sign in\n    </button>`;
  return document(
    "Simple Bookstore App",
    `<nav>
  <a href="#">BookInfo Sample</a>
  <div>
    ${user === "" ? signIn : signedIn}
  </div>
</nav>
<dialog>
  <form method="post" action="login" name="login_form">
    <label>Username <input id="username" name="username" required></label>
    <label>Password <input id="password" name="passwd" type="password" required></label>
    <button type="submit">Sign in</button>
  </form>
</dialog>
<main>
<h1>${PRODUCT.title}</h1>
<p>${PRODUCT.descriptionHtml}</p>
${details.status === 200 ? detailsTable(details.value as Details) : failure("details", details)}
</main>
<div class="reviews">
${reviews.status === 200 ? reviewList(reviews.value as Reviews) : failure("reviews", reviews)}
</div>`,
  );
}

/** The page that leads to it. */
export function indexPage(): string {
  const row = (name: string, children: string): string =>
    `<tr><th>name</th><td>http://${name}:9080</td></tr><tr><th>endpoint</th><td>${name}</td></tr><tr><th>children</th><td>${children}</td></tr>`;
  const table = (name: string, children = ""): string =>
    `<table class="table table-condensed table-bordered table-hover">${row(name, children)}</table>`;
  return document(
    "Simple Bookstore App",
    `<main>
<h3>Hello! This is a simple bookstore application consisting of three services as shown below</h3>
${table("productpage", `${table("details")}${table("reviews", table("ratings"))}`)}
<h4>Click on one of the links below to auto generate a request to the backend as a real user or a tester</h4>
<p><a href="/productpage?u=normal">Normal user</a></p>
<p><a href="/productpage?u=test">Test user</a></p>
</main>`,
  );
}

function document(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>${title}</title>
<link rel="stylesheet" href="static/bookinfo.css">
</head>
<body>
${body}
</body>
</html>
`;
}

type Details = Readonly<Record<string, unknown>>;

interface Reviews {
  readonly podname?: string;
  readonly clustername?: string;
  readonly reviews?: readonly Review[];
}

interface Review {
  readonly reviewer: string;
  readonly text: string;
  readonly rating?: { readonly stars?: number; readonly color?: string; readonly error?: string };
}

const COLUMNS = [
  ["ISBN-10", "ISBN-10"],
  ["Publisher", "publisher"],
  ["Pages", "pages"],
  ["Type", "type"],
  ["Language", "language"],
] as const;

function detailsTable(details: Details): string {
  const heads = COLUMNS.map(([title]) => `<th scope="col">${title}</th>`).join("");
  const cells = COLUMNS.map(([, key]) => `<td>${escaped(String(details[key] ?? ""))}</td>`).join("");
  return `<h4>Book Details</h4>\n<table>\n<tr>${heads}</tr>\n<tr>${cells}</tr>\n</table>`;
}

function failure(subject: "details" | "reviews", { value }: Fetched): string {
  const { error = "" } = value as { readonly error?: string };
  return `<p class="text-2xl text-red-500">Error fetching product ${subject}</p>\n<p>${escaped(error)}</p>`;
}

function reviewList({ podname = "", clustername = "null", reviews = [] }: Reviews): string {
  const cluster = clustername === "null" ? "" : `\n  on cluster <span>${escaped(clustername)}</span>`;
  const sections = reviews.map(
    ({ reviewer, text, rating }) => `<section>
${ratingText(rating)}<blockquote><p>"${escaped(text)}"</p></blockquote>
<div>${escaped(reviewer)}</div>
<div>Reviews served by:
  ${escaped(podname)}${cluster}
</div>
</section>`,
  );
  return `<h4>Book Reviews</h4>\n${sections.join("\n")}`;
}

/** One line for each star that is filled, as checks count lines. */
function ratingText(rating: Review["rating"]): string {
  if (rating?.stars !== undefined && rating.stars > 0) {
    const filled = Math.min(rating.stars, 5);
    const star = '<span id="glyphicon glyphicon-star">★</span>\n';
    const empty = "<span>☆</span>\n".repeat(5 - filled);
    return `<div class="text-${escaped(rating.color ?? "")}-500">\n${star.repeat(filled)}${empty}</div>\n`;
  }
  return rating?.error === undefined ? "" : `<p class="text-red-500">${escaped(rating.error)}</p>\n`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&#34;")
    .replaceAll("'", "&#39;");
}
