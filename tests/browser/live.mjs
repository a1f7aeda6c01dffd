// SPDX-License-Identifier: MIT
// A site whose collectors run every second: gauges, ages and charts move with
// each step without a reload, rest while the page is hidden, and wait longer
// each time while the server is away.  live.mjs BASE HOST prints TAP.
import { chromium } from "playwright-core";

const [base, host] = process.argv.slice(2);
let n = 0, bad = 0;
function ok(good, name, why = "") {
	n++;
	if (!good) bad++;
	console.log(`${good ? "ok" : "not ok"} ${n} - ${name}`);
	if (!good) console.log(`# ${String(why).slice(0, 800)}`);
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"] });
const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
const problems = [], polls = [];
page.on("console", (m) => { if (m.type() === "error") problems.push(m.text()); });
page.on("pageerror", (e) => problems.push(e.message));
page.on("request", (r) => { if (r.url().includes("/api/v1/latest")) polls.push(Date.now()); });

/* times that an element carries: k of them, each newer than the one before */
async function times(selector, key, k) {
	const seen = [];
	while (seen.length < k)
		seen.push(await (await page.waitForFunction(([sel, name, last]) => {
			const v = document.querySelector(sel)?.dataset[name];
			return v && v !== last && v;
		}, [selector, key, seen.at(-1)], { timeout: 15000, polling: 50 })).jsonValue());
	return seen.map(Number);
}
const NOTE = "[data-host-note] [data-age]";
const steps = (l) => l.slice(1).map((t, i) => t - l[i]);

await page.goto(`${base}/h/local/${host}/`);
const note = await times(NOTE, "age", 6);
ok(steps(note).every((d) => d >= 1 && d <= 4), "a page's values follow a step of one second", note);
const live = await page.getByRole("button", { name: "live" }).count() > 0;
if (live) {
	await page.keyboard.press("l");
	await page.waitForSelector(".livechart canvas");
	const drawn = await times(".livechart", "at", 6);
	ok(steps(drawn).every((d) => d >= 1 && d <= 4), "so does a chart, which is not drawn anew", drawn);
	const before = await page.evaluate(() => { const c = document.querySelector(".livechart canvas"); c.mine = true; return c.toDataURL(); });
	await times(".livechart", "at", 3);
	ok(await page.evaluate((was) => { const c = document.querySelector(".livechart canvas"); return c.mine === true && c.toDataURL() !== was; }, before), "the same canvas shows something else");
	ok(await page.evaluate(() => location.hash) === "#live", "the address keeps it");
	const said = await page.evaluate(() => [document.querySelector(".livechart .u-legend .u-value").title, Date.now()]);
	ok(/ UTC$/.test(said[0]) && Math.abs(Date.parse(said[0].replace(" UTC", "Z")) - said[1]) < 60000, "its time is local, with UTC in the title", said[0]);
	await page.goBack();
	await page.waitForFunction(() => !document.querySelector(".livechart"));
	ok(await page.isVisible(".fig img"), "the back button brings the pictures back");
} else {
	ok(true, "live charts # SKIP uPlot is not built in");
}

/* Chromium says that a page is hidden only with a window; so the page is told */
const hide = (yes) => page.evaluate((v) => {
	Object.defineProperty(document, "hidden", { value: v, configurable: true });
	document.dispatchEvent(new Event("visibilitychange"));
}, yes);
await hide(true);
await page.waitForTimeout(1500);
const resting = polls.length;
await page.waitForTimeout(4000);
ok(polls.length === resting, "a hidden page asks nothing", polls.length - resting);
await hide(false);
await times(NOTE, "age", 2);
ok(polls.length > resting, "and goes on when it is seen");

await page.route(/\/api\/v1\/latest/, (r) => r.abort());
await page.waitForSelector(".away");
ok(true, "a server that is away is said");
const from = polls.length;
while (polls.length < from + 3) await page.waitForTimeout(100);
const waits = steps(polls.slice(from - 1, from + 3));
ok(waits.every((w, i) => i === 0 || w > 1.5 * waits[i - 1]), "and asked less and less", waits);
await page.unroute(/\/api\/v1\/latest/);
await page.waitForSelector(".away", { state: "detached", timeout: 60000 });
ok(true, "until it is back");
ok(problems.every((p) => /Failed to load resource/.test(p)), "no other error", problems.join("\n"));
await browser.close();
console.log(`1..${n}`);
process.exit(bad ? 1 : 0);
