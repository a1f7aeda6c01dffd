// SPDX-License-Identifier: MIT
// Acknowledging and silencing from the pages: alerts.mjs BASE TOKEN prints
// TAP.  Without a token the page has the line to copy; with one it acts.
import { chromium } from "playwright-core";

const [base, token] = process.argv.slice(2);
let n = 0, bad = 0;
function ok(good, name, why = "") {
	n++;
	if (!good) bad++;
	console.log(`${good ? "ok" : "not ok"} ${n} - ${name}`);
	if (!good) console.log(`# ${why}`);
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"] });
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
const problems = [];
page.on("console", (m) => { if (["error", "warning"].includes(m.type()) && !/40[13]/.test(m.text())) problems.push(m.text()); });
page.on("pageerror", (e) => problems.push(e.message));
const api = async (path) => (await fetch(base + path)).json();
async function until(look) {
	for (let i = 0; i < 150; i++) {
		const got = await look();
		if (got) return got;
		await new Promise((r) => setTimeout(r, 200));
	}
}

// the form writes the line
await page.goto(base + "/alerts/silences/#rule=disk_full&host=web1");
const label = (text) => page.locator("#silence label", { hasText: text }).locator("input, select");
ok(await page.textContent("#line") === "robin alert silence add host=web1 rule=disk_full --for 2h", "an alert's link fills the form in", await page.textContent("#line"));
await label("Why").fill("it's planned; rm -rf /");
await label("For").selectOption("8h");
ok((await page.textContent("#line")).endsWith(`--for 8h --comment 'it'\\''s planned; rm -rf /'`), "what is typed is quoted for a shell", await page.textContent("#line"));
ok(await page.locator("#silence + p button").count() === 0, "without a token there is no button");
// a wrong token is told, the right one works
await label("Token").fill("wrong");
await label("Token").blur();
await page.locator("#silence + p button").click();
ok(await page.waitForSelector("text=This token is not accepted").catch(() => 0), "a wrong token is told");
await label("Token").fill(token);
await label("Token").blur();
await page.locator("#silence + p button").click();
ok(await page.waitForSelector("text=Silenced").catch(() => 0), "the right one is taken");
const made = await until(async () => (await api("/api/v1/silences")).silences[0]);
ok(made && made.matchers.host === "web1" && made.matchers.rule === "disk_full" && made.comment === "it's planned; rm -rf /" && Math.abs(made.until - Date.now() / 1000 - 8 * 3600) < 120, "and the silence is in force", JSON.stringify(made));
ok(await until(async () => { await page.reload(); return page.locator("[data-end] button").count(); }), "it is listed, with a button to end it");
await page.locator("[data-end] button").first().click();
ok(await until(async () => (await api("/api/v1/silences")).silences.length === 0), "which ends it");
// the token stayed in this browser
await page.goto(base + "/alerts/");
await page.locator(".ways summary").first().click();
await page.locator("[data-ack] button").first().click();
ok(await until(async () => (await api("/api/v1/alerts")).alerts.some((a) => a.acked)), "an alert is acknowledged");
ok(await until(async () => { await page.reload(); return page.locator(".tag", { hasText: "acknowledged" }).count(); }), "and the page says so");
await page.goto(base + "/alerts/history/");
const details = page.locator("tbody details").first();
await details.locator("summary").click();
const img = details.locator("img");
ok(await until(async () => img.evaluate((i) => i.complete && i.naturalWidth > 300)), "history has the graph of that moment");
ok(problems.length === 0, "the console is quiet", problems.join("; "));
await browser.close();
console.log(`1..${n}`);
process.exit(bad ? 1 : 0);
