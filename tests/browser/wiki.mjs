// SPDX-License-Identifier: MIT
// A wiki's page in Chromium: wiki.mjs PAGE PICTURE [SCREENSHOT] prints TAP.
// The page shows the picture of that address, loaded, at the size it has.
import { chromium } from "playwright-core";

const [address, picture, screenshot] = process.argv.slice(2);
let n = 0, bad = 0;
function ok(good, name, why = "") {
	n++;
	if (!good) bad++;
	console.log(`${good ? "ok" : "not ok"} ${n} - ${name}`);
	if (!good) String(why).split("\n").slice(0, 12).forEach((l) => console.log(`# ${l}`));
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"] });
const page = await browser.newPage({ viewport: { width: 800, height: 540 } });
const answers = [];
page.on("response", (r) => answers.push({ url: r.url(), status: r.status(), type: r.headers()["content-type"] }));
const reply = await page.goto(address, { waitUntil: "networkidle" });
ok(reply.status() === 200, "the wiki shows its page", reply.status());
const from = answers.find((a) => a.url === picture);
ok(from?.status === 200 && from.type === "image/png", "the browser got the picture from Robin", JSON.stringify(answers, null, 1));
// as the wiki writes it: the address itself, or its own that leads there
const image = await page.evaluate((wanted) => {
	const has = (src) => src.includes(wanted) || decodeURIComponent(src).includes(wanted);
	const i = [...document.images].find((x) => has(x.src));
	return i && { src: i.src, complete: i.complete, width: i.naturalWidth, height: i.naturalHeight, shown: i.getBoundingClientRect().width };
}, picture);
ok(image !== undefined, "the page has an image of that address", await page.content());
ok(image?.complete && image.width > 400 && image.height > 100, "it is loaded", JSON.stringify(image));
ok(image?.shown > 300, "and can be seen", JSON.stringify(image));
if (screenshot) await page.screenshot({ path: screenshot });
await browser.close();
console.log(`1..${n}`);
process.exit(bad ? 1 : 0);
